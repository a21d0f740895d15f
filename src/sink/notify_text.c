#include "sink/notify_text.h"

#include "base/buf.h"
#include "base/duration.h"
#include "base/utf8.h"
#include "sink/notify_line.h"

enum { NAME_BYTES = 80, TEXT_BYTES = 1024 };

struct words {
	const char *verb; // after the assistant's name
	enum notify_urgency urgency;
	const char *category, *icon;
	bool outlives;
};

static const struct words words[SESSION_ATTENTION_COUNT] = {
	[SESSION_ATTENTION_DONE] = {"is done", NOTIFY_NORMAL, "x-otel-ai-monitor.done",
		"dialog-information", true},
	[SESSION_ATTENTION_PERMISSION] = {"needs your permission", NOTIFY_CRITICAL,
		"x-otel-ai-monitor.permission", "dialog-question", false},
	[SESSION_ATTENTION_QUESTION] = {"asks you something", NOTIFY_CRITICAL,
		"x-otel-ai-monitor.question", "dialog-question", false},
	[SESSION_ATTENTION_ERROR] = {"stopped with an error", NOTIFY_NORMAL,
		"x-otel-ai-monitor.error", "dialog-error", true},
	[SESSION_ATTENTION_LIMIT] = {"hit its limit", NOTIFY_NORMAL, "x-otel-ai-monitor.limit",
		"dialog-warning", true},
	[SESSION_ATTENTION_STALLED] = {"has been silent for a while", NOTIFY_NORMAL,
		"x-otel-ai-monitor.stalled", "dialog-warning", false},
};

enum notify_action notify_text_action(const struct session *s)
{
	switch (s->state) {
	case SESSION_WAITING: return NOTIFY_SHOW;
	case SESSION_COMPLETED: // whoever interrupted it knows
		return s->reason == SESSION_REASON_INTERRUPTED ? NOTIFY_CLOSE : NOTIFY_SHOW;
	case SESSION_WORKING:
		return s->attention == SESSION_ATTENTION_NONE ? NOTIFY_CLOSE : NOTIFY_SHOW;
	case SESSION_IDLE: // by time alone, nobody has seen it yet
		return s->reason == SESSION_REASON_ACKNOWLEDGED ? NOTIFY_CLOSE : NOTIFY_KEEP;
	case SESSION_EXPIRED:
	case SESSION_STATE_COUNT: break;
	}
	return NOTIFY_CLOSE;
}

enum session_attention notify_text_attention(const struct session *s)
{
	return s->attention == SESSION_ATTENTION_NONE ? SESSION_ATTENTION_DONE : s->attention;
}

const char *notify_text_verb(enum session_attention attention)
{
	return words[attention].verb;
}

bool notify_text_outlives(enum session_attention attention)
{
	return words[attention].outlives;
}

static void append_name(struct buf *out, const char *name)
{
	utf8_append_shown(out, str_from(name), NAME_BYTES);
}

void notify_text_summary(struct buf *out, const struct session *s)
{
	if (s->tool != NULL && s->tool->title.size > 0) {
		buf_append_str(out, s->tool->title);
	} else {
		append_name(out, s->tool_name);
	}
	buf_printf(out, " %s", words[notify_text_attention(s)].verb);
	if (s->project != NULL) {
		buf_append_str(out, STR(" · "));
		append_name(out, s->project);
	}
}

static void append_separator(struct buf *out)
{
	if (out->size > 0) {
		buf_append_str(out, STR(" · "));
	}
}

void notify_text_body(struct buf *out, const struct session *s)
{
	if (s->doing == SESSION_DOING_TOOL && s->doing_tool != NULL) {
		append_name(out, s->doing_tool);
	}
	if (s->worked_ms >= 1000) {
		append_separator(out);
		duration_append(out, s->worked_ms);
	}
	if (s->model != NULL) {
		append_separator(out);
		append_name(out, s->model);
	}
	if (s->has_usage && s->usage.has_cost && s->usage.cost_nano_usd > 0) {
		append_separator(out);
		buf_printf(out, "$%.2f", (double)s->usage.cost_nano_usd / 1e9);
	}
}

void notify_text_write(struct buf *out, const struct session *s, bool can_focus, uint32_t replaces)
{
	const struct words *word = &words[notify_text_attention(s)];
	struct buf summary, body;
	buf_init(&summary, TEXT_BYTES);
	buf_init(&body, TEXT_BYTES);
	notify_text_summary(&summary, s);
	notify_text_body(&body, s);
	notify_line_write(out, &(struct notify_command){
				       .id = str_from(s->id),
				       .summary = buf_str(&summary),
				       .body = buf_str(&body),
				       .urgency = word->urgency,
				       .category = str_from(word->category),
				       .icon = str_from(word->icon),
				       .can_focus = can_focus,
				       .number = replaces,
			       });
	buf_finish(&summary);
	buf_finish(&body);
}
