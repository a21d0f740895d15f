/* The kinds of notifications: one table, used by settings and notifier alike. A new kind is a new
 * row; which ones notify, and their sounds, are the defaults of notify-kinds and notify-sound. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum notify_urgency { // Desktop Notifications Specification, "Urgency Levels"
	NOTIFY_LOW,
	NOTIFY_NORMAL,
	NOTIFY_CRITICAL,
};

enum notify_kind {
	NOTIFY_NOTHING,
	NOTIFY_DONE,
	NOTIFY_PERMISSION,
	NOTIFY_QUESTION,
	NOTIFY_ERROR,
	NOTIFY_LIMIT,
	NOTIFY_STALLED,
	NOTIFY_BUDGET, // without a session, like the next
	NOTIFY_TASK_ERROR,
	NOTIFY_LOOP, // of a task that never ends
	NOTIFY_GATE, // a decision is left to a person
	NOTIFY_KIND_COUNT,
};

struct notify_kind_row {
	const char *name; // in settings and lines
	const char *verb; // after the assistant's name
	bool ends_turn;   // about something finished; else something still going on or waiting
	int64_t delay_ms; // unless notify-delay says otherwise
	enum notify_urgency urgency;
};

extern const struct notify_kind_row notify_kinds[NOTIFY_KIND_COUNT];

/* NOTIFY_NOTHING for an unknown word. */
enum notify_kind notify_kind_find(struct str name);

/* The name of the i-th kind, from 0; NULL past the last. */
const char *notify_kind_word(size_t i);

/* Parses "KIND:SOUND". False, with the results untouched, for anything else. */
bool notify_kind_read_sound(struct str item, enum notify_kind *ret_kind, struct str *ret_sound);
