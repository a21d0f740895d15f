/* What a session's client has shown of how it sends: its batches, its clock, its connections. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/instant.h"
#include "event/event.h"

enum { SENDER_CONNECTIONS = 8, SENDER_LAGS = 4 };

struct sender_connection {
	uint64_t number;
	int64_t used_ms; // monotonic: when it last carried something
};

struct sender {
	struct sender_connection connections[SENDER_CONNECTIONS];
	unsigned connection_count;
	int64_t lags_ms[SENDER_LAGS]; // age of the oldest record of the last batches; 0: none
	unsigned next_lag;
	int64_t clock_ahead_ms; // of its clock before ours; 0 while the two agree
	bool last_batch_full;   // it held as many records as clients put into one
};

/* Takes note of a batch: oldest_ns and newest_ns as the sender stamped them (0: no times). of_logs:
 * only logs tell the interval by which events come. */
void sender_note_batch(struct sender *s, uint64_t connection, int64_t oldest_ns, int64_t newest_ns,
	size_t record_count, bool of_logs, struct instant now);

bool sender_has_connection(const struct sender *s, uint64_t connection);

/* How old, in ms at now, something is that the sender stamped; never less than 0. */
int64_t sender_age_ms(const struct sender *s, int64_t time_ns, struct instant now);

/* For how long it collects records before it sends them. */
int64_t sender_batch_interval_ms(const struct sender *s, const struct tool *tool);

/* The connection is gone. True if it was the sender's; *ret_idle_ms: how long it had carried
 * nothing. */
bool sender_drop_connection(
	struct sender *s, uint64_t connection, struct instant now, int64_t *ret_idle_ms);
