/* The text of a notification: what to show about its session, and what is already on the screen. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf;
struct notification;
struct session;

struct notify_words_settings {      // borrowed
	const char *const *command; // to run with every notification
	size_t command_size;        // 0: none
	bool finds_windows;         // of processes and programs
	bool has_focus_command;     // which does not need a process
	bool has_page;              // a browser can show a session
	bool is_flat;               // a subscription: costs are API-equivalent
};

/* Sets the text of a notification without a session. */
void notify_words_set(struct notification *notification, struct str summary, struct str body,
	const struct notify_words_settings *w);

/* Sets the text for what s needs, which is notification->kind. */
void notify_words_find(struct notification *notification, const struct session *s,
	const struct notify_words_settings *w);

/* settled: the last tokens of a finished turn have arrived; before that the cost is left out. */
void notify_words_append_body(
	struct buf *out, const struct notification *notification, bool settled);

/* The whole text on the screen; for the caller to free. */
char *notify_words_shown(const struct notification *notification, bool settled);

/* Whether that differs from the screen. */
bool notify_words_would_change(const struct notification *notification, bool settled);
