#include "store/store_record.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "session/session_call.h"
#include "session/session_kin.h"
#include "session/session_span.h"
#include "session/session_spend.h"
#include "store/store.h"
#include "store/store_connection.h"
#include "store/store_counter.h"

/* Where a value is read from. */
enum base { OF_FACT, OF_SESSION, OF_CHILD, OF_SOURCE, OF_SERIES };

/* The type of its field. */
enum field {
	INT,
	UNSIGNED,
	BOOL,
	UINT16,
	INT64,
	WORD,
	STRING, // of a session, which keeps valid names only
	TEXT,   // from outside
};

/* When it is NULL; texts are NULL when empty. */
enum absent { NEVER, NEGATIVE, ZERO };

struct column {
	const char *name; // as in the statements, without the ':'
	enum base base;
	enum field field;
	enum absent absent;
	size_t offset;
	const char *(*word)(unsigned value); // of a WORD; NULL: absent
};

/* The first letters of their words: see store_word.h. */

static const char *actor(unsigned value)
{
	static const char *const names[] = {
		[EVENT_BY_MAIN] = "m",
		[EVENT_BY_AGENT] = "a",
		[EVENT_BY_SIDE] = "s",
		[EVENT_BY_UNKNOWN] = NULL,
	};
	return names[value];
}

static const char *cost_source(unsigned value)
{
	static const char *const names[SESSION_COST_COUNT] = {
		[SESSION_COST_NONE] = NULL,
		[SESSION_COST_REPORTED] = "r",
		[SESSION_COST_ESTIMATED] = "e",
		[SESSION_COST_FREE] = "f",
		[SESSION_COST_UNPRICED] = "u",
	};
	return names[value];
}

static const char *plan(unsigned value)
{
	static const char *const names[] = {
		[EVENT_PLAN_UNTOLD] = NULL,
		[EVENT_PLAN_KEY] = "k",
		[EVENT_PLAN_SUBSCRIPTION] = "s",
		[EVENT_PLAN_FREE] = "f",
	};
	return names[value];
}

static const char *fault(unsigned value)
{
	return event_fault_name(value);
}

static const char *outcome(unsigned value)
{
	return session_outcome_name(value);
}

static const char *reason(unsigned value)
{
	return session_reason_name(value);
}

static const char *attention(unsigned value)
{
	return session_attention_name(value);
}

#define SESSION(name, field, absent, member)                                                       \
	{                                                                                          \
		name, OF_SESSION, field, absent, offsetof(struct session, member), NULL            \
	}
#define SOURCE(name, field, absent, member)                                                        \
	{                                                                                          \
		name, OF_SOURCE, field, absent, offsetof(struct store_source, member), NULL        \
	}
#define CALL(name, field, absent, member)                                                          \
	{                                                                                          \
		name, OF_FACT, field, absent, offsetof(struct session_call, member), NULL          \
	}
#define CALL_WORD(name, member)                                                                    \
	{                                                                                          \
		name, OF_FACT, WORD, NEVER, offsetof(struct session_call, member), member          \
	}
#define SPAN(name, field, absent, member)                                                          \
	{                                                                                          \
		name, OF_FACT, field, absent, offsetof(struct session_span, member), NULL          \
	}
#define SPAN_WORD(name, member)                                                                    \
	{                                                                                          \
		name, OF_FACT, WORD, NEVER, offsetof(struct session_span, member), member          \
	}
#define TOKENS(name, class)                                                                        \
	{                                                                                          \
		name, OF_FACT, INT64, NEVER, offsetof(struct session_call, usage.tokens[class]),   \
			NULL                                                                       \
	}
#define COUNTER(name, field, member)                                                               \
	{                                                                                          \
		name, OF_FACT, field, NEVER, offsetof(struct store_counter, member), NULL          \
	}
#define CONNECTION(name, field, absent, member)                                                    \
	{                                                                                          \
		name, OF_FACT, field, absent, offsetof(struct store_connection, member), NULL      \
	}
#define EVENT(name, member)                                                                        \
	{                                                                                          \
		name, OF_FACT, TEXT, NEVER, offsetof(struct store_event, member), NULL             \
	}

/* Columns that create a session's row. */
#define WHOSE                                                                                      \
	SESSION("session", STRING, NEVER, id), SESSION("tool", STRING, NEVER, assistant_name),     \
		SESSION("project", STRING, NEVER, project), SESSION("cwd", STRING, NEVER, cwd),    \
		SESSION("session_model", STRING, NEVER, model),                                    \
		SOURCE("host", STRING, NEVER, host), SOURCE("at_ms", INT64, NEVER, at_ms)

