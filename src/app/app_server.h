/* The daemon's HTTP server: its routes and streams, who may use them, and a log line for whatever
 * is rejected. The one place that knows every group of routes. */
#pragma once

#include <stdbool.h>
#include <uv.h>

#include "app/app_change.h"
#include "app/app_setup.h"
#include "app/reject_log.h"
#include "http/http_server.h"
#include "ingest/ingest.h"
#include "web/web_health.h"
#include "web/web_history.h"
#include "web/web_metrics.h"
#include "web/web_page.h"
#include "web/web_prices.h"
#include "web/web_sessions.h"
#include "web/web_socketio.h"

struct app_board;
struct app_feed;
struct app_focus;
struct app_history;
struct app_orchestrator;
struct app_peers;
struct app_prices;
struct config;
struct session_tracker;
struct sink_hub;

enum { APP_SERVER_GROUPS = 12 };

struct app_server {
	const struct config *config; // borrowed, like all up to data; open by app_server_open()
	uv_loop_t *loop;
	struct sink_hub *hub;
	struct session_tracker *tracker;
	struct app_prices *prices;
	struct app_history *history;
	struct app_board *board;
	struct app_feed *feed;
	struct app_orchestrator *orchestrator;
	struct app_peers *peers;
	struct app_focus *focus;
	const bool *is_stopping;
	void (*on_change)(void *data); // the tracker was called
	void *data;

	struct http_server http;     // the rest is its own
	struct str *hosts, *origins; // views of the configuration's lists
	struct ingest ingest;
	struct app_change change;
	struct app_setup setup;
	struct web_sessions sessions;
	struct web_health health;
	struct web_history past;
	struct web_metrics metrics;
	struct web_page page;
	struct web_prices price_routes;
	struct web_socketio socketio;
	struct http_route_group routes[APP_SERVER_GROUPS];
	struct reject_log rejects;
};

/* Sets up routes and streams; the caller has filled in what is borrowed. */
void app_server_open(struct app_server *s, struct instant now);

/* Listens. 0, or a negative errno with the reason logged. */
int app_server_listen(struct app_server *s);

/* Answers what still waits for a program of the server's own; before http_server_stop(). */
void app_server_stop(struct app_server *s);

/* After http_server_stop() has called back. */
void app_server_finish(struct app_server *s);
