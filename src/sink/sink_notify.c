#include "sink/sink_notify.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/words.h"
#include "sink/notify_child.h"
#include "sink/notify_note.h"
#include "sink/notify_teller.h"
#include "sink/notify_text.h"
#include "sink/notify_words.h"
#include "sink/sink.h"
#include "sink/sink_hub.h"

/* A session that ends so soon after its turn ran for that turn alone. */
enum { AT_ONCE_MS = 3000 };

struct sink_notify {
	struct sink sink;
	struct notify_teller teller;
	struct notify_words_settings words;
	char **command; // words.command, owned
	sink_notify_on_wish *on_wish;
	void *data;
};

/* ---- what is to be told */

static void find_words(struct sink_notify *n, struct notify_note *note, const struct session *s)
{
	notify_words_find(note, s, &n->words);
}

static void withdraw(struct sink_notify *n, struct notify_note *note)
{
	notify_note_drop(note);
	notify_teller_take_off(&n->teller, note);
}

/* What its session wants has become something else, or nothing. */
static void set_kind(struct sink_notify *n, struct notify_note *note, enum notify_kind kind)
{
	note->kind = kind;
	note->kind_ms = uv_now(n->teller.loop);
	note->worked_ms = -1;
	note->was_told = false;
}

static void announce(struct sink_notify *n, struct notify_note *note, const struct session *s)
{
	notify_note_drop(note);
	find_words(n, note, s);
	if (!notify_rules_want(&n->teller.rules, note->kind, note->worked_ms)) {
		notify_teller_take_off(&n->teller, note);
		return;
	}
	notify_teller_tell(&n->teller, note);
}

/* It still wants the same. */
static void refresh(struct sink_notify *n, struct notify_note *note, const struct session *s)
{
	if (!note->is_pending && !note->on_screen) {
		return;
	}
	find_words(n, note, s);
	if (notify_kinds[note->kind].ends_turn) {
		notify_teller_mend_later(&n->teller, note);
	} else if (!note->is_pending && notify_words_would_change(note, false)) {
		notify_teller_show(&n->teller, note, true);
	}
}

/* Its turn ended otherwise than was known. */
static void correct(struct sink_notify *n, struct notify_note *note, enum notify_kind kind,
	const struct session *s)
{
	note->kind = kind;
	if (!note->was_told && !note->is_pending) {
		announce(n, note, s); // what was known was not to be told
	} else if (!notify_rules_want(&n->teller.rules, kind, note->worked_ms)) {
		withdraw(n, note);
	} else {
		find_words(n, note, s);
		if (note->on_screen && !note->is_pending) {
			notify_teller_show(&n->teller, note, true);
		}
	}
}

static void consider(struct sink_notify *n, struct notify_note *note, const struct session *s)
{
	enum notify_kind kind = notify_text_kind(s->attention), was = note->kind;
	if (s->muted) {
		withdraw(n, note);
		note->kind = kind;
	} else if (kind == was) {
		refresh(n, note, s);
	} else if (notify_kinds[kind].ends_turn && notify_kinds[was].ends_turn) {
		correct(n, note, kind, s);
	} else if (s->state == SESSION_IDLE) { // of a turn that was told of in its time
		withdraw(n, note);
		set_kind(n, note, kind);
		note->was_told = true;
	} else {
		set_kind(n, note, kind);
		announce(n, note, s);
	}
}

/* A compaction that its user asked for is no turn: what was told before it is so after it. */
static bool is_aside(const struct session *s)
{
	return s->state == SESSION_WORKING && s->doing == SESSION_DOING_COMPACT &&
	       s->reason == SESSION_REASON_ACTIVITY;
}

/* Where a session ran for one turn alone (claude -p, codex exec) nobody could have seen its end,
 * unless it was in view. */
static bool outlives(const struct sink_notify *n, const struct notify_note *note)
{
	return notify_kinds[note->kind].ends_turn && note->held_ms == 0 &&
	       uv_now(n->teller.loop) - note->kind_ms < AT_ONCE_MS;
}

