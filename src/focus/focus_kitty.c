/* kitty: its remote control protocol by its own program, where kitty.conf allows it (listen_on). */
#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "focus/focus_ask.h"
#include "focus/focus_json.h"
#include "focus/focus_window.h"

enum { OUTPUT_BYTES = 4 * 1024 * 1024 };

struct search {
	int64_t id;
	size_t depth;  // of the window, once it was found; 0: not yet
	bool in_front; // of its tab
	int result;    // enum focus_result
};

/* "kitten" is the program's name from version 0.27 on. */
static int run(const char *const words[2], const char *socket, struct buf *ret_output)
{
	static const char *const programs[] = {"kitten", "kitty"};
	int r = -ENOENT;
	buf_init(ret_output, OUTPUT_BYTES);
	for (size_t i = 0; i < ARRAY_SIZE(programs) && r == -ENOENT; i++) {
		const char *argv[] = {programs[i], "@", "--to", socket, words[0], words[1], NULL};
		r = focus_ask_program(argv, ret_output);
	}
	return r;
}

static int bring(const char *socket, const char *window)
{
	struct buf output;
	cleanup_free char *match = xasprintf("--match=id:%s", window);
	int r = run((const char *[]){"focus-window", match}, socket, &output);
	buf_finish(&output);
	return r;
}

/* A window has the focus if it is in front of its tab and the tab, the next object around it, has
 * the focus. */
static bool on_object(const struct focus_object *object, void *data)
{
	struct search *s = data;
	if (s->depth == 0 && object->id == s->id && object->pid > 0) { // tabs have no pid
		s->depth = object->depth;
		s->in_front = object->focused;
	} else if (object->depth < s->depth) {
		s->result = s->in_front && object->focused ? FOCUS_YES : FOCUS_NO;
	}
	return s->result == FOCUS_NOT_THERE;
}

static int check(const char *socket, const char *window)
{
	struct buf output;
	struct search search = {.id = strtoll(window, NULL, 10), .result = FOCUS_NOT_THERE};
	int r = run((const char *[]){"ls", NULL}, socket, &output);
	if (r == 0) {
		r = focus_json_walk(output.data, output.size, on_object, &search);
	}
	buf_finish(&output);
	return r < 0 ? r : search.result;
}

int focus_kitty(const struct process_env *place, enum focus_mode mode, int64_t *ret_outer)
{
	(void)ret_outer; // kitty itself is an ancestor
	const char *socket = place->variables[PROCESS_KITTY_LISTEN_ON];
	const char *window = place->variables[PROCESS_KITTY_WINDOW_ID];
	return mode == FOCUS_CHECK ? check(socket, window) : bring(socket, window);
}
