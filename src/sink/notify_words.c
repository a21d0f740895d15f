#include "sink/notify_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/words.h"
#include "event/event_tool.h"
#include "sink/notify_note.h"
#include "sink/notify_text.h"

enum { TEXT_BYTES = 1024, PID_BYTES = 24 };

static char **fill_command(const struct notify_words_settings *w, const struct session *s,
	struct str summary, struct str body)
{
	char pid[PID_BYTES] = "";
	if (s->pid > 0) {
		(void)snprintf(pid, sizeof(pid), "%" PRId64, s->pid);
	}
	const struct words_value values[] = {
		{"summary", summary},
		{"body", body},
		{"session_id", str_from(s->id)},
		{"tool", str_from(s->tool_name)},
		{"state", str_from(session_state_name(s->state))},
		{"attention", str_from(session_attention_name(s->attention))},
		{"project", str_from(s->project)},
		{"cwd", str_from(s->cwd)},
		{"pid", str_from(pid)},
	};
	return w->command_size == 0
		       ? NULL
		       : words_fill(w->command, w->command_size, values, ARRAY_SIZE(values));
}

void notify_words_find(
	struct notify_note *note, const struct session *s, const struct notify_words_settings *w)
{
	struct buf summary, body;
	buf_init(&summary, TEXT_BYTES);
	buf_init(&body, TEXT_BYTES);
	if (s->worked_ms >= 0) { // known while the turn was completed just now
		note->worked_ms = s->worked_ms;
	}
	notify_text_summary(&summary, s, note->kind);
	notify_text_body(&body, s, note->kind, note->worked_ms);
	notify_note_clear_words(note);
	note->summary = str_dup(buf_str(&summary));
	note->body = str_dup(buf_str(&body));
	note->command = fill_command(w, s, buf_str(&summary), buf_str(&body));
	note->cost_nano_usd = s->has_usage && s->usage.has_cost ? s->usage.cost_nano_usd : 0;
	note->pid = s->pid;
	note->program = event_tool_program(str_from(s->tool_name));
	note->cwd = s->cwd != NULL ? xstrdup(s->cwd) : NULL;
	note->can_focus = w->has_focus_command ||
			  (w->finds_windows && (s->pid > 0 || note->program != NULL));
	buf_finish(&summary);
	buf_finish(&body);
}

void notify_words_append_body(struct buf *out, const struct notify_note *note, bool settled)
{
	buf_append_str(out, str_from(note->body));
	if (settled && notify_kinds[note->kind].ends_turn && note->cost_nano_usd > 0) {
		notify_text_cost(out, note->cost_nano_usd);
	}
}

char *notify_words_shown(const struct notify_note *note, bool settled)
{
	struct buf words;
	buf_init(&words, 2 * TEXT_BYTES);
	buf_append_str(&words, str_from(note->summary));
	buf_append_char(&words, '\n');
	notify_words_append_body(&words, note, settled);
	char *copy = str_dup(buf_str(&words));
	buf_finish(&words);
	return copy;
}

bool notify_words_would_change(const struct notify_note *note, bool settled)
{
	cleanup_free char *words = notify_words_shown(note, settled);
	return note->shown == NULL || strcmp(words, note->shown) != 0;
}
