#include "session/sender.h"

#include <string.h>

enum {
	SHORTEST_INTERVAL_MS = 1000,
	LONGEST_INTERVAL_MS = 30000,
	CLOCK_TOLERANCE_MS = 2000, // records from further in the future than this: its clock is off
	OLDEST_EXPLAINED_MS = 60000, // and from further in the past, where no interval is that long
	FULL_BATCH_RECORDS = 512,    // maxExportBatchSize of the OpenTelemetry SDKs
};

static void note_connection(struct sender *s, uint64_t number, int64_t now_ms)
{
	if (number == 0) {
		return;
	}
	unsigned oldest = 0;
	for (unsigned i = 0; i < s->connection_count; i++) {
		if (s->connections[i].number == number) {
			s->connections[i].used_ms = now_ms;
			return;
		}
		if (s->connections[i].used_ms < s->connections[oldest].used_ms) {
			oldest = i;
		}
	}
	unsigned place = s->connection_count < SENDER_CONNECTIONS ? s->connection_count++ : oldest;
	s->connections[place] = (struct sender_connection){number, now_ms};
}

void sender_note_batch(struct sender *s, uint64_t connection, int64_t oldest_ns, int64_t newest_ns,
	size_t record_count, bool of_logs, struct instant now)
{
	note_connection(s, connection, now.mono_ms);
	s->last_batch_full = record_count >= FULL_BATCH_RECORDS;
	if (newest_ns == 0) {
		return;
	}
	int64_t newest_age_ms = now.wall_ms - newest_ns / 1000000;
	bool off = newest_age_ms < -CLOCK_TOLERANCE_MS || newest_age_ms > OLDEST_EXPLAINED_MS;
	s->clock_ahead_ms = off ? -newest_age_ms : 0;
	int64_t lag_ms = now.wall_ms - oldest_ns / 1000000;
	if (!off && of_logs && lag_ms > 0) {
		s->lags_ms[s->next_lag++ % SENDER_LAGS] = lag_ms;
	}
}

int64_t sender_age_ms(const struct sender *s, int64_t time_ns, struct instant now)
{
	int64_t age_ms = now.wall_ms + s->clock_ahead_ms - time_ns / 1000000;
	return time_ns == 0 || age_ms < 0 ? 0 : age_ms;
}

int64_t sender_batch_interval_ms(const struct sender *s, const struct tool *tool)
{
	int64_t longest = 0;
	for (unsigned i = 0; i < SENDER_LAGS; i++) {
		longest = s->lags_ms[i] > longest ? s->lags_ms[i] : longest;
	}
	if (longest == 0) {
		return tool->batch_interval_ms;
	}
	if (longest < SHORTEST_INTERVAL_MS) {
		return SHORTEST_INTERVAL_MS;
	}
	return longest < LONGEST_INTERVAL_MS ? longest : LONGEST_INTERVAL_MS;
}

bool sender_has_connection(const struct sender *s, uint64_t connection)
{
	for (unsigned i = 0; i < s->connection_count; i++) {
		if (s->connections[i].number == connection) {
			return true;
		}
	}
	return false;
}

bool sender_drop_connection(
	struct sender *s, uint64_t connection, struct instant now, int64_t *ret_idle_ms)
{
	for (unsigned i = 0; i < s->connection_count; i++) {
		if (s->connections[i].number == connection) {
			*ret_idle_ms = now.mono_ms - s->connections[i].used_ms;
			s->connections[i] = s->connections[--s->connection_count];
			return true;
		}
	}
	return false;
}
