/* The icon in the tray as configured, and the user's choices. */
#pragma once

#include <uv.h>

struct app_notify;
struct config;
struct session_tracker;
struct sink;
struct sink_hub;

struct app_tray {
	const struct config *config; // borrowed, like the next four
	uv_loop_t *loop;
	struct sink_hub *hub;
	struct session_tracker *tracker;
	const struct app_notify *notify; // raises terminals
	void (*on_change)(void *data);   // the tracker or the hub was called
	void *data;

	struct sink *sink; // NULL: none; closed with its hub
	int tray;          // enum config_tray, as it was applied last
};

/* Opens or closes the outlet to match the configuration; the caller has filled in what is borrowed.
 * Logs why if that fails. */
void app_tray_apply(struct app_tray *t);
