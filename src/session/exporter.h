/* What a session's client has shown of how it exports: its batches, its clock, its connections.
 *
 * Its clock is that of this machine, until its records say otherwise: they come from the future,
 * the first are older than any batch interval explains, or their numbers rise while their times
 * fall. Then behind_ns is added to its times, and the step is told once. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"
#include "session/clock.h"

enum { EXPORTER_CONNECTIONS = 8, EXPORTER_LAGS = 4 };

struct exporter_connection {
	uint64_t number;
	int64_t used_ms; // monotonic: when it last carried something
};

struct exporter {
	struct exporter_connection connections[EXPORTER_CONNECTIONS];
	unsigned connection_count;
	int64_t lags_ms[EXPORTER_LAGS]; // age of the oldest record of the last batches; 0: none
	unsigned next_lag;
	bool last_batch_full; // it held as many records as clients put into one

	int64_t behind_ns;       // of its clock, as far as it is off
	int64_t late_ms;         // how long the last batch was held up on its way
	bool has_sent;           // a batch with times
	int64_t newest_ns;       // of its numbered records, on the tracker's clock; 0: none
	int64_t newest_sequence; // of that record
};

/* The times of a batch on the tracker's clock, before the sender's own error is undone; 0: none. */
struct exporter_batch {
	uint64_t connection;
	int64_t oldest_ns, newest_ns;
	size_t record_count;
	bool of_logs; // only logs tell the interval by which events come
};

/* Takes note of a batch. Returns by how much its clock was found to be off, in ms; 0 if it is as it
 * was. */
int64_t exporter_note_batch(
	struct exporter *s, const struct exporter_batch *batch, struct moment now);

/* Whether a numbered record at time_ns, on the tracker's clock, tells that its clock was set back:
 * its number rises and its time falls. */
bool exporter_is_set_back(const struct exporter *s, int64_t sequence, int64_t time_ns);

/* What it stamped at time_ns, the last of its batch, is as new as can be. Returns by how much its
 * clock was off, in ms. */
int64_t exporter_set_right(struct exporter *s, int64_t time_ns, struct moment now);

/* Takes note of a numbered record at time_ns, on the tracker's clock. */
void exporter_note_number(struct exporter *s, int64_t sequence, int64_t time_ns);

/* Its own error undone. */
int64_t exporter_time(const struct exporter *s, int64_t time_ns);

bool exporter_has_connection(const struct exporter *s, uint64_t connection);

/* How old, in ms, something is; never less than 0. */
int64_t exporter_age_ms(const struct exporter *s, int64_t time_ns, struct moment now);

/* For how long it collects records before it sends them. */
int64_t exporter_batch_interval_ms(const struct exporter *s, const struct assistant *assistant);

/* The connection is gone. True if it was the sender's; *ret_idle_ms: how long it had carried
 * nothing. */
bool exporter_drop_connection(
	struct exporter *s, uint64_t connection, int64_t mono_ms, int64_t *ret_idle_ms);
