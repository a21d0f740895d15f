#include "app/app.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <uv.h>

#include "app/app_board.h"
#include "app/app_change.h"
#include "app/app_feed.h"
#include "app/app_focus.h"
#include "app/app_history.h"
#include "app/app_listen.h"
#include "app/app_notify.h"
#include "app/app_orchestrator.h"
#include "app/app_peers.h"
#include "app/app_prices.h"
#include "app/app_setup.h"
#include "app/app_tray.h"
#include "app/reject_line.h"
#include "app/reject_log.h"
#include "app/systemd.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_line.h"
#include "cli/cli_style.h"
#include "config/config.h"
#include "config/config_report.h"
#include "http/http_json.h"
#include "http/http_server.h"
#include "ingest/ingest.h"
#include "price/price_file.h"
#include "session/session_call.h"
#include "session/session_span.h"
#include "session/session_tracker.h"
#include "sink/sink_fifo.h"
#include "sink/sink_hub.h"
#include "sink/sink_socketio.h"
#include "sink/sink_sse.h"
#include "sink/sink_stdout.h"
#include "store/store.h"
#include "version.h"
#include "web/web_health.h"
#include "web/web_history.h"
#include "web/web_live.h"
#include "web/web_metrics.h"
#include "web/web_page.h"
#include "web/web_prices.h"
#include "web/web_sessions.h"
#include "web/web_socketio.h"

enum { SIGNAL_COUNT = 3, STATUS_BYTES = 128, ROUTE_GROUPS = 12 };

struct app {
	struct config *config;
	uv_loop_t loop;
	uv_timer_t tick;      // the nearest deadline of the sessions
	uv_timer_t broadcast; // runs while there are sessions
	uv_timer_t watchdog;
	uv_prepare_t turn_end; // runs before the loop goes to sleep
	uv_signal_t signals[SIGNAL_COUNT];
	struct session_tracker *tracker;
	int64_t tick_at_ms; // INT64_MAX: not running
	struct sink_hub hub;
	struct sink *sse;
	struct app_notify notify;
	struct app_focus focus;
	struct app_setup setup;
	struct app_prices prices;
	struct app_history history;
	struct web_live live;
	struct app_board board;
	struct app_feed feed;
	struct app_orchestrator orchestrator;
	struct app_change change;
	struct app_tray tray;
	struct app_peers peers;
	struct http_server server;
	struct str *hosts, *origins; // views of the configuration's lists
	struct ingest ingest;
	struct web_sessions sessions;
	struct web_health health;
	struct web_history past;
	struct web_metrics metrics;
	struct web_page page;
	struct web_prices price_routes;
	struct web_socketio socketio;
	struct http_route_group routes[ROUTE_GROUPS];
	struct reject_log rejects;
	struct cli_style style;    // of a terminal that stdout is
	char status[STATUS_BYTES]; // as last told to the service manager
	bool published;            // in this turn of the loop
	bool stopping;
};

static struct instant app_now(void *data)
{
	struct app *app = data;
	return instant_at(uv_now(&app->loop));
}

/* ---- sessions → sinks */

static void on_session_change(const struct session_change *change, void *data)
{
	struct app *app = data;
	const struct session *s = change->session;
	if (log_enabled(LOG_LEVEL_DEBUG)) {
		const char *reason = session_reason_name(s->reason);
		const char *attention = session_attention_name(s->attention);
		log_debug("session \"%s\" of %s: %s, was %s (%s, attention %s)",
			log_shown(str_from(s->id)), log_shown(str_from(s->assistant_name)),
			session_state_name(s->state),
			change->is_new ? "unknown" : session_state_name(change->previous),
			reason != NULL ? reason : "no reason",
			attention != NULL ? attention : "none");
	}
	sink_hub_update(&app->hub, change, app_now(app));
	app_history_note_change(&app->history, change, app_now(app));
	app->published = true;
}

static void on_call(const struct session_call *call, void *data)
{
	struct app *app = data;
	app_prices_note(&app->prices, call);
	app_history_note_call(&app->history, call, app_now(app));
	if (!session_is_demo(call->session)) {
		orchestrator_own_note_call(&app->orchestrator.web.own, call);
	}
}

