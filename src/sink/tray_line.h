/* The lines from the tray program to the daemon, one JSON object each: the user's choices. The
 * program itself gets ordinary session lists (sink_encode.h).
 *   {"action":"focus","id":SESSION,"token":…}
 *   {"action":"seen"} {"action":"pause"} {"action":"resume"}
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf;

enum tray_action {
	TRAY_ACTION_NONE, // of no line
	TRAY_ACTION_FOCUS,
	TRAY_ACTION_SEEN,   // all sessions have been seen
	TRAY_ACTION_PAUSE,  // no notifications for an hour
	TRAY_ACTION_RESUME, // notifications again
	TRAY_ACTION_COUNT,
};

struct tray_request {
	enum tray_action action;
	struct str id;    // of FOCUS: the session; never empty
	struct str token; // of FOCUS: for xdg-activation; may be empty
};

/* Appends the line, with '\n'. */
void tray_line_write(struct buf *out, const struct tray_request *request);

/* Reads a line without its '\n', which is modified: the texts are slices of it. False, and *ret
 * untouched, for anything else. */
bool tray_line_read(char *line, size_t size, struct tray_request *ret);