static const struct column session_columns[] = {
	WHOSE,
	SESSION("turns", INT, NEVER, turn),
};

#define CALL_COLUMNS                                                                               \
	WHOSE, SOURCE("day", INT64, NEVER, day), CALL("id", INT64, NEVER, id),                     \
		CALL("calls", UNSIGNED, NEVER, calls), CALL("model", TEXT, NEVER, model),          \
		CALL_WORD("actor", actor), CALL("agent", TEXT, NEVER, agent_id),                   \
		CALL("turn", INT, NEVER, turn), CALL("duration_ms", INT64, NEGATIVE, duration_ms), \
		CALL("ttft_ms", INT, NEGATIVE, ttft_ms), TOKENS("input_tokens", USAGE_INPUT),      \
		TOKENS("cache_read_tokens", USAGE_CACHE_READ),                                     \
		TOKENS("cache_write_5m_tokens", USAGE_CACHE_WRITE_5M),                             \
		TOKENS("cache_write_1h_tokens", USAGE_CACHE_WRITE_1H),                             \
		TOKENS("cache_write_tokens", USAGE_CACHE_WRITE),                                   \
		TOKENS("output_tokens", USAGE_OUTPUT),                                             \
		TOKENS("reasoning_tokens", USAGE_REASONING),                                       \
		CALL("cost_nano_usd", INT64, NEVER, usage.cost_nano_usd),                          \
		{"cost_source", OF_FACT, WORD, NEVER, offsetof(struct session_call, cost),         \
			cost_source},                                                              \
		CALL("estimate_nano_usd", INT64, NEGATIVE, estimate_nano_usd),                     \
		CALL_WORD("fault", fault), CALL("status", UINT16, ZERO, status),                   \
		CALL("attempt", UNSIGNED, ZERO, attempt), CALL_WORD("plan", plan),                 \
		CALL("speed", TEXT, NEVER, speed)

static const struct column call_columns[] = {CALL_COLUMNS};

#define SERIES(name, member)                                                                       \
	{                                                                                          \
		name, OF_SERIES, INT64, NEVER, offsetof(struct session_series, member), NULL       \
	}

static const struct column step_columns[] = {
	CALL_COLUMNS,
	CALL("slot", UNSIGNED, NEVER, series_slot),
	SERIES("series", id),
	SERIES("start_ns", start_ns),
	SERIES("time_ns", time_ns),
	{"keeps_start", OF_SERIES, BOOL, NEVER, offsetof(struct session_series, keeps_start), NULL},
	SERIES("last_input", last.tokens[USAGE_INPUT]),
	SERIES("last_cache_read", last.tokens[USAGE_CACHE_READ]),
	SERIES("last_cache_write_5m", last.tokens[USAGE_CACHE_WRITE_5M]),
	SERIES("last_cache_write_1h", last.tokens[USAGE_CACHE_WRITE_1H]),
	SERIES("last_cache_write", last.tokens[USAGE_CACHE_WRITE]),
	SERIES("last_output", last.tokens[USAGE_OUTPUT]),
	SERIES("last_reasoning", last.tokens[USAGE_REASONING]),
	SERIES("last_cost", last.cost_nano_usd),
};

static const struct column end_columns[] = {
	SESSION("session", STRING, NEVER, id),
	SOURCE("at_ms", INT64, NEVER, at_ms),
	SOURCE("is_told", INT64, NEVER, is_told),
};

#define KIN(name, field, member)                                                                   \
	{                                                                                          \
		name, OF_FACT, field, NEVER, offsetof(struct session_relation, member), NULL       \
	}

static const struct column kin_columns[] = {
	KIN("kind", STRING, kind),
	KIN("slot", UNSIGNED, slot),
	KIN("id", INT64, id),
	KIN("parent", INT64, parent),
};

static const struct column correction_columns[] = {
	SESSION("session", STRING, NEVER, id),
	CALL("id", INT64, NEVER, id),
	CALL("cost_nano_usd", INT64, NEVER, usage.cost_nano_usd),
	{"cost_source", OF_FACT, WORD, NEVER, offsetof(struct session_call, cost), cost_source},
	CALL("estimate_nano_usd", INT64, NEGATIVE, estimate_nano_usd),
};

static const struct column absorption_columns[] = {
	WHOSE,
	SESSION("turn", INT, NEVER, turn),
	{"child", OF_CHILD, STRING, NEVER, offsetof(struct session, id), NULL},
};

