/* Where a process is visible: the window, pane or tab it runs in, by its environment and its
 * ancestors. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { PROCESS_ANCESTORS_MAX = 32, PROCESS_VALUE_BYTES = 1024 };

/* The environment variables read; no others are. */
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

/* Reads it for a process of our own user. 0; -ESRCH if it is gone or in another pid namespace,
 * where this has no meaning here; -EPERM if it is another user's; a negative errno. */
int process_env_read(int64_t pid, struct process_env *ret);

/* Frees what it owns; a zeroed one is fine. */
void process_env_finish(struct process_env *place);

/* The generation of pid as an ancestor of the process: 0 for itself, 1, …; -1: not an ancestor. */
int process_env_generation(const struct process_env *place, int64_t pid);

/* Picks the known variables from /proc/PID/environ. Values are borrowed; data stays NULL for those
 * missing, empty or longer than PROCESS_VALUE_BYTES. Anything after the last NUL is incomplete and
 * ignored. */
void process_env_pick(struct str environment, struct str ret[PROCESS_VARIABLE_COUNT]);

/* The exit status of otel-ai-monitor-focus --check: whether a process is in view. */
enum process_view {
	PROCESS_IN_VIEW = 0,     // its window has the focus
	PROCESS_OUT_OF_VIEW = 1, // or unknown
	PROCESS_UNATTENDED = 3,  // it has the focus, but the desktop is locked or idle
};

/* The pid of the process that provides its terminal: its closest ancestor that is not on the
 * terminal itself, such as an emulator, tmux' server or sshd. 0 if it is on no terminal or not
 * accessible. */
int64_t process_env_terminal(int64_t pid);
