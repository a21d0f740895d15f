#include "event/event_map.h"

#include "base/instant.h"
#include "base/mem.h"
#include "event/assistant.h"
#include "event/event_table.h"

static const struct event_origin origins[] = {
	{STR_INIT("com.anthropic.claude_code"), STR_INIT("claude-code"), &assistant_claude,
		&event_claude_table},
	{STR_INIT("codex"), STR_INIT("codex-app-server"), &assistant_codex_server,
		&event_codex_table},
	{STR_INIT("codex"), STR_INIT("codex"), &assistant_codex, &event_codex_table},
	{STR_INIT("gemini-cli"), STR_INIT("gemini-cli"), &assistant_gemini, &event_gemini_table},
	{STR_INIT("qwen-code"), STR_INIT("qwen-code"), &assistant_qwen, &event_qwen_table},
	{STR_INIT("github.copilot"), STR_INIT("github-copilot"), &assistant_copilot,
		&event_gen_ai_table},
	{STR_INIT("opencode"), STR_INIT("opencode"), &assistant_opencode, &event_opencode_table},
};

static const struct event_origin nobody = {
	STR_INIT(""), STR_INIT(""), &assistant_unknown, &event_gen_ai_table};

/* The attributes that may name a session, best first; on the record, then on its resource. */
static const enum event_key session_keys[] = {
	KEY_SESSION_ID,
	KEY_CONVERSATION_ID,
	KEY_THREAD_ID,
	KEY_GEN_AI_CONVERSATION_ID,
	KEY_THREAD_ID_PLAIN,
	KEY_CONVERSATION_ID_PLAIN,
	KEY_SESSION_ID_PLAIN,
	KEY_AI_SESSION_ID,
	KEY_TRACELOOP_SESSION_ID,
	KEY_LANGFUSE_SESSION_ID,
};

static bool fits(struct str s, struct str prefix)
{
	return prefix.size > 0 && str_starts_with(s, prefix);
}

static const struct event_origin *origin_by_scope(struct str scope)
{
	for (size_t i = 0; i < ARRAY_SIZE(origins); i++) {
		if (fits(scope, origins[i].scope_prefix)) {
			return &origins[i];
		}
	}
	return NULL;
}

static const struct event_origin *origin_by_service(struct str service)
{
	for (size_t i = 0; i < ARRAY_SIZE(origins); i++) {
		if (fits(service, origins[i].service_prefix)) {
			return &origins[i];
		}
	}
	return NULL;
}

bool event_map_knows_service(struct str name)
{
	return origin_by_service(name) != NULL;
}

static const struct event_origin *origin_by_name(enum otlp_signal signal, struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(origins); i++) {
		const struct event_table *table = origins[i].table;
		if (fits(name, table->name_prefix) ||
			(signal == OTLP_TRACES && fits(name, table->span_prefix))) {
			return &origins[i];
		}
	}
	return NULL;
}

/* By scope and service; NULL: unknown. */
static const struct event_origin *origin_of(const struct event_input *in)
{
	const struct event_origin *by_scope = origin_by_scope(in->record->scope_name);
	const struct event_origin *by_service = origin_by_service(
		otlp_value_str(in->resource_values[KEY_SERVICE_NAME]));
	if (by_scope == NULL || (by_service != NULL && by_service->table == by_scope->table)) {
		return by_service;
	}
	return by_scope;
}

/* By the record's own name, wherever that is. */
static const struct event_origin *origin_of_name(const struct event_input *in)
{
	const struct otlp_record *record = in->record;
	const struct str names[] = {
		event_input_str(in, KEY_EVENT_NAME), record->name, otlp_value_str(&record->body)};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct event_origin *origin = origin_by_name(record->signal, names[i]);
		if (origin != NULL) {
			return origin;
		}
	}
	return &nobody;
}

static struct str session_of(const struct event_input *in)
{
	for (size_t i = 0; i < ARRAY_SIZE(session_keys); i++) {
		struct str id = event_input_str(in, session_keys[i]);
		if (id.size > 0) {
			return id;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(session_keys); i++) {
		struct str id = otlp_value_str(in->resource_values[session_keys[i]]);
		if (id.size > 0) {
			return id;
		}
	}
	return (struct str){0};
}

/* Events: the attribute event.name first, since Codex puts a source position into the field of that
 * name; then the field; then a body that is text. */
static struct str name_of(const struct event_input *in)
{
	const struct otlp_record *record = in->record;
	if (record->signal != OTLP_LOGS) {
		return record->name;
	}
	struct str name = event_input_str(in, KEY_EVENT_NAME);
	if (name.size == 0) {
		name = record->name;
	}
	return name.size > 0 ? name : otlp_value_str(&record->body);
}

static const struct event_row *find_row(const struct event_rows *rows, struct str name)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct event_row *row = &rows->rows[i];
		if (row->name.size == 0 || str_equal(row->name, name)) {
			return row;
		}
	}
	return NULL;
}

