#include "app/app.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <uv.h>

#include "app/app_board.h"
#include "app/app_feed.h"
#include "app/app_focus.h"
#include "app/app_history.h"
#include "app/app_notify.h"
#include "app/app_orchestrator.h"
#include "app/app_peers.h"
#include "app/app_prices.h"
#include "app/app_server.h"
#include "app/app_sessions.h"
#include "app/app_tray.h"
#include "app/systemd.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_line.h"
#include "cli/cli_style.h"
#include "config/config.h"
#include "config/config_report.h"
#include "price/price_file.h"
#include "session/session_tracker.h"
#include "sink/sink_fifo.h"
#include "sink/sink_hub.h"
#include "sink/sink_stdout.h"
#include "version.h"
#include "web/web_live.h"

enum { SIGNAL_COUNT = 3 };

struct app {
	struct config *config;
	uv_loop_t loop;
	uv_timer_t watchdog;
	uv_signal_t signals[SIGNAL_COUNT];
	struct sink_hub hub;
	struct app_sessions sessions;
	struct app_server server;
	struct app_notify notify;
	struct app_focus focus;
	struct app_prices prices;
	struct app_history history;
	struct web_live live;
	struct app_board board;
	struct app_feed feed;
	struct app_orchestrator orchestrator;
	struct app_tray tray;
	struct app_peers peers;
	struct cli_style style; // of stdout, if it is a terminal
	bool stopping;
};

static struct instant app_now(const struct app *app)
{
	return instant_at(uv_now(&app->loop));
}

/* ---- settings */

/* Joins the lines of a report. */
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
		app_sessions_apply(&app->sessions);
		log_set_level(app->config->verbose ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
		app_notify_apply(&app->notify);
		app_history_apply(&app->history);
		sink_hub_show_cost(&app->hub, app->config->show_cost);
		app_tray_apply(&app->tray);
		log_info("configuration reloaded%s%.*s", lines->size > 0 ? "; " : "",
			STR_ARG(buf_str(lines)));
	}
	config_report_finish(&report);
	app_prices_load(&app->prices, app->sessions.tracker);
}

/* ---- the end */

static void on_server_stopped(void *data)
{
	struct app *app = data;
	app_orchestrator_close(&app->orchestrator);
	app_feed_close(&app->feed);
	app_board_close(&app->board); // its last events go to the history
	app_history_close(&app->history);
	app_sessions_close(&app->sessions);
	uv_close((uv_handle_t *)&app->watchdog, NULL);
	for (unsigned i = 0; i < SIGNAL_COUNT; i++) {
		uv_close((uv_handle_t *)&app->signals[i], NULL);
	}
}

static void stop(struct app *app)
{
	if (app->stopping) {
		return;
	}
	app->stopping = true;
	app_sessions_stop(&app->sessions);
	web_live_close(&app->live);
	service_notify("STOPPING=1");
	sink_hub_farewell(&app->hub, app_now(app));
	sink_hub_close(&app->hub);
	app_peers_close(&app->peers);
	app_focus_stop(&app->focus);
	app_notify_stop(&app->notify);
	app_server_stop(&app->server);
	http_server_stop(&app->server.http, on_server_stopped, app);
}

/* A closing terminal sends SIGHUP, too, which should end what was started on it. */
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
	log_info("no more lines on stdout: %s; everything else continues", strerror(-r));
}

/* Lines for people, on a terminal. */
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
	uv_timer_init(&app->loop, &app->watchdog);
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

static void on_budget(const struct budget_alarm *alarm, const struct session *session, void *data)
{
	struct app *app = data;
	app_notify_budget(&app->notify, alarm, session);
}

