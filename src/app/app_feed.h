/* The metrics feed in the daemon: its thread, and the path of its entries to streams. */
#pragma once

#include <uv.h>

#include "base/buf.h"
#include "web/web_feed.h"

struct config;
struct feed_thread;
struct sink_hub;

struct app_feed {
	const struct config *config; // borrowed, like the next two
	uv_loop_t *loop;
	struct sink_hub *hub;

	struct web_feed web;        // the rest is its own
	struct feed_thread *thread; // NULL: no file is followed
	uv_async_t wake;
	struct buf line;
};

/* The caller has filled in what is borrowed. Without a file nothing is started. */
void app_feed_open(struct app_feed *f);

/* Waits for the thread, a second at most. */
void app_feed_close(struct app_feed *f);
void app_feed_finish(struct app_feed *f);
