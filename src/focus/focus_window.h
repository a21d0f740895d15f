/* What to ask about a process: window managers for its window; multiplexers and terminals with
 * tabs, which are between process and window, for its pane. */
#pragma once

#include <stdint.h>

#include "process/process_env.h"

enum focus_mode {
	FOCUS_BRING, // to the front
	FOCUS_CHECK, // change nothing: does it have the focus?
};

/* Besides these, a negative errno: cannot ask. */
enum focus_result {
	FOCUS_YES,       // it is in front now, or has the focus
	FOCUS_NO,        // another one has the focus
	FOCUS_NOT_THERE, // the process has nothing there
};

/* ---- windows */

/* A focus_result, or a negative errno. */
typedef int focus_window_ask(const struct process_env *place, enum focus_mode mode);

struct focus_window_manager {
	const char *name;
	enum process_variable variable; // in the place, if it runs there
	focus_window_ask *ask;
};

focus_window_ask focus_sway, focus_hyprland, focus_niri, focus_kwin, focus_x11;

/* ---- panes */

/* Asks for the process's pane. ret_outer is set to the process whose window shows it, if it is not
 * an ancestor. A focus_result, or a negative errno. */
typedef int focus_pane_ask(
	const struct process_env *place, enum focus_mode mode, int64_t *ret_outer);

struct focus_pane_keeper {
	const char *name;
	enum process_variable variables[2]; // in the place, both, if it runs in one
	focus_pane_ask *ask;
};

focus_pane_ask focus_tmux, focus_kitty, focus_wezterm;
