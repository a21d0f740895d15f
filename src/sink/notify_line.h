/* The lines between the daemon and the notifier program, one JSON object each. To show, or to
 * replace the one with the number "replaces":
 *   {"id":SESSION,"summary":…,"body":…,"urgency":0|1|2,"category":…,"sound":…,"pid":PID,
 *    "focus":0|1,"details":0|1,"quiet":0|1,"replaces":NUMBER}
 * To take away:
 *   {"id":SESSION,"close":NUMBER}
 * NUMBER is what the notification server gave, 0 while unknown. The program answers with
 *   {"id":SESSION,"number":NUMBER}
 * when it is shown, and with 0 when it has gone from the screen; with "action":"focus", "dismiss",
 * "mute" or "details" as well, if that was what its user wanted, and with "token", which lets
 * another program take the focus (xdg-activation), if the server gave one. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "config/notify_kind.h"

struct buf;

struct notify_command {
	struct str id;                      // of the session; never empty
	bool closes;                        // close it; else show it
	uint32_t number;                    // of the one to replace or to close; 0 unknown
	struct str summary, body, category; // to show; a summary is never empty
	struct str sound;                   // its name in the sound theme; empty: none
	enum notify_urgency urgency;
	int64_t pid;      // of the client; 0 unknown
	bool can_focus;   // its terminal can be raised
	bool has_details; // it has a page
	bool is_quiet;    // a correction, not news
};

enum notify_action { // of the user
	NOTIFY_ACTION_NONE,
	NOTIFY_ACTION_FOCUS,   // show me the session
	NOTIFY_ACTION_DISMISS, // I have seen it
	NOTIFY_ACTION_MUTE,    // no more of this session
	NOTIFY_ACTION_DETAILS, // open its page
	NOTIFY_ACTION_COUNT,
};

struct notify_reply {
	struct str id;
	uint32_t number; // 0: not on the screen
	enum notify_action action;
	struct str token; // of FOCUS and DETAILS; may be empty
};

/* The word in the line, also the action's key for the server; NULL for NONE. */
const char *notify_action_name(enum notify_action action);

/* Appends the line, with '\n'. */
void notify_line_write(struct buf *out, const struct notify_command *command);
void notify_line_write_reply(struct buf *out, const struct notify_reply *reply);

/* Reads a line without its '\n', which is modified: the texts are slices of it. False, and *ret
 * untouched, for anything else. */
bool notify_line_read(char *line, size_t size, struct notify_command *ret);
bool notify_line_read_reply(char *line, size_t size, struct notify_reply *ret);
