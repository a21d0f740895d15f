#include "session/exporter.h"

#include <string.h>

#include "base/number.h"

enum {
	SHORTEST_INTERVAL_MS = 1000,
	LONGEST_INTERVAL_MS = 30000,
	CLOCK_TOLERANCE_MS = 2000, // records from further in the future than this: its clock is off
	OLDEST_EXPLAINED_MS = 60000, // and from further in the past, where no interval is that long
	FALL_MS = 500,               // times of records in their order fall by no more than this
	FULL_BATCH_RECORDS = 512,    // maxExportBatchSize of the OpenTelemetry SDKs
};

static void note_connection(struct exporter *s, uint64_t number, int64_t now_ms)
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
	unsigned place = s->connection_count < EXPORTER_CONNECTIONS ? s->connection_count++
								    : oldest;
	s->connections[place] = (struct exporter_connection){number, now_ms};
}

/* Sets its clock right by so much. */
static int64_t correct(struct exporter *s, int64_t by_ms)
{
	s->behind_ns = add_int64(s->behind_ns, by_ms * MS_NS);
	return by_ms;
}

/* An old batch of an exporter whose clock was right was held up. */
static int64_t note_age(struct exporter *s, int64_t age_ms)
{
	bool was_right = s->has_sent && s->behind_ns == 0;
	s->late_ms = 0;
	if (age_ms < -CLOCK_TOLERANCE_MS || (age_ms > OLDEST_EXPLAINED_MS && !was_right)) {
		return correct(s, age_ms);
	}
	if (age_ms > OLDEST_EXPLAINED_MS) {
		s->late_ms = age_ms;
	}
	return 0;
}

int64_t exporter_note_batch(
	struct exporter *s, const struct exporter_batch *batch, struct moment now)
{
	note_connection(s, batch->connection, now.mono_ms);
	s->last_batch_full = batch->record_count >= FULL_BATCH_RECORDS;
	if (batch->newest_ns == 0) {
		return 0;
	}
	int64_t newest_ns = exporter_time(s, batch->newest_ns);
	int64_t off_ms = note_age(s, sub_int64(now.ns, newest_ns) / MS_NS);
	int64_t lag_ms = sub_int64(now.ns, exporter_time(s, batch->oldest_ns)) / MS_NS;
	if (off_ms == 0 && s->late_ms == 0 && batch->of_logs && lag_ms > 0 &&
		lag_ms <= OLDEST_EXPLAINED_MS) {
		s->lags_ms[s->next_lag++ % EXPORTER_LAGS] = lag_ms;
	}
	s->has_sent = true;
	return off_ms;
}

bool exporter_is_set_back(const struct exporter *s, int64_t sequence, int64_t time_ns)
{
	return s->newest_ns != 0 && sequence > s->newest_sequence &&
	       time_ns < s->newest_ns - FALL_MS * MS_NS;
}

int64_t exporter_set_right(struct exporter *s, int64_t time_ns, struct moment now)
{
	s->late_ms = 0;
	return correct(s, sub_int64(now.ns, time_ns) / MS_NS);
}

void exporter_note_number(struct exporter *s, int64_t sequence, int64_t time_ns)
{
	bool follows = s->newest_ns != 0 && sequence > s->newest_sequence;
	if (follows || time_ns > s->newest_ns) { // else it was known, or a resumed one counts anew
		s->newest_ns = time_ns;
		s->newest_sequence = sequence;
	}
}

int64_t exporter_time(const struct exporter *s, int64_t time_ns)
{
	return add_int64(time_ns, s->behind_ns);
}

int64_t exporter_age_ms(const struct exporter *s, int64_t time_ns, struct moment now)
{
	int64_t age_ms = sub_int64(now.ns, time_ns) / MS_NS - s->late_ms;
	return time_ns == 0 || age_ms < 0 ? 0 : age_ms;
}

int64_t exporter_batch_interval_ms(const struct exporter *s, const struct assistant *assistant)
{
	int64_t longest = 0;
	for (unsigned i = 0; i < EXPORTER_LAGS; i++) {
		longest = s->lags_ms[i] > longest ? s->lags_ms[i] : longest;
	}
	if (longest == 0) {
		return assistant->batch_interval_ms;
	}
	if (longest < SHORTEST_INTERVAL_MS) {
		return SHORTEST_INTERVAL_MS;
	}
	return longest < LONGEST_INTERVAL_MS ? longest : LONGEST_INTERVAL_MS;
}

bool exporter_has_connection(const struct exporter *s, uint64_t connection)
{
	for (unsigned i = 0; i < s->connection_count; i++) {
		if (s->connections[i].number == connection) {
			return true;
		}
	}
	return false;
}

bool exporter_drop_connection(
	struct exporter *s, uint64_t connection, int64_t mono_ms, int64_t *ret_idle_ms)
{
	for (unsigned i = 0; i < s->connection_count; i++) {
		if (s->connections[i].number == connection) {
			*ret_idle_ms = mono_ms - s->connections[i].used_ms;
			s->connections[i] = s->connections[--s->connection_count];
			return true;
		}
	}
	return false;
}
