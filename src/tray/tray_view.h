/* What the tray shows of a session list: no D-Bus, no clock. Nothing in it grows older while no
 * session changes, or somebody would have to wake up for it: so there are no lengths of time. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"

enum { TRAY_ROWS = 20 };

struct tray_row {
	char *session_id; // owned, as the next
	char *label;      // "webshop: Claude Code needs your permission"
	enum config_bar_state state;
};

struct tray_view {
	enum config_bar_state state;     // the most urgent of all
	struct tray_row rows[TRAY_ROWS]; // the most urgent first
	size_t row_count;
	size_t more;            // sessions without a row
	bool has_unseen;        // something that "Mark all as seen" would do away with
	int64_t paused_until_s; // since the epoch; 0: there are notifications
	char *title;            // owned: "AI sessions: 1 needs you, 2 working"
	char *details;          // owned: the rows, a line each; plain text
};

/* What there is before the first list: no sessions. */
void tray_view_init(struct tray_view *ret);
void tray_view_finish(struct tray_view *v);

/* Reads a line without its '\n', which is changed. 0; or -EPROTO, and *ret untouched, if it is no
 * session list. */
int tray_view_read(struct tray_view *ret, char *line, size_t size);
