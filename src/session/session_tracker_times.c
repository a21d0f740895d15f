/* When the events of a batch happened, on one clock for all senders: the machine's own steps are
 * undone first, then what the exporter of each session is known to be off by; hooks and whatever
 * has no stamp count from their arrival. */
#include "session/session_tracker_parts.h"

#include <stdlib.h>

enum { STEPS_IN_BATCH = 4 };

/* ---- clocks */

static void report_step(struct session_tracker *t, struct tracked_session *w, int64_t step_ms)
{
	if (step_ms == 0 || t->observer.on_clock_step == NULL || (w != NULL && w->step_told)) {
		return;
	}
	if (w != NULL) {
		w->step_told = true;
	}
	t->observer.on_clock_step(w != NULL ? &w->session : NULL, step_ms, t->observer.data);
}

/* Every state began before now. A clock that was set forward looks like a machine that slept,
 * during which states last. */
static void move_back_since(struct session_tracker *t, int64_t set_ms)
{
	struct session *s;
	list_for_each(s, &t->registry.sessions, link)
	{
		s->since_ms += set_ms;
	}
}

struct moment session_tracker_read_clock(struct session_tracker *t, struct instant now)
{
	int64_t set_ms;
	struct moment moment = clock_read(&t->clock, now, &set_ms);
	if (set_ms < 0) {
		move_back_since(t, set_ms);
	}
	report_step(t, NULL, set_ms);
	return moment;
}

/* Shifts when e happened, and with it when it began. */
static void set_time(struct event *e, int64_t time_ns)
{
	e->begin_ns += e->begin_ns != 0 ? time_ns - e->time_ns : 0;
	e->time_ns = time_ns;
}

/* Events without a time happened when they arrived. */
static void set_arrival(struct event *e, struct moment now)
{
	e->begin_ns += e->begin_ns < 0 ? now.ns : 0;
	e->time_ns = now.ns;
}

/* How many events of the batch, in the order sent, were stamped before the clock was set. */
static size_t count_before_step(
	const struct session_tracker *t, const struct session_batch *batch, struct moment now)
{
	size_t count = batch->count;
	while (count > 0 &&
		(batch->events[count - 1].time_ns == 0 ||
			!clock_is_before_step(&t->clock, batch->events[count - 1].time_ns, now))) {
		count--;
	}
	return count;
}

/* The last time of that session's in the batch; all are on the tracker's clock. */
static int64_t last_time(const struct session_batch *batch, size_t from)
{
	int64_t last = batch->events[from].time_ns;
	for (size_t i = from + 1; i < batch->count; i++) {
		const struct event *e = &batch->events[i];
		if (e->time_ns != 0 && str_equal(e->session_id, batch->events[from].session_id)) {
			last = e->time_ns;
		}
	}
	return last;
}

/* ---- the first event of a batch */

static int64_t place_stamp(const struct session_tracker *t, int64_t wall_ns, struct moment now)
{
	bool before_step = clock_is_before_step(&t->clock, wall_ns, now);
	return wall_ns != 0 ? clock_from_wall(&t->clock, wall_ns, before_step) : 0;
}

/* The times of a batch on the tracker's clock. */
static struct exporter_batch exporter_batch_of(const struct session_tracker *t,
	const struct session_batch *batch, enum event_source source, struct moment now)
{
	return (struct exporter_batch){
		.connection = batch->connection,
		.oldest_ns = place_stamp(t, batch->oldest_ns, now),
		.newest_ns = place_stamp(t, batch->newest_ns, now),
		.record_count = batch->record_count,
		.of_logs = source == EVENT_FROM_LOGS,
	};
}

/* The first event of a batch gives a sign of life, and says how its exporter sends. */
void session_tracker_touch(struct session_tracker *t, struct tracked_session *w,
	const struct session_batch *batch, const struct event *e, struct moment now)
{
	w->touched = true;
	w->news_ms = now.mono_ms;
	session_registry_touch(&t->registry, w);
	if (e->source == EVENT_FROM_HOOK) {
		return;
	}
	if (w->by_hook) { // telemetry knows better which of a client's programs this is
		w->by_hook = false;
		w->session.assistant = e->assistant;
	}
	w->said_last_words = w->client_stays && e->source == EVENT_FROM_LOGS;
	bool known = exporter_has_connection(&w->exporter, batch->connection);
	struct exporter_batch sent = exporter_batch_of(t, batch, e->source, now);
	report_step(t, w, exporter_note_batch(&w->exporter, &sent, now));
	if (!known) {
		session_tracker_take_client(t, w, batch->connection);
	}
}

