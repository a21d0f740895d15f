/* GET /api/metrics/tasks, quality_gates, resolution, resources, usage, stream and export: an
 * orchestrator's state, or what the daemon itself sees where there is none. What the board and the
 * history know is asked on their threads, the connection meanwhile waits (http_later.h). */
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

/* What the history said last. */
struct web_kept {
	struct buf quality, providers, tokens; // JSON
	double disk;
	bool is_known; // the first three are
	int64_t at_ms; // monotonic
};

struct web_orchestrator {
	uv_loop_t *loop; // borrowed, as all up to the blank line
	const char *dir; // NULL: none
	struct orchestrator_thread *thread;
	int64_t interval_ms; // of the stream
	const struct web_board *board;
	struct store *store;
	const char *store_path; // NULL: none
	const struct budget *budget;
	const struct session_tracker *tracker;

	struct orchestrator state; // the rest is its own
	struct orchestrator_own own;
	struct web_host host;
	struct web_kept kept;
	struct list readers; // of the stream
	uv_timer_t timer;    // runs while there are any
	bool is_gathering;   // for them
	bool is_closed;
};

/* The caller has filled in what is borrowed. */
void web_orchestrator_open(struct web_orchestrator *w, struct instant now);

/* Answers no stream any more; the memory is needed until the loop has ended. */
void web_orchestrator_close(struct web_orchestrator *w);
void web_orchestrator_finish(struct web_orchestrator *w);

/* To be looked through before the history's exports. */
struct http_route_group web_orchestrator_routes(struct web_orchestrator *w);

/* The "state_dir" of /health. */
void web_orchestrator_write_health(
	struct json_writer *j, const struct web_orchestrator *w, struct instant now);
