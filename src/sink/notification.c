#include "sink/notification.h"

#include <stdlib.h>

#include "base/argv.h"
#include "base/mem.h"

enum { EXPECTED_SESSIONS = 64 };

void notifications_init(struct notifications *notifications, struct notify_teller *teller)
{
	notifications->teller = teller;
	list_init(&notifications->all);
	hash_init(&notifications->by_id, EXPECTED_SESSIONS);
}

struct notification *notifications_find(
	const struct notifications *notifications, struct str session_id)
{
	struct hash_node *node = hash_first(&notifications->by_id, str_hash(session_id));
	for (; node != NULL; node = hash_next(node)) {
		struct notification *notification = container_of(node, struct notification, node);
		if (str_equal(str_from(notification->session_id), session_id)) {
			return notification;
		}
	}
	return NULL;
}

struct notification *notifications_find_or_add(
	struct notifications *notifications, struct str session_id)
{
	struct notification *notification = notifications_find(notifications, session_id);
	if (notification == NULL) {
		notification = xcalloc(1, sizeof(*notification));
		notification->teller = notifications->teller;
		notification->session_id = str_dup(session_id);
		list_append(&notifications->all, &notification->link);
		hash_add(&notifications->by_id, &notification->node, str_hash(session_id));
	}
	return notification;
}

void notifications_detach(struct notifications *notifications, struct notification *notification)
{
	if (!notification->is_gone) {
		hash_remove(&notifications->by_id, &notification->node);
		notification->is_gone = true;
	}
}

void notifications_remove(struct notifications *notifications, struct notification *notification)
{
	notifications_detach(notifications, notification);
	list_remove(&notification->link);
	notification_clear_words(notification);
	free(notification->shown);
	free(notification->session_id);
	free(notification);
}

void notifications_finish(struct notifications *notifications)
{
	struct notification *notification, *next;
	list_for_each_safe(notification, next, &notifications->all, link)
	{
		notifications_remove(notifications, notification);
	}
	hash_finish(&notifications->by_id);
}

void notification_drop(struct notification *notification)
{
	notification->is_pending = notification->is_paused = false;
	notification->due_ms = notification->held_ms = 0;
}

void notification_clear_words(struct notification *notification)
{
	free(notification->summary);
	free(notification->body);
	free(notification->cwd);
	argv_free(notification->command);
	notification->summary = notification->body = notification->cwd = NULL;
	notification->command = NULL;
}

/* ---- what its user wants */

bool notify_rules_want(const struct notify_rules *rules, enum notify_kind kind, int64_t worked_ms)
{
	bool is_short = kind == NOTIFY_DONE && worked_ms >= 0 && worked_ms < rules->min_duration_ms;
	return (rules->kinds & (1u << kind)) != 0 && !is_short;
}

bool notify_rules_are_quiet(const struct notify_rules *rules, int minute)
{
	return instant_in_hours(&rules->quiet, minute);
}

int64_t notify_rules_delay_ms(const struct notify_rules *rules, enum notify_kind kind)
{
	return rules->delay_ms >= 0 ? rules->delay_ms : notify_kinds[kind].delay_ms;
}
