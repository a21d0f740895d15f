#include "web/web_live.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/json_write.h"
#include "base/mem.h"
#include "http/http_response.h"
#include "meter/budget.h"
#include "report/report.h"
#include "session/session.h"
#include "session/session_call.h"
#include "sink/sink_encode.h"
#include "sink/sink_hub.h"
#include "store/store.h"
#include "web/web_board.h"

enum {
	PAUSE_MS = 250,
	PAUSE_FACTOR = 9, // times the duration of the last query
	COSTS_MS = 1000,
	LINE_BYTES = HTTP_RESPONSE_BYTES + 64,
	KEPT_BYTES = 64 * 1024,
};

/* ---- lines */

static void begin_line(struct buf *line)
{
	buf_clear(line);
	buf_trim(line, KEPT_BYTES);
}

static void begin_typed(struct json_writer *j, struct buf *line, enum sink_type type)
{
	begin_line(line);
	json_writer_init(j, line);
	json_object_begin(j);
	json_name_str(j, "type", str_from(sink_types[type].name));
	json_name_int(j, "v", 1);
}

static void post(struct web_live *l, enum sink_type type, struct str line, struct str whole)
{
	sink_hub_post(l->hub, &(struct sink_message){.type = type, .line = line, .whole = whole});
}

static void end_line(struct json_writer *j)
{
	json_object_end(j);
	buf_append_char(j->out, '\n');
}

/* ---- the feed */

static void write_details(struct json_writer *j, const struct store_event *event)
{
	json_name(j, "detail");
	json_object_begin(j);
	for (size_t i = 0; i < STORE_EVENT_DETAILS && event->details[i].key != NULL; i++) {
		json_name_str(j, event->details[i].key, event->details[i].value);
	}
	json_object_end(j);
}

void web_live_note_event(struct web_live *l, const struct store_event *event, struct instant now)
{
	const struct session *s = event->session;
	struct json_writer j;
	begin_typed(&j, &l->line, SINK_EVENT);
	json_name_int(&j, "at", now.wall_ms);
	json_name_str(&j, "kind", event->kind);
	json_name_str(&j, "session_id", str_from(s != NULL ? s->id : NULL));
	json_name_str(&j, "tool", s != NULL ? str_from(s->assistant_name) : event->tool);
	json_name_str(&j, "project", s != NULL ? str_from(s->project) : event->project);
	write_details(&j, event);
	end_line(&j);
	post(l, SINK_EVENT, buf_str(&l->line), (struct str){0});
}

/* ---- calls */

static int64_t prompt_tokens(const struct usage *u)
{
	return u->tokens[USAGE_INPUT] + usage_cache_tokens(u);
}

static void write_invocation(struct json_writer *j, const struct session_call *call)
{
	const struct session *s = call->session;
	int64_t prompt = prompt_tokens(&call->usage), output = call->usage.tokens[USAGE_OUTPUT];
	cleanup_free char *id = xasprintf("%s:%016" PRIx64, s->id, call->id);
	json_object_begin(j);
	json_name_str(j, "invocation_id", str_from(id));
	json_name_time(j, "timestamp", call->end_ms);
	json_name_str(j, "agent_name", str_from(s->project));
	json_name_str(j, "tool_name", str_from(s->assistant_name));
	json_name_str(j, "model_name", call->model);
	json_name_int(j, "prompt_tokens", prompt);
	json_name_int(j, "completion_tokens", output);
	json_name_int(j, "total_tokens", prompt + output);
	json_name(j, "cost_usd");
	json_billionths(j, call->usage.cost_nano_usd);
	report_name_number(j, "latency_ms", call->duration_ms >= 0, call->duration_ms);
	json_name_str(j, "status", call->fault == EVENT_FAULT_NONE ? STR("success") : STR("error"));
	json_object_end(j);
}

static void post_call(struct web_live *l, const struct session_call *call, struct instant now)
{
	struct json_writer j;
	begin_line(&l->line);
	json_writer_init(&j, &l->line);
	json_object_begin(&j);
	json_name(&j, "invocation");
	write_invocation(&j, call);
	json_name_time(&j, "timestamp", now.wall_ms);
	end_line(&j);
	post(l, SINK_TELEMETRY, buf_str(&l->line), (struct str){0});
}

