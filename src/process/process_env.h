/* Where a process can be looked at: the window, pane or tab it runs in, as far as its environment
 * and its ancestors tell. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { PROCESS_ANCESTORS_MAX = 32, PROCESS_VALUE_BYTES = 1024 };

/* The environment variables that are looked at, and no other. */
enum process_variable {
	PROCESS_DBUS_SESSION_BUS_ADDRESS,
	PROCESS_DISPLAY,
	PROCESS_HYPRLAND_INSTANCE_SIGNATURE,
	PROCESS_KDE_SESSION_VERSION,
	PROCESS_KITTY_LISTEN_ON,
	PROCESS_KITTY_WINDOW_ID,
	PROCESS_NIRI_SOCKET,
	PROCESS_SWAYSOCK,
	PROCESS_TMUX,
	PROCESS_TMUX_PANE,
	PROCESS_WEZTERM_PANE,
	PROCESS_WEZTERM_UNIX_SOCKET,
	PROCESS_WINDOWID,
	PROCESS_XAUTHORITY,
	PROCESS_XDG_RUNTIME_DIR,
	PROCESS_VARIABLE_COUNT,
};

struct process_env {
	char *variables[PROCESS_VARIABLE_COUNT]; // owned; NULL where not set
	int64_t line[PROCESS_ANCESTORS_MAX];     // the process itself, its parent, and so on
	size_t line_size;
};

/* Reads it of a process of our own. 0; -ESRCH if it is gone or in another pid namespace, where all
 * this means nothing here; -EPERM if it is another user's; a negative errno. */
int process_env_read(int64_t pid, struct process_env *ret);

/* Frees what it owns; a zeroed one is fine. */
void process_env_finish(struct process_env *place);

/* The generation in which a process is the place's process or an ancestor of it: 0, 1, …; -1 if it
 * is none. */
int process_env_generation(const struct process_env *place, int64_t pid);

/* Picks the known variables from /proc/PID/environ. Values are borrowed; those not there, empty or
 * longer than PROCESS_VALUE_BYTES, are left with data NULL. What is behind the last NUL was cut off
 * and is not read. */
void process_env_pick(struct str environment, struct str ret[PROCESS_VARIABLE_COUNT]);

/* The exit status of otel-ai-monitor-focus --check: whether its user looks at a process. */
enum process_view {
	PROCESS_IN_VIEW = 0,     // its window has the focus
	PROCESS_OUT_OF_VIEW = 1, // or it cannot be known
	PROCESS_UNATTENDED = 3,  // it has the focus, but the desktop is locked or idle
};

/* Of the terminal in which that process runs: its next ancestor that is not on the terminal itself,
 * so an emulator, tmux' server or sshd. 0 if it is on no terminal or not ours to look at. */
int64_t process_env_terminal(int64_t pid);
