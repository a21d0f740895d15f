#include "session_fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

enum { MONO_START_MS = 500000 };
static const int64_t wall_start_ms = INT64_C(1800000000000);

static void on_change(const struct session_change *change, void *data)
{
	struct fixture *f = data;
	const struct session *s = change->session;
	ck_assert_uint_lt(f->count, FIXTURE_CHANGES);
	struct fixture_change *c = &f->changes[f->count++];
	*c = (struct fixture_change){.state = session_state_published(s->state),
		.previous = session_state_published(change->previous),
		.reason = s->reason,
		.attention = s->attention,
		.turn = s->turn,
		.is_new = change->is_new};
	(void)snprintf(c->id, sizeof(c->id), "%s", s->id);
}

struct fixture *fixture_create(void)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct session_settings settings = session_settings_default();
	f->tracker = session_tracker_create(
		&settings, &(struct session_observer){.on_change = on_change, .data = f});
	return f;
}

void fixture_destroy(struct fixture *f)
{
	session_tracker_destroy(f->tracker);
	free(f);
}

struct instant fixture_instant(const struct fixture *f)
{
	return (struct instant){MONO_START_MS + f->now_ms, wall_start_ms + f->now_ms};
}

int64_t fixture_ns(int64_t at_ms)
{
	return (wall_start_ms + at_ms) * 1000000;
}

struct event fixture_event(enum event_kind kind, int64_t at_ms)
{
	return (struct event){
		.kind = kind,
		.assistant = &assistant_claude,
		.assistant_name = assistant_claude.name,
		.session_id = STR("s"),
		.time_ns = fixture_ns(at_ms),
		.sequence = -1,
	};
}

void fixture_advance(struct fixture *f, int64_t to_ms)
{
	for (;;) {
		int64_t due_ms = session_tracker_next_deadline(f->tracker);
		if (due_ms == INT64_MAX || due_ms - MONO_START_MS > to_ms) {
			break;
		}
		ck_assert_int_ge(
			due_ms - MONO_START_MS, f->now_ms); // deadlines lie in the future only
		f->now_ms = due_ms - MONO_START_MS;
		session_tracker_tick(f->tracker, fixture_instant(f));
		ck_assert_int_gt(session_tracker_next_deadline(f->tracker), due_ms);
	}
	f->now_ms = to_ms;
}

void fixture_batch(struct fixture *f, int64_t now_ms, struct event *events, size_t count)
{
	fixture_advance(f, now_ms);
	struct session_batch batch = {
		.events = events,
		.count = count,
		.connection = 1,
		.oldest_ns = events[0].time_ns,
		.newest_ns = events[0].time_ns,
		.record_count = count,
	};
	for (size_t i = 0; i < count; i++) {
		events[i].order = (uint32_t)i;
		batch.oldest_ns = events[i].time_ns < batch.oldest_ns ? events[i].time_ns
								      : batch.oldest_ns;
		batch.newest_ns = events[i].time_ns > batch.newest_ns ? events[i].time_ns
								      : batch.newest_ns;
	}
	session_tracker_handle_batch(f->tracker, &batch, fixture_instant(f));
}

void fixture_send(struct fixture *f, int64_t now_ms, struct event e)
{
	fixture_batch(f, now_ms, &e, 1);
}

const struct fixture_change *fixture_last(const struct fixture *f)
{
	ck_assert_uint_gt(f->count, 0);
	return &f->changes[f->count - 1];
}

enum session_state fixture_state(const struct fixture *f)
{
	const struct session *s = session_tracker_find(f->tracker, STR("s"));
	return s != NULL ? session_state_published(s->state) : SESSION_EXPIRED;
}

size_t fixture_entered(const struct fixture *f, enum session_state state)
{
	size_t entered = 0;
	for (size_t i = 0; i < f->count; i++) {
		const struct fixture_change *c = &f->changes[i];
		entered += c->state == state && (c->previous != state || c->is_new);
	}
	return entered;
}
