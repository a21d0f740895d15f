/* What can be exported: the same rows give the SELECT, the CSV header and the names in JSON. */
#include "base/mem.h"
#include "report/report_export.h"
#include "store/store_word.h"

#define TEXT   REPORT_EXPORT_TEXT
#define INT    REPORT_EXPORT_INT
#define USD    REPORT_EXPORT_USD
#define TIME   REPORT_EXPORT_TIME
#define DAY    REPORT_EXPORT_DAY
#define DAY_OF REPORT_EXPORT_DAY_OF

/* The + keeps SQLite from using an index on time and then sorting every page by row. */
#define CHOSEN(time, project, tool, model)                                                         \
	" AND +" time " BETWEEN ?5 AND ?6 AND (?7 IS NULL OR " project " = ?7)"                    \
	" AND (?8 IS NULL OR " tool " = ?8) AND (?9 IS NULL OR " model " = ?9)"

#define TOKENS(row)                                                                                \
	{"input_tokens", row "input_tokens", INT},                                                 \
		{"cache_read_tokens", row "cache_read_tokens", INT},                               \
		{"cache_write_5m_tokens", row "cache_write_5m_tokens", INT},                       \
		{"cache_write_1h_tokens", row "cache_write_1h_tokens", INT},                       \
		{"cache_write_tokens", row "cache_write_tokens", INT},                             \
		{"output_tokens", row "output_tokens", INT},                                       \
	{                                                                                          \
		"reasoning_tokens", row "reasoning_tokens", INT                                    \
	}

static const struct report_export_column sessions[] = {
	{"session", "session.id", TEXT},
	{"tool", "session.tool", TEXT},
	{"project", "session.project", TEXT},
	{"cwd", "session.cwd", TEXT},
	{"model", "session.model", TEXT},
	{"host", "session.host", TEXT},
	{"parent", "(SELECT p.id FROM session AS p WHERE p.row = session.parent)", TEXT},
	{"first_seen", "session.first_seen_ms", TIME},
	{"last_seen", "session.last_seen_ms", TIME},
	{"day", "session.last_seen_ms", DAY_OF},
	{"turns", "session.turns", INT},
	{"worked_ms", "session.worked_ms", INT},
	{"waited_ms", "session.waited_ms", INT},
	{"calls", "session.calls", INT},
	{"errors", "session.errors", INT},
	TOKENS("session."),
	{"cost_usd", "session.reported_nano_usd + session.estimated_nano_usd", USD},
	{"reported_usd", "session.reported_nano_usd", USD},
	{"estimated_usd", "session.estimated_nano_usd", USD},
	{"unpriced_calls", "session.unpriced_count", INT},
};

static const struct report_export_column calls[] = {
	{"time", "call.end_ms", TIME},
	{"day", "call.day", DAY},
	{"session", "session.id", TEXT},
	{"call", "call.id", REPORT_EXPORT_HEX},
	{"calls", "call.calls", INT},
	{"tool", "call.tool", TEXT},
	{"project", "call.project", TEXT},
	{"model", "call.model", TEXT},
	{"turn", "call.turn", INT},
	{"actor", STORE_ACTOR("call.actor"), TEXT},
	{"agent", "call.agent", TEXT},
	{"duration_ms", "call.duration_ms", INT},
	{"ttft_ms", "call.ttft_ms", INT},
	TOKENS("call."),
	{"cost_usd", "call.cost_nano_usd", USD},
	{"cost_source", STORE_COST_SOURCE("call.cost_source"), TEXT},
	{"estimate_usd", "call.estimate_nano_usd", USD},
	{"error", "call.fault", TEXT},
	{"status", "call.status", INT},
	{"attempt", "call.attempt", INT},
	{"plan", STORE_PLAN("call.plan"), TEXT},
	{"speed", "call.speed", TEXT},
};

static const struct report_export_column events[] = {
	{"time", "event.at_ms", TIME},
	{"day", "event.at_ms", DAY_OF},
	{"id", "event.row", INT},
	{"kind", "event.kind", TEXT},
	{"session", "session.id", TEXT},
	{"tool", "event.tool", TEXT},
	{"project", "event.project", TEXT},
	{"detail", "iif(json_valid(event.detail), json(event.detail), NULL)", REPORT_EXPORT_RAW},
};

