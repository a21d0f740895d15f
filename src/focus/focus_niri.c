/* niri: a line of JSON for a question, and one for the answer. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "focus/focus_ask.h"
#include "focus/focus_json.h"
#include "focus/focus_window.h"

static bool is_whole(struct str answer)
{
	return str_ends_with(answer, STR("\n"));
}

static int bring(const char *path, int64_t id)
{
	struct buf answer;
	buf_init(&answer, FOCUS_ANSWER_BYTES);
	cleanup_free char *request = xasprintf(
		"{\"Action\":{\"FocusWindow\":{\"id\":%" PRId64 "}}}\n", id);
	int r = focus_ask_socket(path, str_from(request), is_whole, &answer);
	if (r == 0 && !str_starts_with(buf_str(&answer), STR("{\"Ok\""))) {
		r = FOCUS_NOT_THERE;
	}
	buf_finish(&answer);
	return r;
}

int focus_niri(const struct process_env *place, enum focus_mode mode)
{
	const char *path = place->variables[PROCESS_NIRI_SOCKET];
	struct focus_choice choice = {.place = place, .generation = -1};
	struct buf windows;
	buf_init(&windows, FOCUS_ANSWER_BYTES);
	int r = focus_ask_socket(path, STR("\"Windows\"\n"), is_whole, &windows);
	if (r == 0) {
		r = focus_json_walk(windows.data, windows.size, focus_json_choose, &choice);
	}
	buf_finish(&windows);
	if (r < 0 || choice.generation < 0) {
		return r < 0 ? r : FOCUS_NOT_THERE;
	}
	if (mode == FOCUS_CHECK) {
		return choice.focused ? FOCUS_YES : FOCUS_NO;
	}
	return bring(path, choice.id);
}
