/* The task board in the daemon: its thread, and the way of its events to streams and feed. */
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
	const struct config *config; // borrowed, as the next five
	uv_loop_t *loop;
	struct sink_hub *hub;
	struct app_history *history;
	struct app_notify *notify;
	struct orchestrator_own *own; // hears of what is completed, and of what went wrong

	struct web_board web; // the rest is its own
	uv_async_t wake;      // the thread has something to say
	struct buf line;
};

/* The caller has filled in what is borrowed. Without a directory nothing is started. */
void app_board_open(struct app_board *b);

/* Waits for the thread for a second at most. To be called when no question can come any more. */
void app_board_close(struct app_board *b);
void app_board_finish(struct app_board *b);
