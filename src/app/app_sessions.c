#include "app/app_sessions.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/app_history.h"
#include "app/app_prices.h"
#include "app/systemd.h"
#include "base/instant.h"
#include "base/log.h"
#include "config/config.h"
#include "orchestrator/orchestrator_own.h"
#include "session/session_call.h"
#include "session/session_span.h"
#include "session/session_tracker.h"
#include "sink/sink_hub.h"

static struct instant now_of(const struct app_sessions *s)
{
	return instant_at(uv_now(s->loop));
}

/* ---- what the tracker finds out */

static void on_change(const struct session_change *change, void *data)
{
	struct app_sessions *s = data;
	const struct session *session = change->session;
	if (log_enabled(LOG_LEVEL_DEBUG)) {
		const char *reason = session_reason_name(session->reason);
		const char *attention = session_attention_name(session->attention);
		log_debug("session \"%s\" of %s: %s, was %s (%s, attention %s)",
			log_shown(str_from(session->id)),
			log_shown(str_from(session->assistant_name)),
			session_state_name(session->state),
			change->is_new ? "unknown" : session_state_name(change->previous),
			reason != NULL ? reason : "no reason",
			attention != NULL ? attention : "none");
	}
	sink_hub_update(s->hub, change, now_of(s));
	app_history_note_change(s->history, change, now_of(s));
	s->is_changed = true;
}

static void on_call(const struct session_call *call, void *data)
{
	struct app_sessions *s = data;
	app_prices_note(s->prices, call);
	app_history_note_call(s->history, call, now_of(s));
	if (!session_is_demo(call->session)) {
		orchestrator_own_note_call(s->own, call);
	}
}

static void on_span(const struct session_span *span, void *data)
{
	struct app_sessions *s = data;
	app_history_note_span(s->history, span, now_of(s));
	if (!session_is_demo(span->session)) {
		orchestrator_own_note_span(s->own, span);
	}
}

static void on_clock_step(const struct session *session, int64_t step_ms, void *data)
{
	(void)data;
	if (session == NULL) {
		log_info("the clock jumped by %+" PRId64 " s; sessions keep their order",
			step_ms / 1000);
	} else {
		log_info("the clock of session \"%s\" (%s) is off by %+" PRId64
			 " s; its events are ordered by arrival",
			log_shown(str_from(session->id)),
			log_shown(str_from(session->assistant_name)), step_ms / 1000);
	}
}

/* ---- timers, and the end of a turn */

static void on_tick(uv_timer_t *timer)
{
	struct app_sessions *s = timer->data;
	s->tick_at_ms = INT64_MAX;
	session_tracker_tick(s->tracker, now_of(s));
	s->is_changed = true;
}

static void on_broadcast(uv_timer_t *timer)
{
	struct app_sessions *s = timer->data;
	sink_hub_broadcast(s->hub, now_of(s));
	s->is_changed = true;
}

static void arm_tick(struct app_sessions *s)
{
	int64_t due_ms = session_tracker_next_deadline(s->tracker);
	if (due_ms == s->tick_at_ms) {
		return;
	}
	s->tick_at_ms = due_ms;
	if (due_ms == INT64_MAX) {
		uv_timer_stop(&s->tick);
		return;
	}
	int64_t wait_ms = due_ms - (int64_t)uv_now(s->loop);
	uv_timer_start(&s->tick, on_tick, wait_ms > 0 ? (uint64_t)wait_ms : 0, 0);
}

static size_t session_count(const struct app_sessions *s)
{
	return session_tracker_count(s->tracker, SESSION_IDLE) +
	       session_tracker_count(s->tracker, SESSION_WORKING) +
	       session_tracker_count(s->tracker, SESSION_COMPLETED);
}

static void arm_broadcast(struct app_sessions *s)
{
	bool is_needed = s->config->broadcast_interval_ms > 0 && session_count(s) > 0;
	if (!is_needed) {
		uv_timer_stop(&s->broadcast);
	} else if (!uv_is_active((uv_handle_t *)&s->broadcast)) {
		uint64_t interval_ms = (uint64_t)s->config->broadcast_interval_ms;
		uv_timer_start(&s->broadcast, on_broadcast, interval_ms, interval_ms);
	}
}

static void send_status(struct app_sessions *s)
{
	char status[APP_STATUS_BYTES];
	(void)snprintf(status, sizeof(status), "STATUS=%zu working, %zu completed, %zu idle",
		session_tracker_count(s->tracker, SESSION_WORKING),
		session_tracker_count(s->tracker, SESSION_COMPLETED),
		session_tracker_count(s->tracker, SESSION_IDLE));
	if (strcmp(status, s->status) != 0) {
		memcpy(s->status, status, sizeof(status));
		service_notify(status);
	}
}

static void on_turn_end(uv_prepare_t *prepare)
{
	struct app_sessions *s = prepare->data;
	if (!s->is_changed) {
		return;
	}
	s->is_changed = false;
	sink_hub_flush(s->hub, now_of(s));
	arm_tick(s);
	arm_broadcast(s);
	send_status(s);
}

/* ---- the object */

void app_sessions_open(struct app_sessions *s)
{
	const struct session_observer observer = {
		.on_change = on_change,
		.on_clock_step = on_clock_step,
		.on_call = on_call,
		.on_span = on_span,
		.data = s,
	};
	s->tracker = session_tracker_create(&s->config->sessions, &observer);
	s->tick_at_ms = INT64_MAX;
	uv_timer_init(s->loop, &s->tick);
	uv_timer_init(s->loop, &s->broadcast);
	uv_prepare_init(s->loop, &s->turn_end);
	s->tick.data = s->broadcast.data = s->turn_end.data = s;
	uv_prepare_start(&s->turn_end, on_turn_end);
}

void app_sessions_apply(struct app_sessions *s)
{
	session_tracker_set_settings(s->tracker, &s->config->sessions);
	uv_timer_stop(&s->broadcast); // starts again with the new interval
	s->is_changed = true;
}

void app_sessions_touch(void *data)
{
	struct app_sessions *s = data;
	s->is_changed = true;
}

void app_sessions_stop(struct app_sessions *s)
{
	uv_prepare_stop(&s->turn_end);
}

void app_sessions_close(struct app_sessions *s)
{
	uv_close((uv_handle_t *)&s->tick, NULL);
	uv_close((uv_handle_t *)&s->broadcast, NULL);
	uv_close((uv_handle_t *)&s->turn_end, NULL);
}

void app_sessions_finish(struct app_sessions *s)
{
	session_tracker_destroy(s->tracker);
}
