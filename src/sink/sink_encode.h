/* Sessions and their changes as lines of JSON. This is a public format
 * (otel-ai-monitor-protocol(7)): keys, their order and their meaning stay, new keys are only added.
 *
 * Every function that takes an empty buf leaves one whole line in it, '\n' included, or nothing if
 * the line exceeds the maximum. */
#pragma once

#include <stdint.h>

#include "base/instant.h"
#include "base/str.h"

struct buf;
struct json_writer;
struct list;
struct session;
struct session_change;

enum { SINK_MAX_LINE_BYTES = 32 * 1024 * 1024 }; // far more than 1000 maximal sessions

/* {"type":"session_update",…} */
void sink_encode_update(struct buf *out, const struct session_change *change, struct instant now);

/* {"type":"session_list",…}: sessions holds struct session by session::link; expired ones are left
 * out. Sessions that do not fit are counted as "omitted". */
void sink_encode_list(struct buf *out, const struct list *sessions, struct instant now);

/* update_line, as sink_encode_update() wrote it, which also carries has_working, counts and
 * sessions: for readers that keep only the last line. */
void sink_encode_complete(struct buf *out, struct str update_line, const struct list *sessions);

/* Adds to a line just written that notifications are paused until then, in seconds since the epoch;
 * nothing if that is 0. */
void sink_encode_pause(struct buf *out, int64_t paused_until);

/* What calls have cost. */
struct sink_cost {
	int64_t nano_usd;
	bool is_estimated;      // some of it, from list prices
	int64_t unpriced_calls; // not in it
	bool is_equivalent;     // nobody pays it: a subscription
};

/* Adds today's cost to a list just written. */
void sink_encode_cost(struct buf *out, const struct sink_cost *cost);

/* An empty list with the reason: {"type":"session_list",…,"error":"unreachable"}. */
void sink_encode_unreachable(struct buf *out, struct instant now);

/* The same for a reader whose settings are wrong. */
void sink_encode_misconfigured(struct buf *out, struct instant now);

/* The same, as a daemon's last line: {"type":"session_list",…,"error":"stopped"}. */
void sink_encode_stopped(struct buf *out, struct instant now);

/* One entry of a list, as a value without '\n'. */
void sink_encode_session(struct json_writer *w, const struct session *s);
