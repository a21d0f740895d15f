#include "store/store_schema.h"

#include <stddef.h>

#include "base/mem.h"
#include "store/store_listed.h"

/* ---- from version to version */

static const struct str *const steps[] = {&store_schema_1_sql, &store_schema_2_sql};

const int64_t store_schema_version = ARRAY_SIZE(steps);

struct str store_schema_step(int64_t version)
{
	return *steps[version];
}

/* ---- facts; clang-format would spoil the layout of the statements */

// clang-format off
static const char session_needed[] =
	"INSERT INTO session(id, tool, project, cwd, model, host, first_seen_ms, last_seen_ms)"
	" SELECT :session, :tool, :project, :cwd, :session_model, :host, :at_ms, :at_ms"
	" WHERE :session IS NOT NULL ON CONFLICT(id) DO NOTHING";

static const char session_known[] =
	"INSERT INTO session(id, tool, project, cwd, model, host, first_seen_ms, last_seen_ms, turns)"
	" VALUES(:session, :tool, :project, :cwd, :session_model, :host, :at_ms, :at_ms, :turns)"
	" ON CONFLICT(id) DO UPDATE SET"
	" tool = excluded.tool,"
	" project = coalesce(excluded.project, project),"
	" cwd = coalesce(excluded.cwd, cwd),"
	" model = coalesce(excluded.model, model),"
	" last_seen_ms = max(last_seen_ms, excluded.last_seen_ms),"
	" turns = max(turns, excluded.turns),"
	" over_ms = NULL, over_told = NULL";

static const char session_ended[] =
	"UPDATE session SET over_ms = :at_ms, over_told = :is_told WHERE id = :session";

#define SESSION_ROW "(SELECT row FROM session WHERE id = :session)"

static const char call_made[] =
	"INSERT INTO call(session, id, calls, end_ms, day, tool, project, model, turn, actor, agent,"
	" duration_ms, ttft_ms, input_tokens, cache_read_tokens, cache_write_5m_tokens,"
	" cache_write_1h_tokens, cache_write_tokens, output_tokens, reasoning_tokens,"
	" cost_nano_usd, cost_source, estimate_nano_usd, fault, status, attempt, plan, speed)"
	" VALUES(" SESSION_ROW ", :id, :calls, :at_ms, :day, :tool, :project, :model, :turn, :actor,"
	" :agent, :duration_ms, :ttft_ms, :input_tokens, :cache_read_tokens,"
	" :cache_write_5m_tokens, :cache_write_1h_tokens, :cache_write_tokens, :output_tokens,"
	" :reasoning_tokens, :cost_nano_usd, :cost_source, :estimate_nano_usd, :fault, :status,"
	" :attempt, :plan, :speed)"
	" ON CONFLICT(session, id) DO NOTHING";

static const char series_told[] =
	"INSERT INTO series VALUES(" SESSION_ROW ", :slot, :series, :start_ns, :time_ns,"
	" :keeps_start, :last_input, :last_cache_read, :last_cache_write_5m, :last_cache_write_1h,"
	" :last_cache_write, :last_output, :last_reasoning, :last_cost)"
	" ON CONFLICT DO UPDATE SET id = excluded.id, start_ns = excluded.start_ns,"
	" time_ns = excluded.time_ns, keeps_start = excluded.keeps_start,"
	" input_tokens = excluded.input_tokens, cache_read_tokens = excluded.cache_read_tokens,"
	" cache_write_5m_tokens = excluded.cache_write_5m_tokens,"
	" cache_write_1h_tokens = excluded.cache_write_1h_tokens,"
	" cache_write_tokens = excluded.cache_write_tokens,"
	" output_tokens = excluded.output_tokens, reasoning_tokens = excluded.reasoning_tokens,"
	" cost_nano_usd = excluded.cost_nano_usd";

static const char call_corrected[] =
	"UPDATE call SET cost_nano_usd = :cost_nano_usd, cost_source = :cost_source,"
	" estimate_nano_usd = :estimate_nano_usd"
	" WHERE session = " SESSION_ROW " AND id = :id";

static const char calls_absorbed[] =
	"UPDATE OR IGNORE call SET session = " SESSION_ROW ", turn = :turn, actor = 'a',"
	" agent = coalesce(agent, :child)"
	" WHERE session = (SELECT row FROM session WHERE id = :child)";

static const char child_absorbed[] =
	"UPDATE session SET parent = " SESSION_ROW " WHERE id = :child";

/* A span reported again replaces the earlier one. */

static const char turn_ended[] =
	"INSERT INTO turn(session, id, turn, begin_ms, end_ms, day, tool, project, model, worked_ms,"
	" reason, outcome)"
	" VALUES(" SESSION_ROW ", :id, :turn, :begin_ms, :at_ms, :day, :tool, :project,"
	" :session_model, :worked_ms, :reason, :outcome)"
	" ON CONFLICT(session, id) DO UPDATE SET turn = excluded.turn,"
	" begin_ms = excluded.begin_ms, end_ms = excluded.end_ms, day = excluded.day,"
	" tool = excluded.tool, project = excluded.project, model = excluded.model,"
	" worked_ms = excluded.worked_ms, reason = excluded.reason, outcome = excluded.outcome";