void web_live_note_call(struct web_live *l, const struct session_call *call, struct instant now)
{
	bool is_new = call->calls > 0 && !call->corrects && call->absorbed == NULL;
	if (is_new && sink_hub_has_readers(l->hub, SINK_TELEMETRY)) {
		post_call(l, call, now);
	}
	web_live_note_use(l);
}

/* ---- sums */

static bool has_readers(const struct web_live *l)
{
	return sink_hub_has_readers(l->hub, SINK_STATS) || sink_hub_has_readers(l->hub, SINK_COST);
}

static void on_timer(uv_timer_t *timer);

/* Arms the timer for the next deadline, if any. */
static void arm(struct web_live *l)
{
	bool asks = (l->is_used || l->is_wanted) && !l->is_asking;
	if (l->is_closed || !has_readers(l) || (!asks && !l->costs_changed)) {
		return;
	}
	int64_t now_ms = (int64_t)uv_now(l->loop);
	int64_t at_ms = asks ? l->ask_at_ms : l->costs_at_ms;
	if (asks && l->costs_changed && l->costs_at_ms < at_ms) {
		at_ms = l->costs_at_ms;
	}
	uv_timer_start(&l->timer, on_timer, at_ms > now_ms ? (uint64_t)(at_ms - now_ms) : 0, 0);
}

/* The members of cost.update, in their order. */
static const struct str cost_names[] = {
	STR_INIT("costs"),
	STR_INIT("models"),
	STR_INIT("trends"),
	STR_INIT("active_operations"),
	STR_INIT("timestamp"),
};
enum { COST_TIMESTAMP = ARRAY_SIZE(cost_names) - 1 };

static bool have_costs_changed(const struct web_live *l)
{
	for (size_t i = 0; i < COST_TIMESTAMP; i++) {
		if (!str_equal(web_members_find(&l->now, cost_names[i]),
			    web_members_find(&l->before, cost_names[i]))) {
			return true;
		}
	}
	return false;
}

/* To all readers, or only to those that have received nothing yet. */
static void post_costs(struct web_live *l, bool to_all)
{
	begin_line(&l->whole);
	for (size_t i = 0; i < ARRAY_SIZE(cost_names); i++) {
		buf_printf(&l->whole, "%c\"%.*s\":", i == 0 ? '{' : ',', STR_ARG(cost_names[i]));
		buf_append_str(&l->whole, web_members_find(&l->now, cost_names[i]));
	}
	buf_append_str(&l->whole, STR("}\n"));
	struct str whole = buf_str(&l->whole);
	post(l, SINK_COST, to_all ? whole : (struct str){0}, whole);
}

static void post_due_costs(struct web_live *l, int64_t now_ms)
{
	if (l->costs_changed && now_ms >= l->costs_at_ms) {
		l->costs_changed = false;
		l->costs_at_ms = now_ms + COSTS_MS;
		post_costs(l, true);
	}
}

/* Members equal to those in before are left out; the result may be empty. */
static struct str write_stats(
	struct web_live *l, const struct web_members *before, struct buf *line)
{
	static const char *const always[] = {"projected_today", "timestamp", NULL};
	struct json_writer j;
	begin_typed(&j, line, SINK_STATS);
	if (!web_members_append_changed(&l->now, before, always, line)) {
		return (struct str){0};
	}
	for (size_t i = 0; always[i] != NULL; i++) {
		json_name(&j, always[i]);
		json_raw(&j, web_members_find(&l->now, str_from(always[i])));
	}
	end_line(&j);
	return buf_str(line);
}

static void post_answer(struct web_live *l)
{
	static const struct web_members nothing;
	struct str news = write_stats(l, &l->before, &l->line);
	struct str whole = write_stats(l, &nothing, &l->whole);
	post(l, SINK_STATS, news, whole);
	l->costs_changed = l->costs_changed || have_costs_changed(l);
	post_due_costs(l, (int64_t)uv_now(l->loop));
	post_costs(l, false);
}

