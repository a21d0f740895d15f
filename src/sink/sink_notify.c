#include "sink/sink_notify.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/argv.h"
#include "base/mem.h"
#include "sink/companion.h"
#include "sink/notification.h"
#include "sink/notify_teller.h"
#include "sink/notify_text.h"
#include "sink/notify_words.h"
#include "sink/sink.h"
#include "sink/sink_hub.h"

/* A session that ends this soon after its turn ran only for that turn. */
enum { AT_ONCE_MS = 3000 };

struct sink_notify {
	struct sink sink;
	struct notify_teller teller;
	struct notify_words_settings words;
	char **command; // words.command, owned
	sink_notify_on_action *on_action;
	void *data;
};

/* ---- what is to be told */

static void find_words(
	struct sink_notify *n, struct notification *notification, const struct session *s)
{
	notify_words_find(notification, s, &n->words);
}

static void withdraw(struct sink_notify *n, struct notification *notification)
{
	notification_drop(notification);
	notify_teller_take_off(&n->teller, notification);
}

/* What its session needs has changed, or is over. */
static void set_kind(
	struct sink_notify *n, struct notification *notification, enum notify_kind kind)
{
	notification->kind = kind;
	notification->kind_ms = uv_now(n->teller.loop);
	notification->worked_ms = -1;
	notification->was_told = false;
}

static void announce(
	struct sink_notify *n, struct notification *notification, const struct session *s)
{
	notification_drop(notification);
	find_words(n, notification, s);
	if (!notify_rules_want(&n->teller.rules, notification->kind, notification->worked_ms)) {
		notify_teller_take_off(&n->teller, notification);
		return;
	}
	notify_teller_tell(&n->teller, notification);
}

/* It still needs the same. */
static void refresh(
	struct sink_notify *n, struct notification *notification, const struct session *s)
{
	if (!notification->is_pending && !notification->on_screen) {
		return;
	}
	find_words(n, notification, s);
	if (notify_kinds[notification->kind].ends_turn) {
		notify_teller_mend_later(&n->teller, notification);
	} else if (!notification->is_pending && notify_words_would_change(notification, false)) {
		notify_teller_show(&n->teller, notification, true);
	}
}

/* Its turn ended differently than first known. */
static void correct(struct sink_notify *n, struct notification *notification, enum notify_kind kind,
	const struct session *s)
{
	notification->kind = kind;
	if (!notification->was_told && !notification->is_pending) {
		announce(n, notification, s); // what was known did not notify
	} else if (!notify_rules_want(&n->teller.rules, kind, notification->worked_ms)) {
		withdraw(n, notification);
	} else {
		find_words(n, notification, s);
		if (notification->on_screen && !notification->is_pending) {
			notify_teller_show(&n->teller, notification, true);
		}
	}
}

static void consider(
	struct sink_notify *n, struct notification *notification, const struct session *s)
{
	enum notify_kind kind = notify_text_kind(s->attention), was = notification->kind;
	if (s->muted) {
		withdraw(n, notification);
		notification->kind = kind;
	} else if (kind == was) {
		refresh(n, notification, s);
	} else if (notify_kinds[kind].ends_turn && notify_kinds[was].ends_turn) {
		correct(n, notification, kind, s);
	} else if (s->state == SESSION_IDLE) { // of a turn already notified
		withdraw(n, notification);
		set_kind(n, notification, kind);
		notification->was_told = true;
	} else {
		set_kind(n, notification, kind);
		announce(n, notification, s);
	}
}

/* A requested compaction is not a turn: what was notified before it is still so after it. */
static bool is_aside(const struct session *s)
{
	return s->state == SESSION_WORKING && s->doing == SESSION_DOING_COMPACT &&
	       s->reason == SESSION_REASON_ACTIVITY;
}

/* A session that ran for just one turn (claude -p, codex exec) has not been seen ending, unless it
 * was in view. */
static bool outlives(const struct sink_notify *n, const struct notification *notification)
{
	return notify_kinds[notification->kind].ends_turn && notification->held_ms == 0 &&
	       uv_now(n->teller.loop) - notification->kind_ms < AT_ONCE_MS;
}

static void let_go(
	struct sink_notify *n, struct notification *notification, const struct session *s)
{
	if (!outlives(n, notification)) {
		withdraw(n, notification);
	} else if (notification->on_screen && !notification->is_pending) {
		find_words(n, notification, s); // all of its tokens have arrived
		notify_teller_mend(&n->teller, notification);
	}
	notifications_detach(&n->teller.notifications, notification);
	notify_teller_release(&n->teller, notification);
}

