/* sway: sway-ipc(7). A message is "i3-ipc", the size and the type of its payload, the payload. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "focus/focus_ask.h"
#include "focus/focus_json.h"
#include "focus/focus_window.h"

enum { RUN_COMMAND = 0, GET_TREE = 4, MAGIC_BYTES = 6, HEAD_BYTES = 14 };

static bool is_whole(struct str answer)
{
	uint32_t size;
	if (answer.size < HEAD_BYTES) {
		return false;
	}
	memcpy(&size, answer.data + MAGIC_BYTES, sizeof(size));
	return answer.size >= (size_t)HEAD_BYTES + size;
}

/* The payload of the answer is what follows the first HEAD_BYTES of ret_answer. */
static int ask(const char *path, uint32_t type, struct str payload, struct buf *ret_answer)
{
	struct buf request;
	uint32_t size = (uint32_t)payload.size;
	buf_init(&request, HEAD_BYTES + payload.size);
	buf_append_str(&request, STR("i3-ipc"));
	buf_append(&request, &size, sizeof(size));
	buf_append(&request, &type, sizeof(type));
	buf_append_str(&request, payload);
	int r = focus_ask_socket(path, buf_str(&request), is_whole, ret_answer);
	buf_finish(&request);
	return r < 0 || ret_answer->size >= HEAD_BYTES ? r : -EPROTO;
}

static int bring(const char *path, int64_t id)
{
	struct buf command, answer;
	buf_init(&command, 64);
	buf_init(&answer, FOCUS_ANSWER_BYTES);
	buf_printf(&command, "[con_id=%" PRId64 "] focus", id);
	int r = ask(path, RUN_COMMAND, buf_str(&command), &answer);
	if (r == 0 && !str_contains(buf_str(&answer), STR("\"success\": true")) &&
		!str_contains(buf_str(&answer), STR("\"success\":true"))) {
		r = -EPROTO;
	}
	buf_finish(&command);
	buf_finish(&answer);
	return r;
}

int focus_sway(const struct process_env *place, enum focus_mode mode)
{
	const char *path = place->variables[PROCESS_SWAYSOCK];
	struct focus_choice choice = {.place = place, .generation = -1};
	struct buf tree;
	buf_init(&tree, FOCUS_ANSWER_BYTES);
	int r = ask(path, GET_TREE, STR(""), &tree);
	if (r == 0) {
		r = focus_json_walk(
			tree.data + HEAD_BYTES, tree.size - HEAD_BYTES, focus_json_choose, &choice);
	}
	buf_finish(&tree);
	if (r < 0 || choice.generation < 0) {
		return r < 0 ? r : FOCUS_NOT_THERE;
	}
	if (mode == FOCUS_CHECK) {
		return choice.focused ? FOCUS_YES : FOCUS_NO;
	}
	return bring(path, choice.id);
}
