/* An orchestrator's state in the daemon: the thread that reads it, and the path of its news, or of
 * what the daemon itself observes, to streams, feed and notifications. */
#pragma once

#include <uv.h>

#include "base/buf.h"
#include "web/web_orchestrator.h"

struct app_history;
struct app_notify;
struct config;
struct sink_hub;

struct app_orchestrator {
	const struct config *config; // borrowed, like the next three
	struct sink_hub *hub;
	struct app_history *history;
	struct app_notify *notify;

	struct web_orchestrator
		web;     // what it borrows is the caller's to fill in; the rest is its own
	uv_async_t wake; // the thread has results
	struct buf line;
	unsigned logged[ORCHESTRATOR_FILES]; // bits: states that were logged
};

/* The caller has filled in what is borrowed. Without a directory no thread is started. */
void app_orchestrator_open(struct app_orchestrator *o, struct instant now);

/* Waits for the thread, a second at most. */
void app_orchestrator_close(struct app_orchestrator *o);
void app_orchestrator_finish(struct app_orchestrator *o);
