/* What is known of the notifications of the sessions. */
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

enum notify_step { // what is done when its time has come
	NOTIFY_STEP_TELL,
	NOTIFY_STEP_MEND, // another text is put on the screen, without a word
};

/* Lives as long as its session does, or until what it tells last was told. */
struct notification {
	struct list link; // of notifications::all
	struct hash_node node;
	struct notify_teller *teller; // whose it is
	char *session_id;
	bool is_gone;          // the session; nobody finds the note any more
	enum notify_kind kind; // what its session wants
	uint64_t kind_ms;      // loop time since when; of the end of a turn, since that end
	bool was_told;         // of that

	/* the words for it, as of the session's last update */
	char *summary, *body;    // NULL: none yet
	char **command;          // to be run when it is told; NULL: none
	struct notify_cost cost; // of the turn so far
	int64_t worked_ms;       // of the turn; negative if not known
	bool can_focus;          // its terminal can be brought to the front
	bool has_details;        // there is a page about its session
	int64_t pid;             // whose terminal may be in view; 0: unknown
	const char *program;     // or by its name, and its directory; NULL: unknown
	char *cwd;

	/* what is to come */
	bool is_pending; // it is to be told
	bool is_asking;  // whether its terminal is in view; the answer decides
	bool is_paused;  // it is due when the pause ends
	enum notify_step step;
	uint64_t due_ms;  // loop time; 0: not by time
	uint64_t held_ms; // loop time since when it is held back; 0: it is not
	uint64_t wait_ms; // until it is looked again

	/* the screen */
	bool on_screen;  // told, and nobody said that it has gone
	uint32_t number; // the notification server's; 0 while unknown
	char *shown;     // the words that stand there; NULL: none
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

/* Its session has gone: it is found no more. */
void notifications_detach(struct notifications *notifications, struct notification *notification);

/* Frees a note that was detached. */
void notifications_remove(struct notifications *notifications, struct notification *notification);

/* Forgets what was to be told or mended. */
void notification_drop(struct notification *notification);

/* Forgets the words. */
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
