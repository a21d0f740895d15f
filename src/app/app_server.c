#include "app/app_server.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app_board.h"
#include "app/app_feed.h"
#include "app/app_focus.h"
#include "app/app_history.h"
#include "app/app_listen.h"
#include "app/app_orchestrator.h"
#include "app/app_peers.h"
#include "app/app_prices.h"
#include "app/reject_line.h"
#include "base/log.h"
#include "base/mem.h"
#include "config/config.h"
#include "http/http_json.h"
#include "sink/sink_socketio.h"
#include "sink/sink_sse.h"
#include "store/store.h"

/* ---- rejected requests */

static void on_http_reject(const struct http_reject *reject, void *data)
{
	struct app_server *s = data;
	reject_line_http(&s->rejects, reject, (int64_t)uv_now(s->loop));
}

static void on_ingest_reject(const struct ingest_reject *reject, void *data)
{
	struct app_server *s = data;
	reject_line_ingest(&s->rejects, reject, (int64_t)uv_now(s->loop));
}

static void on_websocket_reject(const char *peer, const struct ws_end *how, void *data)
{
	struct app_server *s = data;
	reject_line_websocket(&s->rejects, peer, how, (int64_t)uv_now(s->loop));
}

/* A request rejected before its path is known may be telemetry. */
static void error_of_no_route(const struct http_request *req, struct http_response *res, int status,
	struct str message, void *data)
{
	if (req->path.size == 0) {
		ingest_otlp_error(req, res, status, message, data);
	} else {
		http_json_error(req, res, status, message, data);
	}
}

/* ---- peers */

static void on_connection(const struct event *event, struct instant now, void *data)
{
	struct app_server *s = data;
	store_put_connection(s->history->store, event, now.wall_ms);
}

static void on_peer(const struct http_peer *peer, void *data)
{
	struct app_server *s = data;
	app_peers_note(s->peers, peer);
}

static void on_connection_end(const struct http_peer *peer, bool by_peer, void *data)
{
	struct app_server *s = data;
	if (!*s->is_stopping) {
		app_peers_note_end(s->peers, peer, by_peer);
	}
}

static bool is_token(struct str token, void *data)
{
	const struct app_server *s = data;
	return http_access_is_token(http_server_access(&s->http), token);
}

/* ---- routes */

static void on_change(void *data)
{
	struct app_server *s = data;
	s->on_change(s->data);
}

static void on_focus(struct str session_id, struct http_later *later, void *data)
{
	struct app_server *s = data;
	app_focus_begin(s->focus, session_id, later);
}

static void refresh_history(struct instant now, void *data)
{
	struct app_server *s = data;
	app_history_refresh(s->history, now);
}

static void open_ingest(struct app_server *s)
{
	s->ingest = (struct ingest){
		.tracker = s->tracker,
		.on_reject = on_ingest_reject,
		.on_change = on_change,
		.on_peer = on_peer,
		.on_connection = on_connection,
		.data = s,
	};
	ingest_init(&s->ingest);
}

static void open_streams(struct app_server *s)
{
	const struct sink_socketio_calls calls = {
		.is_token = is_token, .on_reject = on_websocket_reject, .data = s};
	s->sessions = (struct web_sessions){
		.tracker = s->tracker,
		.hub = s->hub,
		.sse = sink_sse_create(s->hub, s->loop),
		.history = &s->past,
		.on_change = on_change,
		.on_focus = on_focus,
		.data = s,
	};
	s->socketio.sink = sink_socketio_create(s->hub, s->loop, &calls);
}

