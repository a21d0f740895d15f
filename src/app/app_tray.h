/* The icon in the tray as the configuration wants it, and what its user makes of it. */
#pragma once

#include <uv.h>

struct app_notify;
struct config;
struct session_tracker;
struct sink;
struct sink_hub;

struct app_tray {
	const struct config *config; // borrowed, as the next four
	uv_loop_t *loop;
	struct sink_hub *hub;
	struct session_tracker *tracker;
	const struct app_notify *notify; // raises terminals
	void (*on_change)(void *data);   // the tracker or the hub was told something
	void *data;

	struct sink *sink; // NULL: none; closed with its hub
	int tray;          // enum config_tray, as it was applied last
};

/* Opens or closes the outlet, as the configuration now is; the caller has filled in what is
 * borrowed. Where it cannot be, the log says why. */
void app_tray_apply(struct app_tray *t);
