/* Finds windows and panes in the JSON of window managers and terminals, by the members of objects
 * at any depth. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct process_env;

struct focus_object { // members of the same name; 0, false or empty if missing
	int64_t id, pid;
	size_t depth;             // containers around it
	int64_t focused_pane_id;  // -1: none
	int64_t focus_history_id; // focusHistoryID; -1: none
	bool focused;             // focused or is_focused
	struct str address;
};

/* Called for every object, inner ones first. False ends the walk. */
typedef bool focus_json_on_object(const struct focus_object *object, void *data);

/* Walks text, which is modified. 0, even if the walk was ended early; -EPROTO if it is not JSON. */
int focus_json_walk(char *text, size_t size, focus_json_on_object *on_object, void *data);

/* Chooses the window of a process among those of a manager: the one of its closest ancestor. */
struct focus_choice {
	const struct process_env *place;
	int generation; // of the one chosen; -1: none yet
	bool focused;
	int64_t id;
	struct str address;
};

/* A focus_json_on_object that makes the choice; data is a struct focus_choice. */
bool focus_json_choose(const struct focus_object *object, void *data);
