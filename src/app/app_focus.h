/* Terminals that somebody asked for over HTTP: raised by the command that people have for it, and
 * answered when that has ended. */
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

/* Answers later: 200, or 409 where the terminal could not be raised, 503 where that could not be
 * tried. */
void app_focus_begin(struct app_focus *f, struct str session_id, struct http_later *later);

/* Answers all that still wait; before the launcher of notify is closed. */
void app_focus_stop(struct app_focus *f);
