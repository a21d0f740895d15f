/* The kernel's texts about one process, read without asking the kernel: proc(5). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { PROCESS_NAME_BYTES = 64, PROCESS_TERMINAL_BYTES = 32, PROCESS_VALUE_BYTES = 1024 };

struct process_stat {
	int64_t pid;
	char name[PROCESS_NAME_BYTES]; // comm, NUL-terminated, cut if it is longer
	char state;                    // 'R', 'S', …
	int64_t parent;                // its pid; 0: none here
	uint32_t terminal;             // tty_nr; 0: none
	uint64_t start_ticks;          // since boot: with pid it names a process for ever
};

/* Environment variables that tell in which window, pane or tab a process runs. */
enum process_place {
	PROCESS_PLACE_TMUX,
	PROCESS_PLACE_TMUX_PANE,
	PROCESS_PLACE_STY,
	PROCESS_PLACE_ZELLIJ_SESSION_NAME,
	PROCESS_PLACE_ZELLIJ_PANE_ID,
	PROCESS_PLACE_KITTY_WINDOW_ID,
	PROCESS_PLACE_KITTY_LISTEN_ON,
	PROCESS_PLACE_WEZTERM_PANE,
	PROCESS_PLACE_WEZTERM_UNIX_SOCKET,
	PROCESS_PLACE_ALACRITTY_WINDOW_ID,
	PROCESS_PLACE_KONSOLE_DBUS_SERVICE,
	PROCESS_PLACE_KONSOLE_DBUS_SESSION,
	PROCESS_PLACE_GNOME_TERMINAL_SCREEN,
	PROCESS_PLACE_TERM_PROGRAM,
	PROCESS_PLACE_WINDOWID,
	PROCESS_PLACE_COUNT,
};

/* The variable's name: "TMUX_PANE". */
const char *process_place_name(enum process_place place);

/* Reads the line of /proc/PID/stat. The name may hold anything, parentheses and newlines too.
 * False, and *ret untouched, if it is no such line. */
bool process_stat_parse(struct str line, struct process_stat *ret);

/* Whether a process in this state has ended already. */
bool process_stat_has_ended(const struct process_stat *stat);

/* The device file of a tty_nr, "/dev/pts/3"; false for none and for kinds that nobody sits at. */
bool process_stat_terminal(uint32_t terminal, char ret[PROCESS_TERMINAL_BYTES]);

/* Picks the known variables from /proc/PID/environ. Values are borrowed; those not there, empty or
 * longer than PROCESS_VALUE_BYTES, are left with data NULL. What is behind the last NUL was cut off
 * and is not read. */
void process_stat_pick_places(struct str environment, struct str ret[PROCESS_PLACE_COUNT]);
