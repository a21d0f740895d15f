#include "sink/notify_note.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/words.h"

enum { EXPECTED_SESSIONS = 64 };

void notify_notes_init(struct notify_notes *notes, struct notify_teller *teller)
{
	notes->teller = teller;
	list_init(&notes->all);
	hash_init(&notes->by_id, EXPECTED_SESSIONS);
}

struct notify_note *notify_notes_find(const struct notify_notes *notes, struct str session_id)
{
	struct hash_node *node = hash_first(&notes->by_id, str_hash(session_id));
	for (; node != NULL; node = hash_next(node)) {
		struct notify_note *note = container_of(node, struct notify_note, node);
		if (str_equal(str_from(note->session_id), session_id)) {
			return note;
		}
	}
	return NULL;
}

struct notify_note *notify_notes_find_or_add(struct notify_notes *notes, struct str session_id)
{
	struct notify_note *note = notify_notes_find(notes, session_id);
	if (note == NULL) {
		note = xcalloc(1, sizeof(*note));
		note->teller = notes->teller;
		note->session_id = str_dup(session_id);
		list_append(&notes->all, &note->link);
		hash_add(&notes->by_id, &note->node, str_hash(session_id));
	}
	return note;
}

void notify_notes_detach(struct notify_notes *notes, struct notify_note *note)
{
	if (!note->is_gone) {
		hash_remove(&notes->by_id, &note->node);
		note->is_gone = true;
	}
}

void notify_notes_remove(struct notify_notes *notes, struct notify_note *note)
{
	notify_notes_detach(notes, note);
	list_remove(&note->link);
	notify_note_clear_words(note);
	free(note->shown);
	free(note->session_id);
	free(note);
}

void notify_notes_finish(struct notify_notes *notes)
{
	struct notify_note *note, *next;
	list_for_each_safe(note, next, &notes->all, link)
	{
		notify_notes_remove(notes, note);
	}
	hash_finish(&notes->by_id);
}

void notify_note_drop(struct notify_note *note)
{
	note->is_pending = note->is_paused = false;
	note->due_ms = note->held_ms = 0;
}

void notify_note_clear_words(struct notify_note *note)
{
	free(note->summary);
	free(note->body);
	free(note->cwd);
	words_free(note->command);
	note->summary = note->body = note->cwd = NULL;
	note->command = NULL;
}
