#include "fuzz/fuzz_world.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/cli_list.h"
#include "fuzz/fuzz_shown.h"
#include "fuzz/fuzz_target.h"
#include "http/http_json.h"
#include "http/http_server.h"
#include "price/price.h"
#include "price/price_file.h"
#include "price/price_table.h"
#include "report/report.h"
#include "session/session_call.h"
#include "session/session_span.h"
#include "sink/notify_text.h"
#include "sink/sink_encode.h"
#include "store/store_apply.h"
#include "store/store_db.h"
#include "store/store_migrate.h"

enum { SESSIONS = 12, BATCH_BYTES = 1 << 20, QUEUE_BYTES = 64 << 20, TEXT_BYTES = 1 << 20 };

/* ---- the tracker's observer */

static void check_words(struct fuzz_world *w, const struct session *s)
{
	struct buf words;
	buf_init(&words, TEXT_BYTES);
	for (unsigned kind = 0; kind < NOTIFY_KIND_COUNT; kind++) {
		buf_clear(&words);
		notify_text_summary(&words, s, (enum notify_kind)kind);
		fuzz_check_line(buf_str(&words));
		buf_clear(&words);
		notify_text_body(&words, s, (enum notify_kind)kind, s->worked_ms);
		fuzz_check_line(buf_str(&words));
	}
	fuzz_check(s->since_ms <= w->now.wall_ms || s->state == SESSION_EXPIRED);
	buf_finish(&words);
}

static void on_change(const struct session_change *change, void *data)
{
	struct fuzz_world *w = data;
	const struct store_event event = {.kind = STR("change"),
		.session = change->session,
		.details = {{"project", str_from(change->session->project)}}};
	sink_hub_update(&w->hub, change, w->now);
	store_put_session(&w->store, change->session, w->now.wall_ms);
	store_put_event(&w->store, &event, w->now.wall_ms);
	check_words(w, change->session);
}

static void on_call(const struct session_call *call, void *data)
{
	struct fuzz_world *w = data;
	call_sums_add(&w->sums, call);
	fuzz_check(call_sums_agree(&w->sums, call->session));
	store_put_call(&w->store, call, w->now.wall_ms);
}

static void on_span(const struct session_span *span, void *data)
{
	struct fuzz_world *w = data;
	fuzz_check(span->absorbed != NULL || span->begin_ms <= span->end_ms);
	fuzz_check_line(span->name);
	fuzz_check_line(span->decision);
	fuzz_check_line(span->decided_by);
	store_put_span(&w->store, span, w->now.wall_ms);
}

/* ---- sink */

static void publish(struct sink *sink, const struct sink_event *event)
{
	fuzz_check(event->line.size > 0 && event->line.data[event->line.size - 1] == '\n');
	fuzz_check_json(event->line);
	if (event->kind == SINK_EVENT_UPDATE) {
		fuzz_check_json(sink_hub_complete(sink->hub));
	}
}

static void close_sink(struct sink *sink)
{
	list_remove(&sink->link);
}

/* ---- ingest */

static void on_reject(const struct ingest_reject *reject, void *data)
{
	(void)data;
	fuzz_check(reject->reason.size > 0);
	fuzz_check_line(reject->reason);
}

static void ignore(void *data)
{
	(void)data;
}

static void on_peer(const struct http_peer *peer, void *data)
{
	(void)peer;
	(void)data;
}

static void on_connection(const struct event *event, struct instant now, void *data)
{
	struct fuzz_world *w = data;
	store_put_connection(&w->store, event, now.wall_ms);
}

/* ---- the whole */

static void init_store(struct store *s)
{
	*s = (struct store){.settings = store_settings_default()};
	s->settings.host = "host";
	s->state.status = STORE_OK;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->to_write, NULL);
	store_queue_init(&s->queue, QUEUE_BYTES);
}

static void init_service(struct fuzz_world *w)
{
	w->ingest = (struct ingest){.tracker = w->tracker,
		.on_reject = on_reject,
		.on_change = ignore,
		.on_peer = on_peer,
		.on_connection = on_connection,
		.data = w};
	w->sessions = (struct web_sessions){
		.tracker = w->tracker, .hub = &w->hub, .on_change = ignore, .data = w};
	ingest_init(&w->ingest);
	w->groups[0] = ingest_routes(&w->ingest, 0);
	w->groups[1] = web_sessions_routes(&w->sessions);
	w->service.limits = http_server_config_default().limits;
	w->service.error = http_json_error;
	http_service_init(&w->service, w->groups, FUZZ_GROUPS);
}

void fuzz_world_init(struct fuzz_world *w)
{
	static struct price_table *prices;
	const struct session_observer observer = {
		.on_change = on_change, .on_call = on_call, .on_span = on_span, .data = w};
	struct session_settings settings = session_settings_default();
	settings.max_sessions = SESSIONS;
	prices = prices != NULL ? prices : price_file_builtin();
	*w = (struct fuzz_world){.now = {.wall_ms = 1790000000000, .mono_ms = 1000000},
		.sink = {.publish = publish, .close = close_sink}};
	w->tracker = session_tracker_create(&settings, &observer);
	w->prices = price_table_hold(prices);
	session_tracker_set_prices(w->tracker, &(struct price_book){.listed = w->prices});
	sink_hub_init(&w->hub, session_tracker_sessions(w->tracker), 1000);
	sink_hub_add(&w->hub, &w->sink);
	init_store(&w->store);
	init_service(w);
}

