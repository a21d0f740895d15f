/* Hyprland: its first socket takes a command and closes after the answer. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "focus/focus_ask.h"
#include "focus/focus_json.h"
#include "focus/focus_window.h"

static char *socket_path(const struct process_env *place)
{
	const char *directory = place->variables[PROCESS_XDG_RUNTIME_DIR];
	return xasprintf("%s/hypr/%s/.socket.sock", directory != NULL ? directory : "/tmp",
		place->variables[PROCESS_HYPRLAND_INSTANCE_SIGNATURE]);
}

static int bring(const char *path, struct str address)
{
	struct buf answer;
	buf_init(&answer, FOCUS_ANSWER_BYTES);
	cleanup_free char *command = xasprintf(
		"dispatch focuswindow address:%.*s", STR_ARG(address));
	int r = focus_ask_socket(path, str_from(command), NULL, &answer);
	if (r == 0 && !str_starts_with(buf_str(&answer), STR("ok"))) {
		r = FOCUS_NOT_THERE;
	}
	buf_finish(&answer);
	return r;
}

int focus_hyprland(const struct process_env *place, enum focus_mode mode)
{
	cleanup_free char *path = socket_path(place);
	struct focus_choice choice = {.place = place, .generation = -1};
	struct buf clients;
	buf_init(&clients, FOCUS_ANSWER_BYTES);
	int r = focus_ask_socket(path, STR("j/clients"), NULL, &clients);
	if (r == 0) {
		r = focus_json_walk(clients.data, clients.size, focus_json_choose, &choice);
	}
	if (r == 0 && choice.generation < 0) {
		r = FOCUS_NOT_THERE;
	} else if (r == 0 && mode == FOCUS_CHECK) {
		r = choice.focused ? FOCUS_YES : FOCUS_NO;
	} else if (r == 0) {
		r = bring(path, choice.address);
	}
	buf_finish(&clients);
	return r;
}
