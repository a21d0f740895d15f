/* GET /api/metrics/tasks, quality_gates, resolution, resources, usage, stream and export: an
 * orchestrator's state or, without one, what the daemon itself observes. Board and history are
 * queried on their threads while the connection waits (http_later.h). */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/list.h"
#include "http/http_router.h"
#include "orchestrator/orchestrator.h"
#include "orchestrator/orchestrator_own.h"
#include "web/web_host.h"

struct budget;
struct json_writer;
struct orchestrator_thread;
struct session_tracker;
struct store;
struct web_board;

/* The last answer of the history. */
struct web_kept {
	struct buf quality, providers, tokens; // JSON
	double disk;
	bool is_known; // the first three are
	int64_t at_ms; // monotonic
};

struct web_orchestrator {
	uv_loop_t *loop; // borrowed, like everything up to the blank line
	const char *dir; // NULL: none
	struct orchestrator_thread *thread;
	int64_t interval_ms; // of the stream
	const struct web_board *board;
	struct store *store;
	const char *store_path; // NULL: none
	const struct budget *budget;
	const struct session_tracker *tracker;

	struct orchestrator state; // private from here
	struct orchestrator_own own;
	struct web_host host;
	struct web_kept kept;
	struct list readers; // of the stream
	uv_timer_t timer;    // runs while there are readers
	bool is_gathering;   // for the stream
	bool is_closed;
};

/* The caller has set the borrowed members. */
void web_orchestrator_open(struct web_orchestrator *w, struct instant now);

/* Stops all streams; the memory must outlive the loop. */
void web_orchestrator_close(struct web_orchestrator *w);
void web_orchestrator_finish(struct web_orchestrator *w);

/* Must come before the history's exports. */
struct http_route_group web_orchestrator_routes(struct web_orchestrator *w);

/* The "state_dir" of /health. */
void web_orchestrator_write_health(
	struct json_writer *j, const struct web_orchestrator *w, struct instant now);
