/* WezTerm: its multiplexer by its own program. */
#include <stdlib.h>

#include "base/buf.h"
#include "focus/focus_ask.h"
#include "focus/focus_json.h"
#include "focus/focus_window.h"

enum { OUTPUT_BYTES = 4 * 1024 * 1024 };

static bool on_object(const struct focus_object *object, void *data)
{
	int64_t *focused = data;
	if (object->focused_pane_id >= 0) {
		*focused = object->focused_pane_id;
	}
	return *focused < 0;
}

static int check(const char *pane)
{
	static const char *const argv[] = {
		"wezterm", "cli", "list-clients", "--format", "json", NULL};
	struct buf output;
	int64_t focused = -1;
	buf_init(&output, OUTPUT_BYTES);
	int r = focus_ask_program(argv, &output);
	if (r == 0) {
		r = focus_json_walk(output.data, output.size, on_object, &focused);
	}
	buf_finish(&output);
	return r < 0 ? r : focused == strtoll(pane, NULL, 10) ? FOCUS_YES : FOCUS_NO;
}

static int bring(const char *pane)
{
	const char *argv[] = {"wezterm", "cli", "activate-pane", "--pane-id", pane, NULL};
	struct buf output;
	buf_init(&output, OUTPUT_BYTES);
	int r = focus_ask_program(argv, &output);
	buf_finish(&output);
	return r;
}

int focus_wezterm(const struct process_env *place, enum focus_mode mode, int64_t *ret_outer)
{
	(void)ret_outer; // WezTerm itself is an ancestor
	const char *pane = place->variables[PROCESS_WEZTERM_PANE];
	setenv("WEZTERM_UNIX_SOCKET", place->variables[PROCESS_WEZTERM_UNIX_SOCKET], 1);
	return mode == FOCUS_CHECK ? check(pane) : bring(pane);
}
