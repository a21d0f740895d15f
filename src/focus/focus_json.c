#include "focus/focus_json.h"

#include <errno.h>
#include <stdlib.h>

#include "base/json_bind.h"
#include "base/mem.h"
#include "process/process_env.h"

enum { DEPTH = 256 }; // a tree of containers goes two levels deeper with each split

static const struct json_member members[] = {
	JSON_MEMBER("id", INT, struct focus_object, id),
	JSON_MEMBER("pid", INT, struct focus_object, pid),
	JSON_MEMBER("focused_pane_id", INT, struct focus_object, focused_pane_id),
	JSON_MEMBER("focusHistoryID", INT, struct focus_object, focus_history_id),
	JSON_MEMBER("focused", BOOL, struct focus_object, focused),
	JSON_MEMBER("is_focused", BOOL, struct focus_object, focused),
	JSON_MEMBER("address", TEXT, struct focus_object, address),
};
static const struct json_shape shape = JSON_SHAPE(members);

struct walk {
	struct json_reader reader;
	struct focus_object open[DEPTH]; // by depth; arrays have one that nobody looks at
	const struct json_member *next;  // the row of the member whose value is next; NULL: none
};

static void take_value(struct walk *w, enum json_token t)
{
	struct json_tally ignored = {0};
	if (w->next != NULL) {
		(void)json_bind_value(
			&w->reader, t, w->next, &w->open[w->reader.depth - 1], &ignored);
	}
	w->next = NULL;
}

static int walk(struct walk *w, focus_json_on_object *on_object, void *data)
{
	enum json_token t;
	while ((t = json_next(&w->reader)) != JSON_END) {
		if (t == JSON_ERROR) {
			return -EPROTO;
		} else if (t == JSON_OBJECT_BEGIN || t == JSON_ARRAY_BEGIN) {
			w->open[w->reader.depth - 1] = (struct focus_object){
				.depth = w->reader.depth - 1,
				.focused_pane_id = -1,
				.focus_history_id = -1};
			w->next = NULL;
		} else if (t == JSON_OBJECT_END) {
			if (!on_object(&w->open[w->reader.depth], data)) {
				return 0;
			}
		} else if (t == JSON_NAME) {
			w->next = json_bind_find(&shape, w->reader.text);
		} else if (t != JSON_ARRAY_END && w->reader.depth > 0) {
			take_value(w, t);
		}
	}
	return 0;
}

int focus_json_walk(char *text, size_t size, focus_json_on_object *on_object, void *data)
{
	struct walk *w = xcalloc(1, sizeof(*w));
	json_reader_init(&w->reader, text, size, DEPTH);
	int r = walk(w, on_object, data);
	free(w);
	return r;
}

bool focus_json_choose(const struct focus_object *object, void *data)
{
	struct focus_choice *choice = data;
	int generation = object->pid > 0 ? process_env_generation(choice->place, object->pid) : -1;
	bool focused = object->focused || object->focus_history_id == 0;
	bool nearer = choice->generation < 0 || generation < choice->generation;
	if (generation < 0 ||
		(!nearer && !(generation == choice->generation && focused && !choice->focused))) {
		return true;
	}
	choice->generation = generation;
	choice->focused = focused;
	choice->id = object->id;
	choice->address = object->address;
	return true;
}
