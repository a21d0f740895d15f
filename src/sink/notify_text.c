#include "sink/notify_text.h"

#include "base/buf.h"
#include "base/instant.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { NAME_BYTES = 80 };

enum notify_kind notify_text_kind(enum session_attention attention)
{
	static const enum notify_kind kinds[SESSION_ATTENTION_COUNT] = {
		[SESSION_ATTENTION_DONE] = NOTIFY_DONE,
		[SESSION_ATTENTION_PERMISSION] = NOTIFY_PERMISSION,
		[SESSION_ATTENTION_QUESTION] = NOTIFY_QUESTION,
		[SESSION_ATTENTION_ERROR] = NOTIFY_ERROR,
		[SESSION_ATTENTION_LIMIT] = NOTIFY_LIMIT,
		[SESSION_ATTENTION_STALLED] = NOTIFY_STALLED,
	};
	return kinds[attention];
}

const char *notify_text_verb(enum session_attention attention)
{
	return notify_kinds[notify_text_kind(attention)].verb;
}

static void append_name(struct buf *out, const char *name)
{
	utf8_append_shown(out, str_from(name), NAME_BYTES);
}

static void append_separator(struct buf *out)
{
	if (out->size > 0) {
		buf_append_str(out, STR(" · "));
	}
}

/* The requested tool; NULL if none or unknown. Only the client sees a question as a tool. */
static const char *wanted_tool(const struct session *s, enum notify_kind kind)
{
	bool is_tool = s->doing == SESSION_DOING_TOOL && kind == NOTIFY_PERMISSION;
	return is_tool ? s->doing_tool : NULL;
}

void notify_text_summary(struct buf *out, const struct session *s, enum notify_kind kind)
{
	const char *tool = wanted_tool(s, kind);
	if (s->assistant != NULL && s->assistant->title.size > 0) {
		buf_append_str(out, s->assistant->title);
	} else {
		append_name(out, s->assistant_name);
	}
	if (tool != NULL) {
		buf_append_str(out, STR(" wants to use "));
		append_name(out, tool);
	} else {
		buf_printf(out, " %s", notify_kinds[kind].verb);
	}
}

void notify_text_body(
	struct buf *out, const struct session *s, enum notify_kind kind, int64_t worked_ms)
{
	const char *const names[] = {s->project, wanted_tool(s, kind)};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (names[i] != NULL) {
			append_separator(out);
			append_name(out, names[i]);
		}
	}
	if (worked_ms >= 1000) {
		append_separator(out);
		instant_append_duration(out, worked_ms);
	}
	if (notify_kinds[kind].ends_turn && s->model != NULL) {
		append_separator(out);
		append_name(out, s->model);
	}
}

void notify_text_cost(struct buf *out, const struct notify_cost *cost)
{
	append_separator(out);
	buf_printf(out, "%s$%.2f%s",
		cost->is_least       ? "≥"
		: cost->is_estimated ? "≈"
				     : "",
		(double)cost->nano_usd / 1e9, cost->is_equivalent ? ", API-equivalent" : "");
}
