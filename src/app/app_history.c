#include "app/app_history.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "config/config.h"
#include "ingest/ingest.h"
#include "meter/meter_feed.h"
#include "report/report_restore.h"
#include "session/session_call.h"
#include "session/session_kin.h"
#include "session/session_past.h"
#include "session/session_span.h"
#include "session/session_tracker.h"
#include "sink/sink_encode.h"
#include "store/store.h"
#include "store/store_day.h"
#include "store/store_db.h"
#include "web/web_live.h"

enum { KEEP_MS = 1000, CLOSE_MS = 1000, RESTORE_MS = 40, HOST_BYTES = 256, NAME_BYTES = 64 };

/* ---- counters → store */

/* "turn_duration_seconds/3": a series has a row for each of its parts. */
static void keep_part(
	struct app_history *h, struct meter_series *s, unsigned part, struct instant now)
{
	int64_t growth = meter_take_growth(s, part);
	if (growth > 0) {
		char name[NAME_BYTES];
		(void)snprintf(name, sizeof(name), "%s/%u", meter_families[s->family].name, part);
		store_put_counter(
			h->store, str_from(name), str_from(s->labels), growth, now.wall_ms);
	}
}

static void keep_counters(struct app_history *h, struct instant now)
{
	struct meter_series *s;
	while ((s = meter_take_changed(&h->meter)) != NULL) {
		for (unsigned i = 0; i < meter_part_count(s->family); i++) {
			keep_part(h, s, i, now);
		}
	}
}

/* ---- what is no session → store */

static void put_relation(const struct session_relation *relation, void *data)
{
	struct app_history *h = data;
	store_put_relation(h->store, relation);
}

static void keep_kin(struct app_history *h)
{
	struct session_kin now;
	if (h->is_restored) {
		session_tracker_kin(h->tracker, &now);
		session_kin_each_change(&h->kin, &now, put_relation, h);
	}
}

static void on_keep(uv_timer_t *timer)
{
	struct app_history *h = timer->data;
	struct instant now = instant_at(uv_now(h->loop));
	app_history_refresh(h, now);
	keep_counters(h, now);
	keep_kin(h);
}

static void keep_soon(struct app_history *h)
{
	if (!uv_is_active((uv_handle_t *)&h->keep)) {
		uv_timer_start(&h->keep, on_keep, KEEP_MS, 0);
	}
}

/* ---- the feed */

static void put_event(struct app_history *h, const struct store_event *event, struct instant now)
{
	store_put_event(h->store, event, now.wall_ms);
	web_live_note_event(h->live, event, now);
}

void app_history_note_event(
	struct app_history *h, const struct store_event *event, struct instant now)
{
	put_event(h, event, now);
}

/* ---- budgets */

static void put_alarm(struct app_history *h, const struct budget_alarm *alarm,
	const struct session *session, struct instant now)
{
	char percent[16], limit[32], spent[32];
	(void)snprintf(percent, sizeof(percent), "%u", alarm->percent);
	(void)snprintf(limit, sizeof(limit), "%.2f", (double)alarm->limit_nano_usd / 1e9);
	(void)snprintf(spent, sizeof(spent), "%.2f", (double)alarm->spent_nano_usd / 1e9);
	const struct store_event event = {
		.kind = STR("budget"),
		.session = session,
		.details = {{"period", str_from(budget_period_name(alarm->period))},
			{"percent", str_from(percent)}, {"limit_usd", str_from(limit)},
			{"spent_usd", str_from(spent)}},
	};
	put_event(h, &event, now);
	log_info("%u %% of the %s budget spent: $%s of $%s", alarm->percent,
		budget_period_name(alarm->period), spent, limit);
	h->on_alarm(alarm, session, h->data);
}

/* Not before it is known what earlier runs have spent, and reported. */
static void check_periods(struct app_history *h, struct instant now)
{
	struct budget_alarm alarm;
	while (h->is_restored && budget_take_alarm(&h->budget, &alarm)) {
		put_alarm(h, &alarm, NULL, now);
	}
}

static void check_budgets(
	struct app_history *h, const struct session_call *call, int64_t added, struct instant now)
{
	struct budget_alarm alarm;
	int64_t spent = call->session->usage.cost_nano_usd;
	check_periods(h, now);
	if (budget_take_session_alarm(&h->budget, spent - added, spent, &alarm)) {
		put_alarm(h, &alarm, call->session, now);
	}
}