int64_t event_map_time(const struct otlp_record *record)
{
	uint64_t time = record->time_ns != 0 ? record->time_ns : record->observed_time_ns;
	return time <= INT64_MAX ? (int64_t)time : 0;
}

static void pick_common(
	const struct event_input *in, const struct event_origin *origin, struct event *e)
{
	static const enum event_source sources[] = {
		[OTLP_LOGS] = EVENT_FROM_LOGS,
		[OTLP_TRACES] = EVENT_FROM_TRACES,
		[OTLP_METRICS] = EVENT_FROM_METRICS,
	};
	const struct otlp_record *record = in->record;
	e->source = sources[record->signal];
	e->assistant = origin->assistant;
	e->assistant_name = origin->assistant->name;
	if (e->assistant_name.size == 0) {
		e->assistant_name = event_input_str_or_resource(in, KEY_SERVICE_NAME);
	}
	e->time_ns = event_map_time(record);
	if (e->time_ns == 0) {
		(void)instant_read_timestamp(event_input_str(in, KEY_EVENT_TIMESTAMP), &e->time_ns);
	}
	if (record->signal != OTLP_LOGS && record->start_ns <= INT64_MAX) {
		e->begin_ns = (int64_t)record->start_ns;
	}
	e->sequence = -1;
	event_input_int(in, KEY_EVENT_SEQUENCE, &e->sequence);
	e->model = event_input_str(in, KEY_MODEL);
	e->request_id = event_input_str(in, KEY_REQUEST_ID);
	e->turn_id = event_input_str(in, KEY_TURN_ID);
	if (e->turn_id.size == 0) {
		e->turn_id = event_input_str(in, KEY_TURN_ID_PLAIN);
	}
	e->project = event_input_str_or_resource(in, KEY_PROJECT_NAME);
	e->cwd = event_input_str_or_resource(in, KEY_PROJECT_PATH);
	if (e->cwd.size == 0) {
		e->cwd = event_input_str_or_resource(in, KEY_CWD);
	}
}

void event_map_begin(struct event_map *map)
{
	event_input_init(&map->input);
	map->origin = NULL;
	map->origin_number = map->resource_number = 0;
}

struct str event_map_service(const struct event_map *map)
{
	return otlp_value_str(map->input.resource_values[KEY_SERVICE_NAME]);
}

bool event_map_has_resource(const struct event_map *map, const struct otlp_record *record)
{
	return record->resource_number == map->resource_number && record->resource_number != 0;
}

/* A resource is read once, however many scopes are under it. */
static void find_origin(struct event_map *map, const struct otlp_record *record)
{
	if (record->origin == map->origin_number && record->origin != 0) {
		return;
	}
	if (!event_map_has_resource(map, record)) {
		event_input_read_resource(&map->input, record);
		map->resource_number = record->resource_number;
	}
	map->origin = origin_of(&map->input);
	map->origin_number = record->origin;
}

void event_map_record(struct event_map *map, const struct otlp_record *record, struct event *ret)
{
	struct event_input *in = &map->input;
	event_input_read(in, record);
	find_origin(map, record);
	const struct event_origin *origin = map->origin != NULL ? map->origin : origin_of_name(in);
	const struct event_table *table = origin->table;
	in->name = name_of(in);
	if (fits(in->name, table->name_prefix)) {
		in->name = str_skip(in->name, table->name_prefix.size);
	}
	ret->kind = EVENT_NONE;
	ret->has_long_id = false;
	const struct event_row *row = find_row(&table->signals[record->signal], in->name);
	if (row == NULL) {
		return;
	}
	*ret = (struct event){.kind = row->kind, .session_id = session_of(in)};
	pick_common(in, origin, ret);
	if (table->pick_session != NULL) {
		table->pick_session(in, ret);
	}
	if (row->pick != NULL) {
		row->pick(in, ret);
	}
	bool whose = ret->session_id.size > 0 || ret->turn_id.size > 0 || ret->by_connection;
	ret->has_long_id = ret->session_id.size > EVENT_ID_BYTES;
	if (!whose || ret->has_long_id || ret->assistant_name.size == 0) {
		ret->kind = EVENT_NONE;
	}
}
