/* Programs between a process and its window that show one of several at a time: multiplexers and
 * terminals with tabs. */
#pragma once

#include <stdint.h>

#include "focus/focus_result.h"
#include "process/process_env.h"

/* Asks for the pane of the place. ret_outer is set to the process whose window shows it, if that is
 * another one than the ancestors of the place tell. A focus_result, or a negative errno. */
typedef int focus_pane_ask(
	const struct process_env *place, enum focus_mode mode, int64_t *ret_outer);

struct focus_pane_keeper {
	const char *name;
	enum process_variable variables[2]; // in the place, both, if it runs in one
	focus_pane_ask *ask;
};

focus_pane_ask focus_tmux, focus_kitty, focus_wezterm;
