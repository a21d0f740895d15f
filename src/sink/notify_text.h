/* Which states of a session are told by a desktop notification, and in which words: one table.
 * Nothing that a user or an assistant wrote is ever shown, only names and numbers. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "session/session.h"

struct buf;

enum notify_action {
	NOTIFY_KEEP,  // what is shown, if anything, stays true enough
	NOTIFY_SHOW,  // for session::attention, or DONE if there is none
	NOTIFY_CLOSE, // nothing to be told any more
};

/* What the session's state asks for. */
enum notify_action notify_text_action(const struct session *s);

/* What a session that is to be told wants: its attention, DONE for a completed one without. */
enum session_attention notify_text_attention(const struct session *s);

/* "needs your permission": what is said behind the assistant's name; NULL for NONE. */
const char *notify_text_verb(enum session_attention attention);

/* Whether this stays worth reading when its session has gone. */
bool notify_text_outlives(enum session_attention attention);

/* Appends what is told, for people: who and where; what, how long, with what. */
void notify_text_summary(struct buf *out, const struct session *s);
void notify_text_body(struct buf *out, const struct session *s);

/* Appends to out the notify_line that shows it. can_focus: its terminal can be shown. replaces: the
 * number of the notification to show it in place of, or 0. */
void notify_text_write(struct buf *out, const struct session *s, bool can_focus, uint32_t replaces);