/* ---- what an earlier run left */

static void restore_counter(struct app_history *h, const struct report_counter *c)
{
	struct str part = str_from(c->name), name = str_cut(&part, '/');
	int64_t number = 0;
	if (str_to_int64(part, &number) && number >= 0) {
		meter_restore(&h->meter, name, str_from(c->labels), (unsigned)number, c->value,
			c->created_ms);
	}
}

struct restoring {
	struct report_restored found; // first: what report_restore() is given
	struct app_history *history;
};

/* Which signal was believed is not kept: calls came from logs or spans, without any it was metrics.
 */
static void restore_spend(struct session_spend *spend, const struct store_past_session *from)
{
	for (unsigned i = 0; i < from->counters.series_count; i++) {
		session_spend_add_series(spend, &from->counters.series[i]);
	}
	spend->knows_calls = from->counted_calls > 0;
	spend->has_begun = from->has_usage && !spend->knows_calls;
	spend->believed = EVENT_FROM_METRICS;
	spend->newest_ns = from->newest_call_ms * MS_NS;
}

static void restore_session(struct app_history *h, const struct store_past_session *from)
{
	struct session_past past;
	session_past_init(&past);
	past.id = xstrdup(from->id);
	past.project = from->project != NULL ? xstrdup(from->project) : NULL;
	past.cwd = from->cwd != NULL ? xstrdup(from->cwd) : NULL;
	past.model = from->model != NULL ? xstrdup(from->model) : NULL;
	past.seen_ms = from->last_seen_ms;
	past.turn.number = from->turns;
	past.has_usage = from->has_usage;
	past.usage = from->usage;
	memcpy(past.costs, from->costs, sizeof(past.costs));
	for (size_t i = 0; i < from->call_count; i++) {
		const struct store_past_call *c = &from->calls[i];
		session_past_add_call(
			&past, &(const struct session_spend_call){
				       .id = c->id, .nano_usd = c->nano_usd, .cost = c->cost});
	}
	restore_spend(&past.spend, from);
	past.over_ns = from->over_ms * MS_NS;
	past.over_told = from->over_told;
	session_tracker_restore(h->tracker, &past);
	session_past_finish(&past);
}

/* A file that took long comes too late for it. */
static void restore_kin(struct app_history *h, const struct session_kin *kin)
{
	struct session_kin now;
	session_tracker_kin(h->tracker, &now);
	if (now.children.next == 0 && now.titles.next == 0) {
		session_tracker_restore_kin(h->tracker, kin);
		h->kin = *kin;
	}
}

static void on_restored(int r, void *arg)
{
	struct restoring *o = arg;
	struct app_history *h = o->history;
	if (r < 0) {
		log_debug("nothing restored from the history: %s", uv_strerror(r));
	}
	for (size_t i = 0; r == 0 && i < o->found.counter_count; i++) {
		restore_counter(h, &o->found.counters[i]);
	}
	for (size_t i = 0; r == 0 && i < BUDGET_SESSION; i++) {
		budget_restore(
			&h->budget, (enum budget_period)i, &o->found.sums[i], o->found.reported[i]);
	}
	for (size_t i = o->found.past.count;
		r == 0 && i-- > 0;) { // the last heard of stays longest
		restore_session(h, &o->found.past.sessions[i]);
	}
	if (r == 0) {
		restore_kin(h, &o->found.past.kin);
	}
	h->is_restored = true;
	check_periods(h, instant_at(uv_now(h->loop)));
	report_restored_finish(&o->found);
	free(o);
}

static void restore(struct app_history *h, struct instant now)
{
	struct restoring *o = xcalloc(1, sizeof(*o));
	o->history = h;
	o->found.now_ms = now.wall_ms;
	int r = store_load(h->store, report_restore, on_restored, o);
	if (r < 0) {
		on_restored(r, o);
	}
}

/* ---- facts */

/* What it adds, to the sum of its source; a correction takes back what was counted before. */
static int64_t spend(struct app_history *h, const struct session_call *call, struct instant now)
{
	int64_t at_ms = store_believed_ms(call->end_ms, now.wall_ms);
	budget_date date = (budget_date)store_day(at_ms);
	int64_t before = call->corrects ? call->replaced_nano_usd : 0;
	if (call->corrects) {
		budget_add(&h->budget, date, call->replaced, -before, 0);
	}
	budget_add(&h->budget, date, call->cost, call->usage.cost_nano_usd,
		call->corrects ? 0 : call->calls);
	return call->usage.cost_nano_usd - before;
}