/* Columns of all spans. */
#define SPANNED                                                                                    \
	WHOSE, SOURCE("day", INT64, NEVER, day), SOURCE("begin_ms", INT64, NEVER, begin_ms),       \
		SPAN("id", INT64, NEVER, id), SPAN("turn", INT, NEVER, turn),                      \
		SPAN_WORD("outcome", outcome)

static const struct column turn_columns[] = {
	SPANNED,
	SPAN_WORD("reason", reason),
	SPAN("worked_ms", INT64, NEGATIVE, worked_ms),
};

static const struct column tool_call_columns[] = {
	SPANNED,
	SPAN_WORD("actor", actor),
	SPAN("agent", TEXT, NEVER, agent_id),
	SPAN("name", TEXT, NEVER, name),
	SPAN("decision", TEXT, NEVER, decision),
	SPAN("decided_by", TEXT, NEVER, decided_by),
};

static const struct column wait_columns[] = {
	SPANNED,
	SPAN_WORD("actor", actor),
	SPAN("agent", TEXT, NEVER, agent_id),
	SPAN("name", TEXT, NEVER, name),
	{"kind", OF_FACT, WORD, NEVER, offsetof(struct session_span, attention), attention},
};

static const struct column agent_columns[] = {
	SPANNED,
	SPAN("agent", TEXT, NEVER, agent_id),
	SPAN("name", TEXT, NEVER, name),
};

static const struct column event_columns[] = {
	WHOSE,
	EVENT("kind", kind),
	SOURCE("event_tool", TEXT, NEVER, tool),
	SOURCE("event_project", TEXT, NEVER, project),
	SOURCE("detail", TEXT, NEVER, detail),
};

static const struct column counter_columns[] = {
	SOURCE("at_ms", INT64, NEVER, at_ms),
	COUNTER("name", TEXT, name),
	COUNTER("labels", TEXT, labels),
	COUNTER("add", INT64, add),
};

static const struct column connection_columns[] = {
	SOURCE("at_ms", INT64, NEVER, at_ms),
	CONNECTION("id", INT64, NEVER, id),
	CONNECTION("server", TEXT, NEVER, server),
	CONNECTION("status", STRING, NEVER, status),
	CONNECTION("duration_ms", INT64, NEGATIVE, duration_ms),
};

#define KIND(columns)                                                                              \
	{                                                                                          \
		columns, ARRAY_SIZE(columns)                                                       \
	}

static const struct {
	const struct column *columns;
	size_t count;
} kinds[STORE_KIND_COUNT] = {
	[STORE_SESSION] = KIND(session_columns),
	[STORE_CALL] = KIND(call_columns),
	[STORE_STEP] = KIND(step_columns),
	[STORE_CORRECTION] = KIND(correction_columns),
	[STORE_ABSORPTION] = KIND(absorption_columns),
	[STORE_TURN] = KIND(turn_columns),
	[STORE_TOOL_CALL] = KIND(tool_call_columns),
	[STORE_WAIT] = KIND(wait_columns),
	[STORE_AGENT] = KIND(agent_columns),
	[STORE_SPAN_ABSORPTION] = KIND(absorption_columns),
	[STORE_EVENT] = KIND(event_columns),
	[STORE_COUNTER] = KIND(counter_columns),
	[STORE_CONNECTION] = KIND(connection_columns),
	[STORE_END] = KIND(end_columns),
	[STORE_KIN] = KIND(kin_columns),
};

/* ---- encoding: the size of the record, its kind, then each value preceded by its type */

enum { HEAD_BYTES = sizeof(uint32_t) + 1 };

static struct store_value number(int64_t n, enum absent absent)
{
	bool is_absent = (absent == NEGATIVE && n < 0) || (absent == ZERO && n == 0);
	return (struct store_value){.type = is_absent ? STORE_NULL : STORE_INT, .number = n};
}

static struct store_value text(struct str s)
{
	return (struct store_value){.type = s.size == 0 ? STORE_NULL : STORE_TEXT, .text = s};
}

static struct store_value value_of(const struct column *c, const void *from)
{
	const char *at = (const char *)from + c->offset;
	switch (c->field) {
	case INT: return number(*(const int *)(const void *)at, c->absent);
	case UNSIGNED: return number(*(const unsigned *)(const void *)at, c->absent);
	case BOOL: return number(*(const bool *)(const void *)at, c->absent);
	case UINT16: return number(*(const uint16_t *)(const void *)at, c->absent);
	case INT64: return number(*(const int64_t *)(const void *)at, c->absent);
	case WORD: return text(str_from(c->word(*(const unsigned *)(const void *)at)));
	case STRING: return text(str_from(*(const char *const *)(const void *)at));
	case TEXT: return text(*(const struct str *)(const void *)at);
	}
	return (struct store_value){.type = STORE_NULL};
}