static void open_history(struct app_server *s, struct instant now)
{
	s->change = (struct app_change){
		.history = s->history,
		.prices = s->prices,
		.tracker = s->tracker,
		.is_stopping = s->is_stopping,
		.on_change = on_change,
		.data = s,
	};
	s->past = (struct web_history){
		.store = s->history->store,
		.budget = &s->history->budget,
		.plan = &s->config->plan,
		.board = &s->board->web,
		.on_purged = app_change_purged,
		.reprice_begin = app_change_begin_reprice,
		.reprice_end = app_change_end_reprice,
		.data = &s->change,
	};
	s->metrics = (struct web_metrics){
		.tracker = s->tracker,
		.meter = &s->history->meter,
		.budget = &s->history->budget,
		.refresh = refresh_history,
		.started_ms = now.wall_ms,
		.data = s,
	};
	s->price_routes = (struct web_prices){&s->prices->listed, &s->prices->own};
}

static void open_health(struct app_server *s, struct instant now)
{
	s->health = (struct web_health){
		.tracker = s->tracker,
		.ingest = &s->ingest,
		.sessions = &s->sessions,
		.http = http_server_counters(&s->http),
		.prices = &s->prices->status,
		.store = s->history->store,
		.board = &s->board->web,
		.feed = &s->feed->web,
		.orchestrator = &s->orchestrator->web,
		.started_ms = now.mono_ms,
	};
}

void app_server_open(struct app_server *s, struct instant now)
{
	open_ingest(s);
	open_streams(s);
	open_history(s, now);
	open_health(s, now);
	app_setup_init(&s->setup, s->loop, s->tracker);
	web_page_init(&s->page);
	/* boards and orchestrator before all other exports */
	const struct http_route_group routes[APP_SERVER_GROUPS] = {
		ingest_routes(&s->ingest, APP_LISTENER_PORT | APP_LISTENER_SOCKET),
		web_sessions_routes(&s->sessions),
		web_health_routes(&s->health),
		web_board_routes(&s->board->web),
		web_orchestrator_routes(&s->orchestrator->web),
		web_history_routes(&s->past),
		web_feed_routes(&s->feed->web),
		web_metrics_routes(&s->metrics),
		web_socketio_routes(&s->socketio),
		web_page_routes(&s->page),
		web_prices_routes(&s->price_routes),
		web_setup_routes(&s->setup.web),
	};
	memcpy(s->routes, routes, sizeof(routes));
}

/* ---- the server */

/* Views of a list's items, for the caller to free. */
static struct str *views_of(const struct config_list *list)
{
	struct str *views = xcalloc(list->count, sizeof(*views));
	for (size_t i = 0; i < list->count; i++) {
		views[i] = str_from(list->items[i]);
	}
	return views;
}

static int init_http(struct app_server *s)
{
	struct http_server_config config = http_server_config_default();
	s->hosts = views_of(&s->config->allowed_hosts);
	s->origins = views_of(&s->config->allowed_origins);
	config.limits.body_bytes = config.limits.inflated_bytes = s->config->max_body_bytes;
	config.limits.connections = s->config->max_connections;
	config.access = (struct http_access){
		.hosts = s->hosts,
		.host_count = s->config->allowed_hosts.count,
		.origins = s->origins,
		.origin_count = s->config->allowed_origins.count,
		.token = str_from(s->config->token),
		.own_user_only = !s->config->allow_other_users,
		.uid = (int64_t)geteuid(),
		.owner_of = app_peers_owner,
	};
	config.groups = s->routes;
	config.group_count = APP_SERVER_GROUPS;
	config.error = error_of_no_route;
	config.on_reject = on_http_reject;
	config.on_connection_end = on_connection_end;
	config.data = s;
	return http_server_init(&s->http, s->loop, &config);
}

int app_server_listen(struct app_server *s)
{
	int r = init_http(s);
	if (r < 0) {
		return log_errno(r, "cannot make the server");
	}
	r = app_listen(&s->http, s->config);
	s->health.port = http_server_port(&s->http);
	s->setup.port = s->health.port != 0 ? s->health.port : (uint16_t)s->config->port;
	return r;
}

void app_server_stop(struct app_server *s)
{
	app_setup_stop(&s->setup);
}

void app_server_finish(struct app_server *s)
{
	ingest_finish(&s->ingest);
	http_server_finish(&s->http);
	web_page_finish(&s->page);
	free(s->hosts);
	free(s->origins);
}
