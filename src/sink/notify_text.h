/* What a notification tells of a session, in words. Nothing that a user or an assistant wrote is
 * ever shown, only names and numbers. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config/notify_kind.h"
#include "session/session.h"

struct buf;

/* The kind of notification that an attention asks for. */
enum notify_kind notify_text_kind(enum session_attention attention);

/* "needs your permission": what is said behind the assistant's name; NULL for NONE. */
const char *notify_text_verb(enum session_attention attention);

/* Who, and what: "Claude Code wants to use Bash". Servers cut it off where it is long. */
void notify_text_summary(struct buf *out, const struct session *s, enum notify_kind kind);

/* Where, with what, for how long: "webshop · Bash · 2 min". worked_ms: negative if not known. */
void notify_text_body(
	struct buf *out, const struct session *s, enum notify_kind kind, int64_t worked_ms);

/* How a sum of money is to be read: "≈" estimated, "≥" something has no price. */
struct notify_cost {
	int64_t nano_usd; // 0: not known
	bool is_estimated, is_least;
	bool is_equivalent; // nobody pays it: a subscription
};

/* Appends to a body what the turn has cost. */
void notify_text_cost(struct buf *out, const struct notify_cost *cost);
