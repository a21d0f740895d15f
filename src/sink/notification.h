/* The state of each session's notification. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/instant.h"
#include "base/list.h"
#include "base/str.h"
#include "config/notify_kind.h"
#include "sink/notify_text.h"

struct notify_teller;

enum notify_step { // what to do when due
	NOTIFY_STEP_TELL,
	NOTIFY_STEP_MEND, // silently replace the text on the screen
};

/* Lives as long as its session, or until its last notification was shown. */
struct notification {
	struct list link; // of notifications::all
	struct hash_node node;
	struct notify_teller *teller; // whose it is
	char *session_id;
	bool is_gone;          // the session; it is not found any more
	enum notify_kind kind; // what its session needs
	uint64_t kind_ms;      // loop time of its start; for the end of a turn, of that end
	bool was_told;         // about it

	/* the words for it, as of the session's last update */
	char *summary, *body;    // NULL: none yet
	char **command;          // to run when it is shown; NULL: none
	struct notify_cost cost; // of the turn so far
	int64_t worked_ms;       // of the turn; negative if unknown
	bool can_focus;          // its terminal can be raised
	bool has_details;        // its session has a page
	int64_t pid;             // whose terminal may be in view; 0: unknown
	const char *program;     // or by name and directory; NULL: unknown
	char *cwd;

	/* what is to come */
	bool is_pending; // it will be shown
	bool is_asking;  // whether its terminal is in view, on which it depends
	bool is_paused;  // it is due when the pause ends
	enum notify_step step;
	uint64_t due_ms;  // loop time; 0: not by time
	uint64_t held_ms; // loop time since it is held back; 0: it is not
	uint64_t wait_ms; // until the next check

	/* the screen */
	bool on_screen;  // shown, and not reported closed
	uint32_t number; // the notification server's; 0 while unknown
	char *shown;     // the text on the screen; NULL: none
};

struct notifications {
	struct notify_teller *teller;
	struct list all;
	struct hash by_id;
};

void notifications_init(struct notifications *notifications, struct notify_teller *teller);
void notifications_finish(struct notifications *notifications);

/* NULL if there is none. */
struct notification *notifications_find(
	const struct notifications *notifications, struct str session_id);
struct notification *notifications_find_or_add(
	struct notifications *notifications, struct str session_id);

/* Its session is gone: it is not found any more. */
void notifications_detach(struct notifications *notifications, struct notification *notification);

/* Frees a note that was detached. */
void notifications_remove(struct notifications *notifications, struct notification *notification);

/* Cancels what was to be shown or corrected. */
void notification_drop(struct notification *notification);

/* Clears the text. */
void notification_clear_words(struct notification *notification);

/* ---- what a user wants to be told of, and when */

enum { NOTIFY_SOUND_BYTES = 65 };

struct notify_rules {
	unsigned kinds;          // bits 1 << enum notify_kind
	int64_t min_duration_ms; // a turn that was shorter is done silently
	int64_t delay_ms;        // how long something must be so before it is told; -1: the kind's
	bool even_focused;       // also while the session's terminal has the focus
	struct quiet_hours quiet;
	char sounds[NOTIFY_KIND_COUNT][NOTIFY_SOUND_BYTES]; // empty: none
};

/* worked_ms: how long the turn took, negative if that is unknown. */
bool notify_rules_want(const struct notify_rules *rules, enum notify_kind kind, int64_t worked_ms);

/* minute: of the day, local time. */
bool notify_rules_are_quiet(const struct notify_rules *rules, int minute);

int64_t notify_rules_delay_ms(const struct notify_rules *rules, enum notify_kind kind);
