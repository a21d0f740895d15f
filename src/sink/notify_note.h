/* What is known of the notifications of the sessions. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/list.h"
#include "base/str.h"
#include "session/session.h"

struct sink_notify;

/* Lives as long as its session does, or until what it tells last was told. */
struct notify_note {
	struct list link; // of notify_notes::all
	struct hash_node node;
	struct sink_notify *sink; // whose it is
	char *session_id;
	bool is_gone;                   // the session; nobody finds the note any more
	bool is_muted;                  // by the user
	enum session_attention decided; // on which it was last decided; NONE: nothing to tell
	bool on_screen;                 // told, and nobody said that it has gone
	uint32_t number;                // the notification server's; 0 while unknown

	/* what is to be told and was not yet */
	char *line;          // for the notifier; NULL: nothing
	char **command;      // to be run then; NULL: none
	int64_t pid;         // whose terminal may have the focus; 0: unknown
	const char *program; // or by its name, and its directory; NULL: unknown
	char *cwd;
	uint64_t due_ms; // loop time; 0: not by time
	bool is_asking;  // whether it has the focus; the answer decides
};

struct notify_notes {
	struct sink_notify *sink;
	struct list all;
	struct hash by_id;
};

void notify_notes_init(struct notify_notes *notes, struct sink_notify *sink);
void notify_notes_finish(struct notify_notes *notes);

/* NULL if there is none. */
struct notify_note *notify_notes_find(const struct notify_notes *notes, struct str session_id);
struct notify_note *notify_notes_find_or_add(struct notify_notes *notes, struct str session_id);

/* Its session has gone: it is found no more. */
void notify_notes_detach(struct notify_notes *notes, struct notify_note *note);

/* Frees a note that was detached. */
void notify_notes_remove(struct notify_notes *notes, struct notify_note *note);

/* Forgets what was to be told. */
void notify_note_drop(struct notify_note *note);