struct asking {
	struct web_live *live;
	struct report_request request;
	struct buf out;
};

static int run_report(struct store_db *db, void *arg)
{
	struct asking *a = arg;
	int r = report_stats(db, &a->request, &a->out);
	return r == 0 && a->out.overflowed ? -EFBIG : r;
}

static void take_answer(struct web_live *l, struct asking *a)
{
	struct web_members spare = l->before;
	struct buf text = spare.text;
	spare.text = a->out;
	a->out = text;
	if (!web_members_read(&spare)) {
		l->before = spare;
		return;
	}
	l->before = l->now;
	l->now = spare;
	post_answer(l);
}

static void on_answer(int r, void *arg)
{
	struct asking *a = arg;
	struct web_live *l = a->live;
	int64_t now_ms = (int64_t)uv_now(l->loop), took_ms = now_ms - l->asked_ms;
	int64_t pause_ms = took_ms * PAUSE_FACTOR > PAUSE_MS ? took_ms * PAUSE_FACTOR : PAUSE_MS;
	l->is_asking = false;
	l->ask_at_ms = now_ms + pause_ms;
	if (r == 0 && !l->is_closed) {
		take_answer(l, a);
	}
	arm(l);
	buf_finish(&a->out);
	free(a);
}

static void ask(struct web_live *l)
{
	struct asking *a = xcalloc(1, sizeof(*a));
	a->live = l;
	a->request.now_ms = instant_at(uv_now(l->loop)).wall_ms;
	a->request.budget = *l->budget;
	a->request.is_subscription = *l->plan != 0;
	if (l->board != NULL) {
		a->request.tasks = web_board_count(l->board);
	}
	buf_init(&a->out, HTTP_RESPONSE_BYTES);
	l->asked_ms = (int64_t)uv_now(l->loop);
	int r = store_ask(l->store, run_report, on_answer, a);
	if (r < 0) {
		on_answer(r, a);
	}
}

/* A change that does nothing: answered once everything put before it is written. */
static int change_nothing(struct store_db *db, void *arg)
{
	(void)db;
	(void)arg;
	return 0;
}

/* Even if writing fails, what is stored is still true. */
static void on_written(int r, void *arg)
{
	struct web_live *l = arg;
	(void)r;
	if (l->is_closed) {
		l->is_asking = false;
	} else {
		ask(l);
	}
}

static void on_timer(uv_timer_t *timer)
{
	struct web_live *l = timer->data;
	int64_t now_ms = (int64_t)uv_now(l->loop);
	post_due_costs(l, now_ms);
	if ((l->is_used || l->is_wanted) && !l->is_asking && now_ms >= l->ask_at_ms) {
		l->is_used = l->is_wanted = false;
		l->is_asking = true;
		int r = store_change(l->store, change_nothing, on_written, l);
		if (r < 0) { // no history, or it is overloaded
			l->is_asking = false;
			l->is_wanted = r == -EAGAIN;
			l->ask_at_ms = now_ms + PAUSE_MS;
		}
	}
	arm(l);
}

void web_live_note_use(struct web_live *l)
{
	if (!l->is_used) {
		l->is_used = true;
		arm(l);
	}
}

static void on_wanted(enum sink_type type, void *data)
{
	(void)type;
	struct web_live *l = data;
	l->is_wanted = true;
	arm(l);
}

/* ---- start and stop */

void web_live_open(struct web_live *l)
{
	uv_timer_init(l->loop, &l->timer);
	l->timer.data = l;
	web_members_init(&l->now, HTTP_RESPONSE_BYTES);
	web_members_init(&l->before, HTTP_RESPONSE_BYTES);
	buf_init(&l->line, LINE_BYTES);
	buf_init(&l->whole, LINE_BYTES);
	l->hub->on_wanted = on_wanted;
	l->hub->data = l;
}

void web_live_close(struct web_live *l)
{
	l->is_closed = true;
	uv_close((uv_handle_t *)&l->timer, NULL);
}

void web_live_finish(struct web_live *l)
{
	web_members_finish(&l->now);
	web_members_finish(&l->before);
	buf_finish(&l->line);
	buf_finish(&l->whole);
}