static void notify_publish(struct sink *sink, const struct sink_event *event)
{
	struct sink_notify *n = container_of(sink, struct sink_notify, sink);
	notify_teller_pause(&n->teller, (uint64_t)sink->hub->pause_ends_ms);
	if (event->kind != SINK_EVENT_UPDATE) {
		return;
	}
	const struct session *s = event->change->session;
	struct notification *notification = notifications_find_or_add(
		&n->teller.notifications, str_from(s->id));
	if (s->state == SESSION_EXPIRED) {
		let_go(n, notification, s);
	} else if (s->attention != SESSION_ATTENTION_NONE) {
		consider(n, notification, s);
	} else if (!(is_aside(s) && notify_kinds[notification->kind].ends_turn)) {
		withdraw(n, notification);
		set_kind(n, notification, NOTIFY_NOTHING);
	}
}

void sink_notify_of(struct sink *sink, struct str id, enum notify_kind kind, struct str summary,
	struct str body)
{
	struct sink_notify *n = container_of(sink, struct sink_notify, sink);
	if (!notify_rules_want(&n->teller.rules, kind, -1)) {
		return;
	}
	struct notification *notification = notifications_find_or_add(&n->teller.notifications, id);
	notification_drop(notification);
	set_kind(n, notification, kind);
	notify_words_set(notification, summary, body, &n->words);
	notify_teller_tell(&n->teller, notification);
}

/* ---- what the user makes of it */

static void on_reply(char *line, size_t size, void *data)
{
	struct sink_notify *n = data;
	struct notify_reply reply;
	if (!notify_line_read_reply(line, size, &reply)) {
		return;
	}
	struct notification *notification = notifications_find(&n->teller.notifications, reply.id);
	if (notification == NULL || !notification->on_screen) {
		return;
	}
	notification->number = reply.number;
	notification->on_screen = reply.number != 0;
	if (reply.action != NOTIFY_ACTION_NONE) {
		n->on_action(reply.id, reply.action, reply.token, n->data);
	}
}

/* ---- the whole */

static void notify_close(struct sink *sink)
{
	struct sink_notify *n = container_of(sink, struct sink_notify, sink);
	list_remove(&sink->link);
	notify_teller_close(&n->teller);
	argv_free(n->command);
	free(n);
}

static void set_notifier(struct sink_notify *n, const char *path)
{
	struct notify_teller *t = &n->teller;
	if (path != NULL && t->child == NULL) {
		const struct companion_settings settings = {
			.program = path, .name = "notifier", .on_reply = on_reply, .data = n};
		t->child = companion_create(t->loop, &settings);
	} else if (path == NULL && t->child != NULL) {
		companion_close(t->child);
		t->child = NULL;
		struct notification *notification;
		list_for_each(notification, &t->notifications.all, link)
		{
			notification->on_screen = false;
		}
	}
}

void sink_notify_set(struct sink *sink, const struct sink_notify_settings *settings)
{
	struct sink_notify *n = container_of(sink, struct sink_notify, sink);
	struct notify_teller *t = &n->teller;
	argv_free(n->command);
	free(t->focus_path);
	n->command = argv_expand(settings->command, settings->command_size, NULL, 0);
	n->words = (struct notify_words_settings){
		.command = (const char *const *)n->command,
		.command_size = settings->command_size,
		.finds_windows = settings->focus_path != NULL,
		.has_focus_command = settings->has_focus_command,
		.has_page = settings->has_page,
		.is_flat = settings->is_flat,
	};
	t->rules = settings->rules;
	t->focus_path = settings->focus_path != NULL ? xstrdup(settings->focus_path) : NULL;
	set_notifier(n, settings->notifier_path);
}

struct sink *sink_notify_open(struct sink_hub *hub, uv_loop_t *loop,
	const struct sink_notify_settings *settings, sink_notify_on_action *on_action, void *data)
{
	struct sink_notify *n = xcalloc(1, sizeof(*n));
	n->sink = (struct sink){.publish = notify_publish, .close = notify_close};
	n->on_action = on_action;
	n->data = data;
	notify_teller_init(&n->teller, loop);
	sink_notify_set(&n->sink, settings);
	sink_hub_add(hub, &n->sink);
	return &n->sink;
}