void fuzz_world_finish(struct fuzz_world *w)
{
	http_service_finish(&w->service);
	ingest_finish(&w->ingest);
	sink_hub_close(&w->hub);
	sink_hub_finish(&w->hub);
	session_tracker_destroy(w->tracker);
	price_table_destroy(w->prices);
	call_sums_finish(&w->sums);
	store_queue_finish(&w->store.queue);
	pthread_cond_destroy(&w->store.to_write);
	pthread_mutex_destroy(&w->store.lock);
}

void fuzz_world_carry(struct fuzz_world *w, struct str bytes, bool in_slices, uint64_t connection)
{
	struct fuzz_connection c;
	fuzz_connection_init(&c, &w->service);
	c.peer = (struct http_peer){
		.connection_id = connection, .address = "127.0.0.1:5", .is_loopback = true};
	w->service.now = w->now;
	fuzz_connection_carry(&c, (const uint8_t *)bytes.data, bytes.size,
		in_slices ? 40 : bytes.size, in_slices);
	fuzz_connection_finish(&c);
}

void fuzz_world_pass(struct fuzz_world *w, int64_t ms, int64_t set_ms)
{
	w->now.mono_ms += ms;
	w->now.wall_ms += ms + set_ms;
	session_tracker_tick(w->tracker, w->now);
	fuzz_check(session_tracker_next_deadline(w->tracker) > w->now.mono_ms);
	sink_hub_broadcast(&w->hub, w->now);
}

/* ---- history */

static struct store_db *database(void)
{
	static struct store_db *db;
	int64_t found = 0;
	if (db == NULL) {
		fuzz_check(store_db_open(":memory:", STORE_DB_WRITE, &db) == 0);
		fuzz_check(store_migrate(db, store_schema_step, store_schema_version, &found) == 0);
	}
	return db;
}

static int64_t number(struct store_db *db, const char *sql)
{
	int64_t n = 0;
	fuzz_check(store_db_number(db, sql, 0, &n) == 0);
	return n;
}

/* Triggers keep sums; they must be those of the rows. */
static void check_sums(struct store_db *db)
{
	static const char *const pairs[][2] = {
		{"SELECT sum(cost_nano_usd) FROM call",
			"SELECT sum(reported_nano_usd + estimated_nano_usd) FROM daily"},
		{"SELECT sum(calls) FROM call", "SELECT sum(calls) FROM daily"},
		{"SELECT sum(calls) FROM call", "SELECT sum(calls) FROM session"},
		{"SELECT sum(output_tokens) FROM call", "SELECT sum(output_tokens) FROM session"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		fuzz_check(number(db, pairs[i][0]) == number(db, pairs[i][1]));
	}
}

static void check_report(struct fuzz_world *w, struct store_db *db, unsigned report)
{
	static report_function *const reports[] = {report_stats, report_events, report_sessions,
		report_mcp, report_models, report_waits, report_timeline, report_session,
		report_turn};
	static char id[] = "s";
	const struct report_request request = {.now_ms = w->now.wall_ms,
		.from_ms = w->now.wall_ms - 7200000,
		.to_ms = w->now.wall_ms + 1,
		.limit = REPORT_PAGE,
		.id = id,
		.turn = 1};
	struct buf out;
	buf_init(&out, QUEUE_BYTES);
	int r = reports[report % ARRAY_SIZE(reports)](db, &request, &out);
	fuzz_check(r == 0 || r == -ENOENT);
	if (r == 0) {
		fuzz_check_json(buf_str(&out));
	}
	buf_finish(&out);
}

void fuzz_world_store(struct fuzz_world *w, unsigned report)
{
	static struct store_bindings bindings;
	struct store_db *db = database();
	struct store_applied applied;
	fuzz_check(w->store.queue.dropped == 0);
	struct str records = buf_str(&w->store.queue.bytes);
	fuzz_check(store_db_execute(db, "BEGIN") == 0);
	while (records.size > 0) {
		fuzz_check(store_apply(db, &bindings, records, BATCH_BYTES, &applied) == 0);
		fuzz_check(applied.bytes > 0 && applied.refused == 0);
		records = str_skip(records, applied.bytes);
	}
	check_sums(db);
	check_report(w, db, report);
	fuzz_check(store_db_execute(db, "ROLLBACK") == 0);
}

/* ---- bars */

void fuzz_world_show(struct fuzz_world *w)
{
	struct str line = sink_hub_snapshot(&w->hub, w->now);
	cleanup_free char *copy = str_dup(line);
	struct cli_list list;
	fuzz_check(cli_list_read(copy, line.size - 1, &list) == 0);
	fuzz_check_shown(&list, w->now.wall_ms);
	cli_list_finish(&list);
}