/* The tracker and everything around it: prices, outlets, peer processes. */
static void open_sessions(struct app *app)
{
	app->sessions = (struct app_sessions){
		.config = app->config,
		.loop = &app->loop,
		.hub = &app->hub,
		.prices = &app->prices,
		.history = &app->history,
		.own = &app->orchestrator.web.own,
	};
	app_sessions_open(&app->sessions);
	app_prices_init(&app->prices, config_user_path(app->config, PRICE_FILE_NAME));
	app_prices_load(&app->prices, app->sessions.tracker);
	sink_hub_init(&app->hub, session_tracker_sessions(app->sessions.tracker),
		(uint64_t)app_now(app).wall_ms * 1000);
	sink_hub_set_cost(&app->hub, app_history_cost_today, &app->history);
	sink_hub_show_cost(&app->hub, app->config->show_cost);
	app->peers = (struct app_peers){
		.loop = &app->loop,
		.tracker = app->sessions.tracker,
		.on_change = app_sessions_touch,
		.data = &app->sessions,
	};
	app_peers_open(&app->peers);
}

static void open_history(struct app *app)
{
	app->history = (struct app_history){
		.config = app->config,
		.loop = &app->loop,
		.ingest = &app->server.ingest.counters,
		.tracker = app->sessions.tracker,
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
	app_history_open(&app->history, app_now(app));
	app->live.store = app->history.store;
}

/* The directories and files that are watched. */
static void open_boards(struct app *app)
{
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
			.tracker = app->sessions.tracker},
	};
	app_orchestrator_open(&app->orchestrator, app_now(app));
}

/* Their outlets are opened by open_sinks(). */
static void set_up_desktop(struct app *app)
{
	app->notify = (struct app_notify){
		.config = app->config,
		.loop = &app->loop,
		.hub = &app->hub,
		.tracker = app->sessions.tracker,
		.server = &app->server.http,
		.on_change = app_sessions_touch,
		.data = &app->sessions,
	};
	app_focus_init(&app->focus, &app->notify);
	app->tray = (struct app_tray){
		.config = app->config,
		.loop = &app->loop,
		.hub = &app->hub,
		.tracker = app->sessions.tracker,
		.notify = &app->notify,
		.on_change = app_sessions_touch,
		.data = &app->sessions,
	};
}

static void open_server(struct app *app)
{
	app->server = (struct app_server){
		.config = app->config,
		.loop = &app->loop,
		.hub = &app->hub,
		.tracker = app->sessions.tracker,
		.prices = &app->prices,
		.history = &app->history,
		.board = &app->board,
		.feed = &app->feed,
		.orchestrator = &app->orchestrator,
		.peers = &app->peers,
		.focus = &app->focus,
		.is_stopping = &app->stopping,
		.on_change = app_sessions_touch,
		.data = &app->sessions,
	};
	app_server_open(&app->server, app_now(app));
}

static void open_all(struct app *app)
{
	open_sessions(app);
	set_up_desktop(app);
	open_history(app);
	open_boards(app);
	open_server(app);
}

/* Only a daemon that has its addresses may touch pipe and stdout: they could belong to another one.
 */
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
	uint16_t port = http_server_port(&app->server.http);
	if (port != 0) {
		log_info("version " VERSION ", listening on http://localhost:%u", (unsigned)port);
	} else {
		log_info("version " VERSION ", listening on '%s'", app->config->socket_path);
	}
	service_notify("READY=1\nSTATUS=0 working, 0 completed, 0 idle");
}

static int begin(struct app *app)
{
	int r = app_server_listen(&app->server);
	return r < 0 ? r : open_sinks(app);
}

/* Every connection needs a descriptor; the soft limit is for select(2), which is not used here. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/* Memory contains prompts, which must not end up in a core dump. */
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
	(void)uv_replace_allocator(xmalloc, xrealloc, xcalloc, free); // libuv uses the reserve, too
	log_never_wait();
	raise_descriptor_limit();
	leave_no_core();
	if (start_loop(&app) < 0) {
		return EXIT_FAILURE;
	}
	open_all(&app);
	int r = begin(&app);
	if (r < 0) {
		stop(&app);
	} else {
		say_ready(&app);
	}
	uv_run(&app.loop, UV_RUN_DEFAULT);
	app_server_finish(&app.server);
	web_live_finish(&app.live);
	app_board_finish(&app.board);
	app_feed_finish(&app.feed);
	app_orchestrator_finish(&app.orchestrator);
	sink_hub_finish(&app.hub);
	app_sessions_finish(&app.sessions);
	app_prices_finish(&app.prices);
	app_history_finish(&app.history);
	uv_loop_close(&app.loop);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