/* ---- when it happened */

/* Hooks of one session are ordered by their arrival, whatever any clock says. */
static int64_t hook_time(const struct tracked_session *w, struct moment now)
{
	return w != NULL && w->hook_ns >= now.ns ? w->hook_ns + 1 : now.ns;
}

/* Of a record that is numbered; a fall of the time while the number rises is a step of its clock.
 * Finding an exporter's last record means looking at all, so few steps of a batch are believed. */
static int64_t numbered_time(struct session_tracker *t, const struct session_batch *batch,
	struct tracked_session *w, size_t at, unsigned *steps_left, struct moment now)
{
	const struct event *e = &batch->events[at];
	int64_t time_ns = exporter_time(&w->exporter, e->time_ns);
	if (*steps_left > 0 && exporter_is_set_back(&w->exporter, e->sequence, time_ns)) {
		int64_t last_ns = exporter_time(&w->exporter, last_time(batch, at));
		*steps_left -= 1;
		report_step(t, w, exporter_set_right(&w->exporter, last_ns, now));
		time_ns = exporter_time(&w->exporter, e->time_ns);
	}
	exporter_note_number(&w->exporter, e->sequence, time_ns);
	return time_ns;
}

/* As if every exporter's clock were that of this machine. */
static void undo_steps(
	const struct session_tracker *t, const struct session_batch *batch, struct moment now)
{
	size_t before = count_before_step(t, batch, now);
	for (size_t i = 0; i < batch->count; i++) {
		struct event *e = &batch->events[i];
		e->stamp_ns = e->time_ns;
		if (e->time_ns != 0) {
			set_time(e, clock_from_wall(&t->clock, e->time_ns, i < before));
		}
	}
}

/* Puts every event on the tracker's clock, in the order sent. */
static void put_on_clock(
	struct session_tracker *t, const struct session_batch *batch, struct moment now)
{
	struct tracked_session *w = NULL;
	struct exporter unknown = {0};
	unsigned steps_left = STEPS_IN_BATCH;
	undo_steps(t, batch, now);
	for (size_t i = 0; i < batch->count; i++) {
		struct event *e = &batch->events[i];
		bool other = i == 0 || !str_equal(e->session_id, batch->events[i - 1].session_id);
		if (other) {
			struct exporter_batch sent = exporter_batch_of(t, batch, e->source, now);
			w = session_registry_find(&t->registry, e->session_id);
			unknown = (struct exporter){0};
			exporter_note_batch(&unknown, &sent, now);
		}
		if (w != NULL && !w->touched) {
			session_tracker_touch(t, w, batch, e, now);
		}
		if (e->source == EVENT_FROM_HOOK) {
			set_time(e, hook_time(w, now));
		} else if (e->time_ns != 0) {
			bool numbered = e->sequence >= 0 && e->source == EVENT_FROM_LOGS;
			set_time(e, w != NULL && numbered
					    ? numbered_time(t, batch, w, i, &steps_left, now)
					    : exporter_time(w != NULL ? &w->exporter : &unknown,
						      e->time_ns));
		} else {
			set_arrival(e, now);
		}
	}
}

static int compare_events(const void *a, const void *b)
{
	const struct event *x = a, *y = b;
	if (x->time_ns != y->time_ns) {
		return x->time_ns < y->time_ns ? -1 : 1;
	}
	if (x->sequence != y->sequence) {
		return x->sequence < y->sequence ? -1 : 1;
	}
	return x->order < y->order ? -1 : 1; // the exporter's order
}

/* Batches come sorted, or nearly so. */
static void sort_events(struct event *events, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (compare_events(&events[i - 1], &events[i]) > 0) {
			qsort(events, count, sizeof(*events), compare_events);
			return;
		}
	}
}

void session_tracker_place(
	struct session_tracker *t, const struct session_batch *batch, struct moment now)
{
	put_on_clock(t, batch, now);
	sort_events(batch->events, batch->count);
}