static void let_go(struct sink_notify *n, struct notify_note *note, const struct session *s)
{
	if (!outlives(n, note)) {
		withdraw(n, note);
	} else if (note->on_screen && !note->is_pending) {
		find_words(n, note, s); // all of its tokens have come
		notify_teller_mend(&n->teller, note);
	}
	notify_notes_detach(&n->teller.notes, note);
	notify_teller_release(&n->teller, note);
}

static void notify_publish(struct sink *sink, const struct sink_event *event)
{
	struct sink_notify *n = container_of(sink, struct sink_notify, sink);
	notify_teller_pause(&n->teller, (uint64_t)sink->hub->pause_ends_ms);
	if (event->kind != SINK_EVENT_UPDATE) {
		return;
	}
	const struct session *s = event->change->session;
	struct notify_note *note = notify_notes_find_or_add(&n->teller.notes, str_from(s->id));
	if (s->state == SESSION_EXPIRED) {
		let_go(n, note, s);
	} else if (s->attention != SESSION_ATTENTION_NONE) {
		consider(n, note, s);
	} else if (!(is_aside(s) && notify_kinds[note->kind].ends_turn)) {
		withdraw(n, note);
		set_kind(n, note, NOTIFY_NOTHING);
	}
}

/* ---- what the user makes of it */

static void on_reply(char *line, size_t size, void *data)
{
	struct sink_notify *n = data;
	struct notify_reply reply;
	if (!notify_line_read_reply(line, size, &reply)) {
		return;
	}
	struct notify_note *note = notify_notes_find(&n->teller.notes, reply.id);
	if (note == NULL || !note->on_screen) {
		return;
	}
	note->number = reply.number;
	note->on_screen = reply.number != 0;
	if (reply.wish != NOTIFY_WISH_NONE) {
		n->on_wish(reply.id, reply.wish, reply.token, n->data);
	}
}

/* ---- the whole */

static void notify_close(struct sink *sink)
{
	struct sink_notify *n = container_of(sink, struct sink_notify, sink);
	list_remove(&sink->link);
	notify_teller_close(&n->teller);
	words_free(n->command);
	free(n);
}

static void set_notifier(struct sink_notify *n, const char *path)
{
	struct notify_teller *t = &n->teller;
	if (path != NULL && t->child == NULL) {
		t->child = notify_child_create(t->loop, path, on_reply, n);
	} else if (path == NULL && t->child != NULL) {
		notify_child_close(t->child);
		t->child = NULL;
		struct notify_note *note;
		list_for_each(note, &t->notes.all, link)
		{
			note->on_screen = false;
		}
	}
}

void sink_notify_set(struct sink *sink, const struct sink_notify_settings *settings)
{
	struct sink_notify *n = container_of(sink, struct sink_notify, sink);
	struct notify_teller *t = &n->teller;
	words_free(n->command);
	free(t->focus_path);
	n->command = words_fill(settings->command, settings->command_size, NULL, 0);
	n->words = (struct notify_words_settings){
		.command = (const char *const *)n->command,
		.command_size = settings->command_size,
		.finds_windows = settings->focus_path != NULL,
		.has_focus_command = settings->has_focus_command,
	};
	t->rules = settings->rules;
	t->focus_path = settings->focus_path != NULL ? xstrdup(settings->focus_path) : NULL;
	set_notifier(n, settings->notifier_path);
}

struct sink *sink_notify_open(struct sink_hub *hub, uv_loop_t *loop,
	const struct sink_notify_settings *settings, sink_notify_on_wish *on_wish, void *data)
{
	struct sink_notify *n = xcalloc(1, sizeof(*n));
	n->sink = (struct sink){.publish = notify_publish, .close = notify_close};
	n->on_wish = on_wish;
	n->data = data;
	notify_teller_init(&n->teller, loop);
	sink_notify_set(&n->sink, settings);
	sink_hub_add(hub, &n->sink);
	return &n->sink;
}