/* The rare text that is not a valid name: repaired, and its size corrected. */
static void append_as_name(struct buf *b, struct str s)
{
	size_t at = b->size;
	utf8_append_name(b, s);
	if (!b->overflowed) {
		uint32_t size = (uint32_t)(b->size - at);
		memcpy(b->data + at - sizeof(size), &size, sizeof(size));
	}
}

/* is_name: known to be valid. */
static void append_value(struct buf *b, const struct store_value *value, bool is_name)
{
	char head[1 + sizeof(value->number)] = {(char)value->type};
	if (value->type == STORE_NULL) {
		buf_append(b, head, 1);
	} else if (value->type == STORE_INT) {
		memcpy(head + 1, &value->number, sizeof(value->number));
		buf_append(b, head, sizeof(head));
	} else {
		struct str s = utf8_prefix(value->text, STORE_MAX_TEXT_BYTES);
		uint32_t size = (uint32_t)s.size;
		memcpy(head + 1, &size, sizeof(size));
		buf_append(b, head, 1 + sizeof(size));
		if (is_name || utf8_is_name(s)) {
			buf_append_str(b, s);
		} else {
			append_as_name(b, s);
		}
	}
}

int store_record_append(struct buf *b, enum store_kind kind, const struct store_source *from)
{
	const void *bases[] = {
		[OF_FACT] = from->fact,
		[OF_SESSION] = from->session,
		[OF_CHILD] = from->child,
		[OF_SOURCE] = from,
		[OF_SERIES] = from->series,
	};
	size_t begin = b->size;
	bool overflowed = b->overflowed;
	char head[HEAD_BYTES] = {[sizeof(uint32_t)] = (char)kind};
	static const struct store_value nothing = {.type = STORE_NULL};
	b->overflowed = false;
	buf_append(b, head, sizeof(head));
	for (size_t i = 0; i < kinds[kind].count && !b->overflowed; i++) {
		const struct column *c = &kinds[kind].columns[i];
		const void *base = bases[c->base];
		struct store_value value = base != NULL ? value_of(c, base) : nothing;
		append_value(b, &value, c->field != TEXT);
	}
	int r = b->overflowed ? -ENOBUFS : 0;
	b->overflowed = overflowed;
	if (r < 0) {
		b->size = begin;
		return r;
	}
	uint32_t size = (uint32_t)(b->size - begin);
	memcpy(b->data + begin, &size, sizeof(size));
	return 0;
}

/* ---- decoding */

static bool take(struct str *rest, void *ret, size_t size)
{
	if (rest->size < size) {
		return false;
	}
	memcpy(ret, rest->data, size);
	*rest = str_skip(*rest, size);
	return true;
}

static bool read_value(struct str *rest, struct store_value *ret)
{
	uint8_t type;
	uint32_t size;
	*ret = (struct store_value){.type = STORE_NULL};
	if (!take(rest, &type, 1)) {
		return false;
	}
	ret->type = type;
	switch (ret->type) {
	case STORE_NULL: return true;
	case STORE_INT: return take(rest, &ret->number, sizeof(ret->number));
	case STORE_TEXT:
		if (!take(rest, &size, sizeof(size)) || rest->size < size) {
			return false;
		}
		ret->text = (struct str){rest->data, size};
		*rest = str_skip(*rest, size);
		return true;
	}
	return false;
}

bool store_record_read(struct str *rest, struct store_record *ret)
{
	uint32_t size;
	uint8_t kind;
	struct str left = *rest;
	if (!take(&left, &size, sizeof(size)) || !take(&left, &kind, 1) || size > rest->size ||
		size < HEAD_BYTES || kind >= STORE_KIND_COUNT) {
		return false;
	}
	left.size = size - HEAD_BYTES;
	ret->kind = kind;
	ret->count = kinds[kind].count;
	for (size_t i = 0; i < ret->count; i++) {
		if (!read_value(&left, &ret->values[i])) {
			return false;
		}
	}
	*rest = str_skip(*rest, size);
	return left.size == 0;
}

int store_record_column(enum store_kind kind, struct str name)
{
	for (size_t i = 0; i < kinds[kind].count; i++) {
		if (str_equal(str_from(kinds[kind].columns[i].name), name)) {
			return (int)i;
		}
	}
	return -1;
}
