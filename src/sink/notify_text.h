/* The text of a session's notification. Only names and numbers, never anything written by a user or
 * an assistant. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config/notify_kind.h"
#include "session/session.h"

struct buf;

/* The kind of notification for an attention. */
enum notify_kind notify_text_kind(enum session_attention attention);

/* "needs your permission", to follow the assistant's name; NULL for NONE. */
const char *notify_text_verb(enum session_attention attention);

/* "Claude Code wants to use Bash". Servers may cut off long ones. */
void notify_text_summary(struct buf *out, const struct session *s, enum notify_kind kind);

/* "webshop · Bash · 2 min". worked_ms: negative if unknown. */
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
