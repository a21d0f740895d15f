/* Raises terminals on request over HTTP, with the command people use for it, and answers when that
 * has ended. */
#pragma once

#include "base/list.h"
#include "base/str.h"

struct app_notify;
struct http_later;

struct app_focus {
	struct app_notify *notify; // borrowed: starts the command
	struct list waiting;       // struct focus_request
};

void app_focus_init(struct app_focus *f, struct app_notify *notify);

/* Answers later: 200, 409 if the terminal could not be raised, 503 if the command could not be
 * started. */
void app_focus_begin(struct app_focus *f, struct str session_id, struct http_later *later);

/* Answers everything still waiting; before notify's launcher is closed. */
void app_focus_stop(struct app_focus *f);
