/* Window managers that can be asked for a process's window. */
#pragma once

#include "focus/focus_result.h"
#include "process/process_env.h"

/* A focus_result, or a negative errno. */
typedef int focus_window_ask(const struct process_env *place, enum focus_mode mode);

struct focus_window_manager {
	const char *name;
	enum process_variable variable; // in the place, if it runs there
	focus_window_ask *ask;
};

/* The window of one process among those that a manager lists: the one whose process stands nearest
 * to the place's in its line. */
struct focus_choice {
	const struct process_env *place;
	int generation; // of the one chosen; -1: none yet
	bool focused;
	int64_t id;
	struct str address;
};

/* A focus_json_on_object; data is a struct focus_choice. */
struct focus_object;
bool focus_choice_consider(const struct focus_object *object, void *data);

focus_window_ask focus_sway, focus_hyprland, focus_niri, focus_kwin, focus_x11;
