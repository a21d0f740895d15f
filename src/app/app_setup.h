/* GET /api/setup: looks for the clients by a program of its own, "setup --json", for all that ask
 * meanwhile. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/list.h"
#include "web/web_setup.h"

struct process_launcher;

struct app_setup {
	struct web_setup web;
	uint16_t port;                     // that the clients are to be pointed at
	struct process_launcher *launcher; // NULL: stopped
	struct list waiting;               // struct setup_request
	bool is_looking;
};

/* tracker is borrowed. The port is the caller's to set. */
void app_setup_init(struct app_setup *s, uv_loop_t *loop, const struct session_tracker *tracker);

/* Answers all that still wait, and ends the program. */
void app_setup_stop(struct app_setup *s);
