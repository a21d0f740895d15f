/* The task board in the daemon: its thread, and the path of its events to streams and feed. */
#pragma once

#include <uv.h>

#include "base/buf.h"
#include "web/web_board.h"

struct app_history;
struct app_notify;
struct config;
struct orchestrator_own;
struct sink_hub;

struct app_board {
	const struct config *config; // borrowed, like the next five
	uv_loop_t *loop;
	struct sink_hub *hub;
	struct app_history *history;
	struct app_notify *notify;
	struct orchestrator_own *own; // notes completed and failed tasks

	struct web_board web; // the rest is its own
	uv_async_t wake;      // the thread has results
	struct buf line;
};

/* The caller has filled in what is borrowed. Without a directory nothing is started. */
void app_board_open(struct app_board *b);

/* Waits for the thread, a second at most. To be called after the last question. */
void app_board_close(struct app_board *b);
void app_board_finish(struct app_board *b);
