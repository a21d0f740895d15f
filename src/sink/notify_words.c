#include "sink/notify_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/buf.h"
#include "base/mem.h"
#include "event/assistant.h"
#include "sink/notification.h"
#include "sink/notify_text.h"

enum { TEXT_BYTES = 1024, PID_BYTES = 24 };

/* s: NULL without a session. */
static char **fill_command(const struct notify_words_settings *w, const struct session *s,
	struct str summary, struct str body)
{
	static const struct session none;
	char pid[PID_BYTES] = "";
	s = s != NULL ? s : &none;
	if (s->pid > 0) {
		(void)snprintf(pid, sizeof(pid), "%" PRId64, s->pid);
	}
	const struct argv_value values[] = {
		{"summary", summary},
		{"body", body},
		{"session_id", str_from(s->id)},
		{"tool", str_from(s->assistant_name)},
		{"state", str_from(session_state_name(s->state))},
		{"attention", str_from(session_attention_name(s->attention))},
		{"project", str_from(s->project)},
		{"cwd", str_from(s->cwd)},
		{"pid", str_from(pid)},
	};
	return w->command_size == 0
		       ? NULL
		       : argv_expand(w->command, w->command_size, values, ARRAY_SIZE(values));
}

void notify_words_set(struct notification *notification, struct str summary, struct str body,
	const struct notify_words_settings *w)
{
	notification_clear_words(notification);
	notification->summary = str_dup(summary);
	notification->body = str_dup(body);
	notification->command = fill_command(w, NULL, summary, body);
}

void notify_words_find(struct notification *notification, const struct session *s,
	const struct notify_words_settings *w)
{
	struct buf summary, body;
	buf_init(&summary, TEXT_BYTES);
	buf_init(&body, TEXT_BYTES);
	if (s->worked_ms >= 0) { // known while the turn was completed just now
		notification->worked_ms = s->worked_ms;
	}
	notify_text_summary(&summary, s, notification->kind);
	notify_text_body(&body, s, notification->kind, notification->worked_ms);
	notification_clear_words(notification);
	notification->summary = str_dup(buf_str(&summary));
	notification->body = str_dup(buf_str(&body));
	notification->command = fill_command(w, s, buf_str(&summary), buf_str(&body));
	notification->cost = (struct notify_cost){
		.nano_usd = session_turn_cost(s),
		.is_estimated = s->costs[SESSION_COST_ESTIMATED].count > 0,
		.is_least = s->costs[SESSION_COST_UNPRICED].count > 0,
		.is_equivalent = w->is_flat,
	};
	notification->pid = s->pid;
	notification->program = assistant_program(str_from(s->assistant_name));
	notification->cwd = s->cwd != NULL ? xstrdup(s->cwd) : NULL;
	notification->has_details = w->has_page;
	notification->can_focus = w->has_focus_command ||
				  (w->finds_windows &&
					  (s->pid > 0 || notification->program != NULL));
	buf_finish(&summary);
	buf_finish(&body);
}

void notify_words_append_body(
	struct buf *out, const struct notification *notification, bool settled)
{
	buf_append_str(out, str_from(notification->body));
	if (settled && notify_kinds[notification->kind].ends_turn &&
		notification->cost.nano_usd > 0) {
		notify_text_cost(out, &notification->cost);
	}
}

char *notify_words_shown(const struct notification *notification, bool settled)
{
	struct buf words;
	buf_init(&words, 2 * TEXT_BYTES);
	buf_append_str(&words, str_from(notification->summary));
	buf_append_char(&words, '\n');
	notify_words_append_body(&words, notification, settled);
	char *copy = str_dup(buf_str(&words));
	buf_finish(&words);
	return copy;
}

bool notify_words_would_change(const struct notification *notification, bool settled)
{
	cleanup_free char *words = notify_words_shown(notification, settled);
	return notification->shown == NULL || strcmp(words, notification->shown) != 0;
}