void app_history_note_call(
	struct app_history *h, const struct session_call *call, struct instant now)
{
	if (session_is_demo(call->session)) {
		return;
	}
	store_put_call(h->store, call, now.wall_ms);
	web_live_note_call(h->live, call, now);
	if (call->absorbed != NULL) {
		return; // spent and counted already
	}
	(void)budget_set_date(&h->budget, (budget_date)store_day(now.wall_ms));
	meter_note_call(&h->meter, call, now.wall_ms);
	check_budgets(h, call, spend(h, call, now), now);
	keep_soon(h);
}

void app_history_note_span(
	struct app_history *h, const struct session_span *span, struct instant now)
{
	if (session_is_demo(span->session)) {
		return;
	}
	store_put_span(h->store, span, now.wall_ms);
	web_live_note_use(h->live);
	meter_note_span(&h->meter, span, now.wall_ms);
	keep_soon(h);
}

void app_history_adjust(
	struct app_history *h, int64_t today, const struct budget_sum change[BUDGET_SESSION])
{
	struct instant now = instant_at(uv_now(h->loop));
	int64_t day = store_day(now.wall_ms);
	(void)budget_set_date(&h->budget, (budget_date)day);
	if (day == today) {
		budget_adjust(&h->budget, BUDGET_DAY, &change[BUDGET_DAY]);
	}
	if (day / 100 == today / 100) {
		budget_adjust(&h->budget, BUDGET_MONTH, &change[BUDGET_MONTH]);
	}
	check_periods(h, now);
}

void app_history_count_cost(
	struct app_history *h, const char *tool, const char *model, int64_t added_nano_usd)
{
	const struct str values[] = {str_from(tool), str_from(model),
		str_from(session_cost_name(SESSION_COST_ESTIMATED))};
	if (added_nano_usd > 0) {
		meter_add(&h->meter, METER_COST, values, added_nano_usd,
			instant_at(uv_now(h->loop)).wall_ms);
		keep_soon(h);
	}
}

/* What a change is in the feed; NULL: nothing that matters. */
static const char *event_of(const struct session_change *change)
{
	static const char *const kinds[SESSION_ATTENTION_COUNT] = {
		[SESSION_ATTENTION_DONE] = "done",
		[SESSION_ATTENTION_PERMISSION] = "needs_you",
		[SESSION_ATTENTION_QUESTION] = "needs_you",
		[SESSION_ATTENTION_ERROR] = "error",
		[SESSION_ATTENTION_LIMIT] = "limit",
		[SESSION_ATTENTION_STALLED] = "stalled",
	};
	const struct session *s = change->session;
	if (s->state == SESSION_EXPIRED) {
		return "closed";
	}
	return s->attention != change->previous_attention ? kinds[s->attention] : NULL;
}

static void put_session_event(
	struct app_history *h, const char *kind, const struct session *s, struct instant now)
{
	char worked[24] = "";
	if (s->worked_ms >= 0) {
		(void)snprintf(worked, sizeof(worked), "%" PRId64, s->worked_ms);
	}
	struct store_event event = {.kind = str_from(kind), .session = s};
	const struct {
		const char *key;
		struct str value;
	} details[] = {
		{"attention", str_from(session_attention_name(s->attention))},
		{"reason", str_from(session_reason_name(s->reason))},
		{"tool_name", str_from(s->doing == SESSION_DOING_TOOL ? s->doing_tool : NULL)},
		{"worked_ms", str_from(worked)},
	};
	size_t count = 0;
	for (size_t i = 0; i < ARRAY_SIZE(details); i++) {
		if (details[i].value.size > 0) {
			event.details[count].key = details[i].key;
			event.details[count++].value = details[i].value;
		}
	}
	put_event(h, &event, now);
}

static void put_end(struct app_history *h, const struct session *s)
{
	struct session_past past;
	session_tracker_past(h->tracker, s, &past);
	store_put_end(h->store, s, past.over_ns / MS_NS, past.over_told);
	session_past_finish(&past);
}

void app_history_note_change(
	struct app_history *h, const struct session_change *change, struct instant now)
{
	if (session_is_demo(change->session)) {
		return;
	}
	store_put_session(h->store, change->session, now.wall_ms);
	if (change->session->state == SESSION_EXPIRED) {
		put_end(h, change->session);
	}
	keep_soon(h);
	const char *kind = event_of(change);
	if (kind != NULL) {
		put_session_event(h, kind, change->session, now);
	}
}