static void on_span(const struct session_span *span, void *data)
{
	struct app *app = data;
	app_history_note_span(&app->history, span, app_now(app));
	if (!session_is_demo(span->session)) {
		orchestrator_own_note_span(&app->orchestrator.web.own, span);
	}
}

static void on_tracker_used(void *data)
{
	struct app *app = data;
	app->published = true;
}

static size_t session_count(const struct app *app)
{
	return session_tracker_count(app->tracker, SESSION_IDLE) +
	       session_tracker_count(app->tracker, SESSION_WORKING) +
	       session_tracker_count(app->tracker, SESSION_COMPLETED);
}

static void on_tick(uv_timer_t *timer)
{
	struct app *app = timer->data;
	app->tick_at_ms = INT64_MAX;
	session_tracker_tick(app->tracker, app_now(app));
	app->published = true;
}

static void on_broadcast(uv_timer_t *timer)
{
	struct app *app = timer->data;
	sink_hub_broadcast(&app->hub, app_now(app));
	app->published = true;
}

static void arm_tick(struct app *app)
{
	int64_t due_ms = session_tracker_next_deadline(app->tracker);
	if (due_ms == app->tick_at_ms) {
		return;
	}
	app->tick_at_ms = due_ms;
	if (due_ms == INT64_MAX) {
		uv_timer_stop(&app->tick);
		return;
	}
	int64_t wait_ms = due_ms - (int64_t)uv_now(&app->loop);
	uv_timer_start(&app->tick, on_tick, wait_ms > 0 ? (uint64_t)wait_ms : 0, 0);
}

static void arm_broadcast(struct app *app)
{
	bool wanted = app->config->broadcast_interval_ms > 0 && session_count(app) > 0;
	if (!wanted) {
		uv_timer_stop(&app->broadcast);
	} else if (!uv_is_active((uv_handle_t *)&app->broadcast)) {
		uint64_t interval_ms = (uint64_t)app->config->broadcast_interval_ms;
		uv_timer_start(&app->broadcast, on_broadcast, interval_ms, interval_ms);
	}
}

static void tell_status(struct app *app)
{
	char status[STATUS_BYTES];
	(void)snprintf(status, sizeof(status), "STATUS=%zu working, %zu completed, %zu idle",
		session_tracker_count(app->tracker, SESSION_WORKING),
		session_tracker_count(app->tracker, SESSION_COMPLETED),
		session_tracker_count(app->tracker, SESSION_IDLE));
	if (strcmp(status, app->status) != 0) {
		memcpy(app->status, status, sizeof(status));
		service_notify(status);
	}
}

static void on_turn_end(uv_prepare_t *prepare)
{
	struct app *app = prepare->data;
	if (!app->published || app->stopping) {
		return;
	}
	app->published = false;
	sink_hub_flush(&app->hub, app_now(app));
	arm_tick(app);
	arm_broadcast(app);
	tell_status(app);
}

/* ---- peers that are wrong */

static void on_http_reject(const struct http_reject *reject, void *data)
{
	struct app *app = data;
	reject_line_http(&app->rejects, reject, (int64_t)uv_now(&app->loop));
}

static void on_ingest_reject(const struct ingest_reject *reject, void *data)
{
	struct app *app = data;
	reject_line_ingest(&app->rejects, reject, (int64_t)uv_now(&app->loop));
}

static void on_websocket_reject(const char *peer, const struct ws_end *how, void *data)
{
	struct app *app = data;
	reject_line_websocket(&app->rejects, peer, how, (int64_t)uv_now(&app->loop));
}

/* ---- who sends */

static void on_connection(const struct event *event, struct instant now, void *data)
{
	struct app *app = data;
	store_put_connection(app->history.store, event, now.wall_ms);
}

static bool is_token(struct str token, void *data)
{
	const struct app *app = data;
	return http_access_is_token(http_server_access(&app->server), token);
}

static void on_peer(const struct http_peer *peer, void *data)
{
	struct app *app = data;
	app_peers_note(&app->peers, peer);
}

