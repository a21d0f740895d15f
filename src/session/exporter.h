/* What is known about how a session's client exports: its batches, its clock, its connections.
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
	int64_t used_ms; // monotonic: when it was last used
};

struct exporter {
	struct exporter_connection connections[EXPORTER_CONNECTIONS];
	unsigned connection_count;
	int64_t lags_ms[EXPORTER_LAGS]; // age of the oldest record of the last batches; 0: none
	unsigned next_lag;
	bool last_batch_full; // it was as large as clients make them

	int64_t behind_ns;       // how far its clock is behind
	int64_t late_ms;         // how long the last batch was delayed
	bool has_sent;           // at least one batch with times
	int64_t newest_ns;       // of its numbered records, on the tracker's clock; 0: none
	int64_t newest_sequence; // of that record
};

/* The times of a batch on the tracker's clock, before correcting the exporter's clock; 0: none. */
struct exporter_batch {
	uint64_t connection;
	int64_t oldest_ns, newest_ns;
	size_t record_count;
	bool of_logs; // only logs show the interval of events
};

/* Notes a batch. Returns the newly found error of the exporter's clock, in ms; 0: no change. */
int64_t exporter_note_batch(
	struct exporter *s, const struct exporter_batch *batch, struct moment now);

/* Whether a numbered record at time_ns, on the tracker's clock, shows that the exporter's clock was
 * set back: the number rises, the time falls. */
bool exporter_is_set_back(const struct exporter *s, int64_t sequence, int64_t time_ns);

/* Corrects the clock: the last record of the batch, at time_ns, is from just now. Returns the
 * error, in ms. */
int64_t exporter_set_right(struct exporter *s, int64_t time_ns, struct moment now);

/* Notes a numbered record at time_ns, on the tracker's clock. */
void exporter_note_number(struct exporter *s, int64_t sequence, int64_t time_ns);

/* Corrects a time by the error of the exporter's clock. */
int64_t exporter_time(const struct exporter *s, int64_t time_ns);

bool exporter_has_connection(const struct exporter *s, uint64_t connection);

/* The age of something, in ms; never negative. */
int64_t exporter_age_ms(const struct exporter *s, int64_t time_ns, struct moment now);

/* How long it collects records before sending them. */
int64_t exporter_batch_interval_ms(const struct exporter *s, const struct assistant *assistant);

/* A connection has ended. True if it was the exporter's; *ret_idle_ms: how long it was idle. */
bool exporter_drop_connection(
	struct exporter *s, uint64_t connection, int64_t mono_ms, int64_t *ret_idle_ms);