/* ---- what others count */

static void count_growth(struct app_history *h, enum meter_family family, const struct str values[],
	uint64_t *before, uint64_t now_count, struct instant now)
{
	if (now_count > *before) {
		meter_add(&h->meter, family, values, (int64_t)(now_count - *before), now.wall_ms);
	}
	*before = now_count;
}

static void count_answers(struct app_history *h, struct instant now)
{
	for (size_t kind = 0; kind < INGEST_KINDS; kind++) {
		for (size_t i = 0; i < INGEST_STATUSES; i++) {
			char code[8] = "other";
			if (ingest_statuses[i] != 0) {
				(void)snprintf(code, sizeof(code), "%d", ingest_statuses[i]);
			}
			const struct str values[] = {str_from(ingest_kinds[kind]), str_from(code)};
			count_growth(h, METER_HTTP_REQUESTS, values, &h->counted.answers[kind][i],
				h->ingest->answers[kind][i], now);
		}
	}
}

static void take_growth(struct app_history *h, struct instant now)
{
	struct store_state state = store_state(h->store);
	count_growth(h, METER_RECORDS_REJECTED, NULL, &h->counted.rejected_records,
		h->ingest->rejected_records, now);
	count_growth(
		h, METER_STORE_ERRORS, NULL, &h->store_errors, state.dropped + state.refused, now);
	count_answers(h, now);
}

void app_history_refresh(struct app_history *h, struct instant now)
{
	(void)budget_set_date(&h->budget, (budget_date)store_day(now.wall_ms));
	take_growth(h, now);
}

struct sink_cost app_history_cost_today(struct instant now, void *data)
{
	struct app_history *h = data;
	(void)budget_set_date(&h->budget, (budget_date)store_day(now.wall_ms));
	const struct budget_sum *today = &h->budget.sums[BUDGET_DAY];
	return (struct sink_cost){
		.nano_usd = budget_spent(&h->budget, BUDGET_DAY),
		.is_estimated = today->nano_usd[SESSION_COST_ESTIMATED] > 0,
		.unpriced_calls = today->unpriced_calls,
		.is_equivalent = h->config->plan == CONFIG_PLAN_SUBSCRIPTION,
	};
}

/* ---- beginning and end */

static void on_wake(uv_async_t *wake)
{
	struct app_history *h = wake->data;
	store_dispatch(h->store);
}

/* From any thread. */
static void wake_loop(void *data)
{
	struct app_history *h = data;
	(void)uv_async_send(&h->wake);
}

void app_history_apply(struct app_history *h)
{
	const struct config *c = h->config;
	for (size_t i = 0; i < BUDGET_PERIOD_COUNT; i++) {
		h->budget.limit_nano_usd[i] = c->budget_nano_usd[i];
	}
	store_set_retention(h->store, (unsigned)c->retention_days);
}

void app_history_open(struct app_history *h, struct instant now)
{
	char host[HOST_BYTES] = "";
	(void)gethostname(host, sizeof(host) - 1);
	meter_init(&h->meter);
	uv_async_init(h->loop, &h->wake, on_wake);
	uv_timer_init(h->loop, &h->keep);
	uv_unref((uv_handle_t *)&h->wake);
	h->wake.data = h->keep.data = h;
	struct store_settings settings = store_settings_default();
	settings.path = store_db_is_built() ? h->config->store_path : NULL;
	settings.host = host;
	settings.retention_days = (unsigned)h->config->retention_days;
	settings.wake = wake_loop;
	settings.data = h;
	h->store = store_open(&settings);
	app_history_apply(h);
	(void)budget_set_date(&h->budget, (budget_date)store_day(now.wall_ms));
	restore(h, now);
	(void)store_wait(h->store, RESTORE_MS);
}

void app_history_close(struct app_history *h)
{
	struct instant now = instant_at(uv_now(h->loop));
	app_history_refresh(h, now);
	keep_counters(h, now);
	keep_kin(h);
	store_close(h->store, CLOSE_MS);
	uv_close((uv_handle_t *)&h->wake, NULL);
	uv_close((uv_handle_t *)&h->keep, NULL);
}

void app_history_finish(struct app_history *h)
{
	meter_finish(&h->meter);
}