static const char tool_call_ended[] =
	"INSERT INTO tool_call(session, id, turn, actor, agent, name, begin_ms, end_ms, outcome,"
	" decision, decided_by)"
	" VALUES(" SESSION_ROW ", :id, :turn, :actor, :agent, coalesce(:name, ''), :begin_ms, :at_ms,"
	" :outcome, :decision, :decided_by)"
	" ON CONFLICT(session, id) DO UPDATE SET turn = excluded.turn,"
	" actor = excluded.actor, agent = excluded.agent, name = excluded.name,"
	" begin_ms = excluded.begin_ms, end_ms = excluded.end_ms, outcome = excluded.outcome,"
	" decision = excluded.decision, decided_by = excluded.decided_by";

static const char wait_ended[] =
	"INSERT INTO wait(session, id, turn, actor, agent, kind, name, begin_ms, end_ms, day, tool,"
	" project, model, outcome)"
	" VALUES(" SESSION_ROW ", :id, :turn, :actor, :agent, coalesce(:kind, ''), :name, :begin_ms,"
	" :at_ms, :day, :tool, :project, :session_model, :outcome)"
	" ON CONFLICT(session, id) DO UPDATE SET turn = excluded.turn,"
	" actor = excluded.actor, agent = excluded.agent, kind = excluded.kind,"
	" name = excluded.name, begin_ms = excluded.begin_ms, end_ms = excluded.end_ms,"
	" day = excluded.day, tool = excluded.tool, project = excluded.project,"
	" model = excluded.model, outcome = excluded.outcome";

static const char agent_ended[] =
	"INSERT INTO agent(session, id, turn, agent, name, begin_ms, end_ms, outcome)"
	" VALUES(" SESSION_ROW ", :id, :turn, :agent, :name, :begin_ms, :at_ms, :outcome)"
	" ON CONFLICT(session, id) DO UPDATE SET turn = excluded.turn,"
	" agent = excluded.agent, name = excluded.name, begin_ms = excluded.begin_ms,"
	" end_ms = excluded.end_ms, outcome = excluded.outcome";

#define ABSORBED(table)                                                                            \
	"UPDATE OR IGNORE " table " SET session = " SESSION_ROW ", turn = :turn,"                  \
	" agent = coalesce(agent, :child)"                                                         \
	" WHERE session = (SELECT row FROM session WHERE id = :child)"

static const char tool_calls_absorbed[] = ABSORBED("tool_call");
static const char waits_absorbed[] = ABSORBED("wait");
static const char agents_absorbed[] = ABSORBED("agent");
static const char turns_absorbed[] =
	"DELETE FROM turn WHERE session = (SELECT row FROM session WHERE id = :child)";

static const char event_happened[] =
	"INSERT INTO event(at_ms, kind, session, tool, project, detail)"
	" VALUES(:at_ms, :kind, " SESSION_ROW ", coalesce(:tool, :event_tool),"
	" coalesce(:project, :event_project), :detail)";

static const char counter_added[] =
	"INSERT INTO counter(name, labels, value, created_ms)"
	" VALUES(:name, :labels, :add, :at_ms)"
	" ON CONFLICT(name, labels) DO UPDATE SET value = value + excluded.value";

static const char kin_known[] =
	"INSERT INTO kin(kind, slot, id, parent) VALUES(:kind, :slot, :id, :parent)"
	" ON CONFLICT DO UPDATE SET id = excluded.id, parent = excluded.parent";

static const char connection_reported[] =
	"INSERT INTO mcp_connection(id, at_ms, server, status, duration_ms)"
	" VALUES(:id, :at_ms, :server, :status, :duration_ms) ON CONFLICT(id) DO NOTHING";

// clang-format on

static const char *const writes[STORE_KIND_COUNT][STORE_MAX_WRITES] = {
	[STORE_SESSION] = {session_known},
	[STORE_CALL] = {session_needed, call_made},
	[STORE_STEP] = {session_needed, call_made, series_told},
	[STORE_CORRECTION] = {call_corrected},
	[STORE_ABSORPTION] = {session_needed, calls_absorbed, child_absorbed},
	[STORE_TURN] = {session_needed, turn_ended},
	[STORE_TOOL_CALL] = {session_needed, tool_call_ended},
	[STORE_WAIT] = {session_needed, wait_ended},
	[STORE_AGENT] = {session_needed, agent_ended},
	[STORE_SPAN_ABSORPTION] = {session_needed, child_absorbed, tool_calls_absorbed,
		waits_absorbed, agents_absorbed, turns_absorbed},
	[STORE_EVENT] = {session_needed, event_happened},
	[STORE_COUNTER] = {counter_added},
	[STORE_CONNECTION] = {connection_reported},
	[STORE_END] = {session_ended},
	[STORE_KIN] = {kin_known},
};

const char *const *store_schema_writes(enum store_kind kind)
{
	return writes[kind];
}
