/* The kinds of notifications: one table, which settings and notifier follow. To add one is to add a
 * row; which are told, and how they sound, are the defaults of notify-kinds and notify-sound. */
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
	NOTIFY_BUDGET, // of no session, as the next
	NOTIFY_TASK_ERROR,
	NOTIFY_LOOP, // of a task, without end
	NOTIFY_GATE, // a decision is left to a person
	NOTIFY_KIND_COUNT,
};

struct notify_kind_row {
	const char *name; // in settings and lines
	const char *verb; // after the assistant's name
	bool ends_turn;   // tells of what is over; else something that still goes on or waits
	int64_t delay_ms; // unless notify-delay says otherwise
	enum notify_urgency urgency;
};

extern const struct notify_kind_row notify_kinds[NOTIFY_KIND_COUNT];

/* NOTIFY_NOTHING for a word that is none of them. */
enum notify_kind notify_kind_find(struct str name);

/* The name of the i-th kind from 0; NULL behind the last. */
const char *notify_kind_word(size_t i);

/* Of "KIND:SOUND". False, and the results untouched, if it is no such thing. */
bool notify_kind_read_sound(struct str item, enum notify_kind *ret_kind, struct str *ret_sound);
