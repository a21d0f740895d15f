#include "focus/focus_json.h"

#include <errno.h>
#include <stdlib.h>

#include "base/json_number.h"
#include "base/json_read.h"
#include "base/mem.h"

enum { DEPTH = 256 }; // a tree of containers goes two levels deeper with each split

struct walk {
	struct json_reader reader;
	struct focus_object open[DEPTH]; // by depth; arrays have one that nobody looks at
	struct str name;                 // of the member whose value is next
};

static void take_number(struct focus_object *o, struct str name, struct str number)
{
	const struct {
		struct str name;
		int64_t *place;
	} members[] = {
		{STR("id"), &o->id},
		{STR("pid"), &o->pid},
		{STR("focused_pane_id"), &o->focused_pane_id},
		{STR("focusHistoryID"), &o->focus_history_id},
	};
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		if (str_equal(name, members[i].name)) {
			(void)json_to_int64(number, members[i].place);
		}
	}
}

static void take_value(struct walk *w, enum json_token t)
{
	struct focus_object *o = &w->open[w->reader.depth - 1];
	if (t == JSON_NUMBER) {
		take_number(o, w->name, w->reader.text);
	} else if (t == JSON_STRING && str_equal(w->name, STR("address"))) {
		o->address = w->reader.text;
	} else if (t == JSON_TRUE &&
		   (str_equal(w->name, STR("focused")) || str_equal(w->name, STR("is_focused")))) {
		o->focused = true;
	}
	w->name = (struct str){0};
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
			w->name = (struct str){0};
		} else if (t == JSON_OBJECT_END) {
			if (!on_object(&w->open[w->reader.depth], data)) {
				return 0;
			}
		} else if (t == JSON_NAME) {
			w->name = w->reader.text;
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