static void on_connection_end(const struct http_peer *peer, bool by_peer, void *data)
{
	struct app *app = data;
	if (!app->stopping) {
		app_peers_note_end(&app->peers, peer, by_peer);
	}
}

/* ---- settings */

/* Views of a list's items, for the caller to free. */
static struct str *views_of(const struct config_list *list)
{
	struct str *views = xcalloc(list->count, sizeof(*views));
	for (size_t i = 0; i < list->count; i++) {
		views[i] = str_from(list->items[i]);
	}
	return views;
}

/* The lines of a report as one. */
static void join_lines(struct buf *lines)
{
	for (size_t i = 0; i < lines->size; i++) {
		lines->data[i] = lines->data[i] == '\n' ? ';' : lines->data[i];
	}
}

static void reload(struct app *app)
{
	struct config_report report;
	config_report_init(&report);
	int r = config_reload(app->config, &report);
	struct buf *lines = r != 0 ? &report.errors : &report.warnings;
	join_lines(lines);
	if (r != 0) {
		log_error("reload failed, keeping the old configuration: %.*s",
			STR_ARG(buf_str(lines)));
	} else {
		session_tracker_set_settings(app->tracker, &app->config->sessions);
		log_set_level(app->config->verbose ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
		app_notify_apply(&app->notify);
		app_history_apply(&app->history);
		sink_hub_show_cost(&app->hub, app->config->show_cost);
		app_tray_apply(&app->tray);
		uv_timer_stop(&app->broadcast);
		app->published = true;
		log_info("configuration reloaded%s%.*s", lines->size > 0 ? "; " : "",
			STR_ARG(buf_str(lines)));
	}
	config_report_finish(&report);
	app_prices_load(&app->prices, app->tracker);
}

/* ---- the end */

static void close_handle(uv_handle_t *handle)
{
	if (handle->loop != NULL && !uv_is_closing(handle)) {
		uv_close(handle, NULL);
	}
}

static void on_server_stopped(void *data)
{
	struct app *app = data;
	app_orchestrator_close(&app->orchestrator);
	app_feed_close(&app->feed);
	app_board_close(&app->board); // its last events go to the history
	app_history_close(&app->history);
	close_handle((uv_handle_t *)&app->tick);
	close_handle((uv_handle_t *)&app->broadcast);
	close_handle((uv_handle_t *)&app->watchdog);
	close_handle((uv_handle_t *)&app->turn_end);
	for (unsigned i = 0; i < SIGNAL_COUNT; i++) {
		close_handle((uv_handle_t *)&app->signals[i]);
	}
}

static void stop(struct app *app)
{
	if (app->stopping) {
		return;
	}
	app->stopping = true;
	web_live_close(&app->live);
	service_notify("STOPPING=1");
	sink_hub_farewell(&app->hub, app_now(app));
	sink_hub_close(&app->hub);
	app_peers_close(&app->peers);
	app_focus_stop(&app->focus);
	app_setup_stop(&app->setup);
	app_notify_stop(&app->notify);
	http_server_stop(&app->server, on_server_stopped, app);
}

/* A terminal that is closed says SIGHUP too, and means the end of what was started on it. */
static bool has_lost_terminal(const struct app *app)
{
	return app->style.is_terminal && isatty(STDOUT_FILENO) != 1;
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct app *app = handle->data;
	if (number == SIGHUP && !has_lost_terminal(app)) {
		service_notify("RELOADING=1");
		reload(app);
		service_notify("READY=1");
		return;
	}
	log_info("stopping");
	stop(app);
}

static void on_watchdog(uv_timer_t *timer)
{
	(void)timer;
	service_notify("WATCHDOG=1");
}

static void on_stdout_gone(int r, void *data)
{
	(void)data;
	log_info("no more lines on stdout: %s; everything else goes on", strerror(-r));
}

/* A person reads the terminal. */
static void reword(struct buf *out, struct str line, bool is_first, void *data)
{
	const struct app *app = data;
	cli_line_append(out, line, is_first, &app->style);
}

/* ---- the beginning */

static int start_loop(struct app *app)
{
	int r = uv_loop_init(&app->loop);
	if (r < 0) {
		return log_errno(r, "cannot make an event loop");
	}
	uv_timer_init(&app->loop, &app->tick);
	uv_timer_init(&app->loop, &app->broadcast);
	uv_timer_init(&app->loop, &app->watchdog);
	uv_prepare_init(&app->loop, &app->turn_end);
	app->tick.data = app->broadcast.data = app->watchdog.data = app->turn_end.data = app;
	app->tick_at_ms = INT64_MAX;
	uv_prepare_start(&app->turn_end, on_turn_end);
	static const int numbers[SIGNAL_COUNT] = {SIGTERM, SIGINT, SIGHUP};
	for (unsigned i = 0; i < SIGNAL_COUNT; i++) {
		uv_signal_init(&app->loop, &app->signals[i]);
		app->signals[i].data = app;
		uv_signal_start(&app->signals[i], on_signal, numbers[i]);
	}
	int64_t watchdog_ms = service_watchdog_ms();
	if (watchdog_ms > 0) {
		uint64_t interval_ms = (uint64_t)watchdog_ms / 2;
		uv_timer_start(&app->watchdog, on_watchdog, interval_ms, interval_ms);
	}
	return 0;
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

static void refresh_history(struct instant now, void *data)
{
	struct app *app = data;
	app_history_refresh(&app->history, now);
}

static void on_focus(struct str session_id, struct http_later *later, void *data)
{
	struct app *app = data;
	app_focus_begin(&app->focus, session_id, later);
}

static void on_budget(const struct budget_alarm *alarm, const struct session *session, void *data)
{
	struct app *app = data;
	app_notify_budget(&app->notify, alarm, session);
}

static void wire_history(struct app *app)
{
	app->change = (struct app_change){
		.history = &app->history,
		.prices = &app->prices,
		.tracker = app->tracker,
		.is_stopping = &app->stopping,
		.on_change = on_tracker_used,
		.data = app,
	};
	app->past = (struct web_history){
		.store = app->history.store,
		.budget = &app->history.budget,
		.plan = &app->config->plan,
		.board = &app->board.web,
		.on_purged = app_change_purged,
		.reprice_begin = app_change_begin_reprice,
		.reprice_end = app_change_end_reprice,
		.data = &app->change,
	};
}

static void wire_routes(struct app *app, struct instant now)
{
	app->ingest = (struct ingest){
		.tracker = app->tracker,
		.on_reject = on_ingest_reject,
		.on_change = on_tracker_used,
		.on_peer = on_peer,
		.on_connection = on_connection,
		.data = app,
	};
	ingest_init(&app->ingest);
	app->sessions = (struct web_sessions){
		.tracker = app->tracker,
		.hub = &app->hub,
		.sse = app->sse,
		.history = &app->past,
		.on_change = on_tracker_used,
		.on_focus = on_focus,
		.data = app,
	};
	app->health = (struct web_health){
		.tracker = app->tracker,
		.ingest = &app->ingest,
		.sessions = &app->sessions,
		.http = http_server_counters(&app->server),
		.prices = &app->prices.status,
		.store = app->history.store,
		.board = &app->board.web,
		.feed = &app->feed.web,
		.orchestrator = &app->orchestrator.web,
		.started_ms = now.mono_ms,
	};
	app->routes[0] = ingest_routes(&app->ingest, APP_LISTENER_PORT | APP_LISTENER_SOCKET);
	app->routes[1] = web_sessions_routes(&app->sessions);
	app->price_routes = (struct web_prices){&app->prices.listed, &app->prices.own};
	wire_history(app);
	app->metrics = (struct web_metrics){
		.tracker = app->tracker,
		.meter = &app->history.meter,
		.budget = &app->history.budget,
		.refresh = refresh_history,
		.started_ms = now.wall_ms,
		.data = app,
	};
	app->routes[2] = web_health_routes(&app->health);
	app->routes[3] = web_board_routes(&app->board.web); // before all other exports
	app->routes[4] = web_orchestrator_routes(&app->orchestrator.web); // the same
	app->routes[5] = web_history_routes(&app->past);
	app->routes[6] = web_feed_routes(&app->feed.web);
	app->routes[7] = web_metrics_routes(&app->metrics);
	app->routes[8] = web_socketio_routes(&app->socketio);
	web_page_init(&app->page);
	app->routes[9] = web_page_routes(&app->page);
	app->routes[10] = web_prices_routes(&app->price_routes);
	app->routes[11] = web_setup_routes(&app->setup.web);
}

static void open_orchestrator(struct app *app, struct instant now)
{
	app->orchestrator = (struct app_orchestrator){
		.config = app->config,
		.hub = &app->hub,
		.history = &app->history,
		.notify = &app->notify,
		.web = {.loop = &app->loop,
			.board = &app->board.web,
			.store = app->history.store,
			.store_path = app->config->store_path,
			.budget = &app->history.budget,
			.tracker = app->tracker},
	};
	app_orchestrator_open(&app->orchestrator, now);
}

static void wire_core(struct app *app)
{
	const struct session_observer observer = {
		.on_change = on_session_change,
		.on_clock_step = on_clock_step,
		.on_call = on_call,
		.on_span = on_span,
		.data = app,
	};
	app->tracker = session_tracker_create(&app->config->sessions, &observer);
	app_prices_init(&app->prices, config_user_path(app->config, PRICE_FILE_NAME));
	app_prices_load(&app->prices, app->tracker);
	struct instant now = app_now(app);
	sink_hub_init(
		&app->hub, session_tracker_sessions(app->tracker), (uint64_t)now.wall_ms * 1000);
	sink_hub_set_cost(&app->hub, app_history_cost_today, &app->history);
	sink_hub_show_cost(&app->hub, app->config->show_cost);
	app->sse = sink_sse_create(&app->hub, &app->loop);
	const struct sink_socketio_calls socketio_calls = {
		.is_token = is_token, .on_reject = on_websocket_reject, .data = app};
	app->socketio.sink = sink_socketio_create(&app->hub, &app->loop, &socketio_calls);
	app->peers = (struct app_peers){
		.loop = &app->loop,
		.tracker = app->tracker,
		.on_change = on_tracker_used,
		.data = app,
	};
	app_peers_open(&app->peers);
	app->notify = (struct app_notify){
		.config = app->config,
		.loop = &app->loop,
		.hub = &app->hub,
		.tracker = app->tracker,
		.server = &app->server,
		.on_change = on_tracker_used,
		.data = app,
	};
	app_focus_init(&app->focus, &app->notify);
	app_setup_init(&app->setup, &app->loop, app->tracker);
	app->history = (struct app_history){
		.config = app->config,
		.loop = &app->loop,
		.ingest = &app->ingest.counters,
		.tracker = app->tracker,
		.live = &app->live,
		.on_alarm = on_budget,
		.data = app,
	};
	app->live = (struct web_live){
		.loop = &app->loop,
		.hub = &app->hub,
		.budget = &app->history.budget,
		.plan = &app->config->plan,
		.board = &app->board.web,
	};
	web_live_open(&app->live);
	app_history_open(&app->history, now);
	app->live.store = app->history.store;
	app->board = (struct app_board){
		.config = app->config,
		.loop = &app->loop,
		.hub = &app->hub,
		.history = &app->history,
		.notify = &app->notify,
		.own = &app->orchestrator.web.own,
	};
	app_board_open(&app->board);
	app->feed = (struct app_feed){.config = app->config, .loop = &app->loop, .hub = &app->hub};
	app_feed_open(&app->feed);
	open_orchestrator(app, now);
	app->tray = (struct app_tray){
		.config = app->config,
		.loop = &app->loop,
		.hub = &app->hub,
		.tracker = app->tracker,
		.notify = &app->notify,
		.on_change = on_tracker_used,
		.data = app,
	};
	wire_routes(app, now);
}

/* What is rejected before its path is known may be telemetry. */
static void error_of_no_route(const struct http_request *req, struct http_response *res, int status,
	struct str message, void *data)
{
	if (req->path.size == 0) {
		ingest_otlp_error(req, res, status, message, data);
	} else {
		http_json_error(req, res, status, message, data);
	}
}

static int start_server(struct app *app)
{
	struct http_server_config config = http_server_config_default();
	app->hosts = views_of(&app->config->allowed_hosts);
	app->origins = views_of(&app->config->allowed_origins);
	config.limits.body_bytes = config.limits.inflated_bytes = app->config->max_body_bytes;
	config.limits.connections = app->config->max_connections;
	config.access = (struct http_access){
		.hosts = app->hosts,
		.host_count = app->config->allowed_hosts.count,
		.origins = app->origins,
		.origin_count = app->config->allowed_origins.count,
		.token = str_from(app->config->token),
		.own_user_only = !app->config->allow_other_users,
		.uid = (int64_t)geteuid(),
		.owner_of = app_peers_owner,
	};
	config.groups = app->routes;
	config.group_count = ROUTE_GROUPS;
	config.error = error_of_no_route;
	config.on_reject = on_http_reject;
	config.on_connection_end = on_connection_end;
	config.data = app;
	return http_server_init(&app->server, &app->loop, &config);
}

/* Only a daemon that has its addresses may touch pipe and stdout: they could be another's. */
static int open_sinks(struct app *app)
{
	struct sink *sink;
	app->style = cli_style_of(app->config, STDOUT_FILENO);
	if (app->config->use_stdout) {
		bool in_words = app->style.is_terminal && !app->config->json;
		int r = sink_stdout_open(&app->hub, &app->loop, STDOUT_FILENO, on_stdout_gone,
			in_words ? reword : NULL, app, &sink);
		if (r < 0) {
			log_warn("cannot write to stdout: %s", strerror(-r));
		}
	}
	if (app->config->pipe_path != NULL) {
		int r = sink_fifo_open(&app->hub, &app->loop, app->config->pipe_path, &sink);
		if (r < 0) {
			return r;
		}
	}
	app_notify_apply(&app->notify);
	app_tray_apply(&app->tray);
	return 0;
}

static void say_ready(const struct app *app)
{
	uint16_t port = http_server_port(&app->server);
	if (port != 0) {
		log_info("version " VERSION ", listening on http://localhost:%u", (unsigned)port);
	} else {
		log_info("version " VERSION ", listening on '%s'", app->config->socket_path);
	}
	service_notify("READY=1\nSTATUS=0 working, 0 completed, 0 idle");
}

static int begin(struct app *app)
{
	int r = start_server(app);
	if (r < 0) {
		return log_errno(r, "cannot make the server");
	}
	r = app_listen(&app->server, app->config);
	app->health.port = http_server_port(&app->server);
	app->setup.port = app->health.port != 0 ? app->health.port : (uint16_t)app->config->port;
	return r < 0 ? r : open_sinks(app);
}

/* Every connection is a descriptor; the soft limit is made for select(2), which is not used here.
 */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/* Memory holds prompts: it is not for a core dump, however the daemon is run. */
static void leave_no_core(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_CORE, &limit) == 0) {
		limit.rlim_cur = 0;
		(void)setrlimit(RLIMIT_CORE, &limit);
	}
}

int app_run(struct config *config)
{
	struct app app = {.config = config};
	(void)signal(SIGPIPE, SIG_IGN);
	(void)mem_keep_reserve();
	(void)uv_replace_allocator(xmalloc, xrealloc, xcalloc, free); // the reserve is libuv's, too
	log_never_wait();
	raise_descriptor_limit();
	leave_no_core();
	if (start_loop(&app) < 0) {
		return EXIT_FAILURE;
	}
	wire_core(&app);
	int r = begin(&app);
	if (r < 0) {
		stop(&app);
	} else {
		say_ready(&app);
	}
	uv_run(&app.loop, UV_RUN_DEFAULT);
	ingest_finish(&app.ingest);
	http_server_finish(&app.server);
	web_page_finish(&app.page);
	web_live_finish(&app.live);
	app_board_finish(&app.board);
	app_feed_finish(&app.feed);
	app_orchestrator_finish(&app.orchestrator);
	sink_hub_finish(&app.hub);
	session_tracker_destroy(app.tracker);
	app_prices_finish(&app.prices);
	app_history_finish(&app.history);
	free(app.hosts);
	free(app.origins);
	uv_loop_close(&app.loop);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
