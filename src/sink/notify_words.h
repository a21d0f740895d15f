/* The words of a note: what is to be told of its session, and what is on the screen already. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf;
struct notification;
struct session;

struct notify_words_settings {      // borrowed
	const char *const *command; // to be run with every notification
	size_t command_size;        // 0: none
	bool finds_windows;         // of processes and programs
	bool has_focus_command;     // which needs to know no process
	bool has_page;              // a browser can show a session
	bool is_flat;               // a subscription: costs are API-equivalent
};

/* The words of what is no session's. */
void notify_words_set(struct notification *notification, struct str summary, struct str body,
	const struct notify_words_settings *w);

/* Finds the words for what s wants, which is note->kind. */
void notify_words_find(struct notification *notification, const struct session *s,
	const struct notify_words_settings *w);

/* settled: the last tokens of a turn that is over have come; before that no cost is told. */
void notify_words_append_body(
	struct buf *out, const struct notification *notification, bool settled);

/* All that is read on the screen; for the caller to free. */
char *notify_words_shown(const struct notification *notification, bool settled);

/* Whether that is not what is there. */
bool notify_words_would_change(const struct notification *notification, bool settled);