static const struct report_export_column daily[] = {
	{"day", "day", DAY},
	{"tool", "nullif(tool, '')", TEXT},
	{"model", "nullif(model, '')", TEXT},
	{"project", "nullif(project, '')", TEXT},
	{"calls", "calls", INT},
	{"errors", "errors", INT},
	{"turns", "turns", INT},
	TOKENS(""),
	{"cost_usd", "reported_nano_usd + estimated_nano_usd", USD},
	{"reported_usd", "reported_nano_usd", USD},
	{"estimated_usd", "estimated_nano_usd", USD},
	{"free_calls", "free_calls", INT},
	{"unpriced_calls", "unpriced_calls", INT},
	{"unpriced_tokens", "unpriced_tokens", INT},
	{"timed_calls", "timed_calls", INT},
	{"duration_ms", "duration_ms", INT},
	{"worked_ms", "worked_ms", INT},
	{"waited_ms", "waited_ms", INT},
};

static const struct report_export_column tools[] = {
	{"time", "tool_call.end_ms", TIME},
	{"day", "tool_call.end_ms", DAY_OF},
	{"session", "session.id", TEXT},
	{"tool", "session.tool", TEXT},
	{"project", "session.project", TEXT},
	{"model", "session.model", TEXT},
	{"turn", "tool_call.turn", INT},
	{"actor", STORE_ACTOR("tool_call.actor"), TEXT},
	{"agent", "tool_call.agent", TEXT},
	{"name", "tool_call.name", TEXT},
	{"begin", "tool_call.begin_ms", TIME},
	{"duration_ms", "tool_call.end_ms - tool_call.begin_ms", INT},
	{"outcome", "tool_call.outcome", TEXT},
	{"decision", "tool_call.decision", TEXT},
	{"decided_by", "tool_call.decided_by", TEXT},
};

#define ROWS(table) .keys = table ".row", .key_count = 1
#define COLUMNS(of) .columns = of, .column_count = ARRAY_SIZE(of)
#define OF_SESSION(table)                                                                          \
	table " LEFT JOIN session ON session.row = " table ".session WHERE " table ".row > ?1"

static const struct report_export_kind kinds[] = {
	{.name = "sessions",
		.from = "session WHERE session.row > ?1" CHOSEN("session.last_seen_ms",
			"session.project", "session.tool", "session.model") " ORDER BY session.row",
		ROWS("session"),
		COLUMNS(sessions)},
	{.name = "calls",
		.from = OF_SESSION("call") CHOSEN("call.end_ms", "call.project", "call.tool",
			"call.model") " ORDER BY call.row",
		ROWS("call"),
		COLUMNS(calls)},
	{.name = "events",
		.from = OF_SESSION("event") CHOSEN("event.at_ms", "event.project", "event.tool",
			"session.model") " ORDER BY event.row",
		ROWS("event"),
		COLUMNS(events)},
	{.name = "daily",
		.from = "daily WHERE (day, tool, model, project) > (?1, ?2, ?3, ?4)" CHOSEN(
			"day", "project", "tool", "model") " ORDER BY day, tool, model, project",
		.keys = "day, tool, model, project",
		.key_count = REPORT_EXPORT_KEYS,
		.is_by_day = true,
		COLUMNS(daily)},
	{.name = "tools",
		.from = OF_SESSION("tool_call") CHOSEN("tool_call.end_ms", "session.project",
			"session.tool", "session.model") " ORDER BY tool_call.row",
		ROWS("tool_call"),
		COLUMNS(tools)},
};

static const struct {
	const char *name, *media_type;
} formats[REPORT_EXPORT_FORMAT_COUNT] = {
	[REPORT_EXPORT_CSV] = {"csv", "text/csv; charset=utf-8; header=present"},
	[REPORT_EXPORT_JSON] = {"json", "application/json"},
	[REPORT_EXPORT_NDJSON] = {"ndjson", "application/x-ndjson"},
};

const char *report_export_format_name(enum report_export_format format)
{
	return formats[format].name;
}

const char *report_export_media_type(enum report_export_format format)
{
	return formats[format].media_type;
}

bool report_export_find(struct str name, const struct report_export_kind **ret_kind,
	enum report_export_format *ret_format)
{
	struct str ending = name, kind = str_cut(&ending, '.');
	*ret_kind = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (str_equal(str_from(kinds[i].name), kind)) {
			*ret_kind = &kinds[i];
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (*ret_kind != NULL && str_equal(str_from(formats[i].name), ending)) {
			*ret_format = (enum report_export_format)i;
			return true;
		}
	}
	return false;
}
