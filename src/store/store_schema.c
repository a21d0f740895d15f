#include "store/store_schema.h"

#include <stddef.h>

#include "base/mem.h"

/* ---- version 1 */

#define USAGE_COLUMNS                                                                              \
	"input_tokens INTEGER NOT NULL DEFAULT 0,"                                                 \
	"cache_read_tokens INTEGER NOT NULL DEFAULT 0,"                                            \
	"cache_write_5m_tokens INTEGER NOT NULL DEFAULT 0,"                                        \
	"cache_write_1h_tokens INTEGER NOT NULL DEFAULT 0,"                                        \
	"cache_write_tokens INTEGER NOT NULL DEFAULT 0,"                                           \
	"output_tokens INTEGER NOT NULL DEFAULT 0,"                                                \
	"reasoning_tokens INTEGER NOT NULL DEFAULT 0," /* part of the output */

static const char tables[] =
	"CREATE TABLE session("
	"row INTEGER PRIMARY KEY,"
	"id TEXT NOT NULL UNIQUE,"
	"tool TEXT NOT NULL,"
	"project TEXT,"
	"cwd TEXT,"
	"model TEXT,"
	"host TEXT,"
	"parent INTEGER," // row of the session whose subagent it was, and which has its calls
	"first_seen_ms INTEGER NOT NULL,"
	"last_seen_ms INTEGER NOT NULL,"
	"turns INTEGER NOT NULL DEFAULT 0," // prompts
	"worked_ms INTEGER NOT NULL DEFAULT 0,"
	"waited_ms INTEGER NOT NULL DEFAULT 0,"
	"calls INTEGER NOT NULL DEFAULT 0,"
	"errors INTEGER NOT NULL DEFAULT 0," USAGE_COLUMNS
	"reported_nano_usd INTEGER NOT NULL DEFAULT 0,"
	"estimated_nano_usd INTEGER NOT NULL DEFAULT 0,"
	// rows of call by the source of their cost
	"none_count INTEGER NOT NULL DEFAULT 0,"
	"reported_count INTEGER NOT NULL DEFAULT 0,"
	"estimated_count INTEGER NOT NULL DEFAULT 0,"
	"free_count INTEGER NOT NULL DEFAULT 0,"
	"unpriced_count INTEGER NOT NULL DEFAULT 0"
	") STRICT;"
	"CREATE INDEX session_by_time ON session(last_seen_ms);"

	"CREATE TABLE call("
	"row INTEGER PRIMARY KEY,"
	"session INTEGER NOT NULL,"
	"id INTEGER NOT NULL,"    // the same for the same call, whenever it is told
	"calls INTEGER NOT NULL," // 0: what a counter has grown by
	"end_ms INTEGER NOT NULL,"
	"day INTEGER NOT NULL,"
	"tool TEXT NOT NULL,"
	"project TEXT,"
	"model TEXT,"
	"turn INTEGER NOT NULL,"
	"actor TEXT,"
	"agent TEXT,"
	"duration_ms INTEGER,"
	"ttft_ms INTEGER," USAGE_COLUMNS "cost_nano_usd INTEGER NOT NULL,"
	"cost_source TEXT," // reported, estimated, free, unpriced
	"estimate_nano_usd INTEGER,"
	"fault TEXT," // NULL: it went well
	"status INTEGER,"
	"attempt INTEGER,"
	"plan TEXT,"
	"speed TEXT"
	") STRICT;"
	"CREATE UNIQUE INDEX call_by_id ON call(session, id);"
	"CREATE INDEX call_by_session ON call(session);"
	"CREATE INDEX call_by_time ON call(end_ms);"

	"CREATE TABLE turn("
	"row INTEGER PRIMARY KEY,"
	"session INTEGER NOT NULL,"
	"id INTEGER NOT NULL,"
	"turn INTEGER NOT NULL," // of the session, from 1
	"begin_ms INTEGER NOT NULL,"
	"end_ms INTEGER NOT NULL,"
	"day INTEGER NOT NULL,"
	"tool TEXT NOT NULL,"
	"project TEXT,"
	"model TEXT,"
	"worked_ms INTEGER,"
	"reason TEXT," // how its end is known
	"outcome TEXT,"
	"UNIQUE(session, id)"
	") STRICT;"

	"CREATE TABLE tool_call("
	"row INTEGER PRIMARY KEY,"
	"session INTEGER NOT NULL,"
	"id INTEGER NOT NULL,"
	"turn INTEGER NOT NULL,"
	"actor TEXT,"
	"agent TEXT,"
	"name TEXT NOT NULL,"
	"begin_ms INTEGER NOT NULL,"
	"end_ms INTEGER NOT NULL,"
	"outcome TEXT,"
	"decision TEXT,"
	"decided_by TEXT,"
	"UNIQUE(session, id)"
	") STRICT;"
	"CREATE INDEX tool_call_by_name ON tool_call(name);"
	"CREATE INDEX tool_call_by_time ON tool_call(end_ms);"
	"CREATE INDEX tool_call_of_mcp ON tool_call(name, end_ms, begin_ms, outcome)"
	" WHERE name >= 'mcp__' AND name < 'mcp_`';"

	"CREATE TABLE wait("
	"row INTEGER PRIMARY KEY,"
	"session INTEGER NOT NULL,"
	"id INTEGER NOT NULL,"
	"turn INTEGER NOT NULL,"
	"actor TEXT,"
	"agent TEXT,"
	"kind TEXT NOT NULL," // permission, question
	"name TEXT,"          // of the tool it is for
	"begin_ms INTEGER NOT NULL,"
	"end_ms INTEGER NOT NULL,"
	"day INTEGER NOT NULL,"
	"tool TEXT NOT NULL," // the assistant
	"project TEXT,"
	"model TEXT,"
	"outcome TEXT,"
	"UNIQUE(session, id)"
	") STRICT;"

	"CREATE TABLE agent("
	"row INTEGER PRIMARY KEY,"
	"session INTEGER NOT NULL,"
	"id INTEGER NOT NULL,"
	"turn INTEGER NOT NULL,"
	"agent TEXT," // its id, as actors are told by
	"name TEXT,"  // its type
	"begin_ms INTEGER NOT NULL,"
	"end_ms INTEGER NOT NULL,"
	"outcome TEXT,"
	"UNIQUE(session, id)"
	") STRICT;"

	"CREATE TABLE event("
	"row INTEGER PRIMARY KEY,"
	"at_ms INTEGER NOT NULL,"
	"kind TEXT NOT NULL,"
	"session INTEGER,"
	"tool TEXT,"
	"project TEXT,"
	"detail TEXT" // a JSON object
	") STRICT;"
	"CREATE INDEX event_by_time ON event(at_ms);"
	"CREATE INDEX event_by_kind ON event(kind);"
	"CREATE INDEX event_by_project ON event(project);"

	"CREATE TABLE daily("
	"day INTEGER NOT NULL,"
	"tool TEXT NOT NULL,"
	"model TEXT NOT NULL,"
	"project TEXT NOT NULL,"
	"calls INTEGER NOT NULL DEFAULT 0,"
	"errors INTEGER NOT NULL DEFAULT 0," USAGE_COLUMNS
	"reported_nano_usd INTEGER NOT NULL DEFAULT 0,"
	"estimated_nano_usd INTEGER NOT NULL DEFAULT 0,"
	"free_calls INTEGER NOT NULL DEFAULT 0,"
	"unpriced_calls INTEGER NOT NULL DEFAULT 0,"
	"unpriced_tokens INTEGER NOT NULL DEFAULT 0,"
	"timed_calls INTEGER NOT NULL DEFAULT 0,"
	"duration_ms INTEGER NOT NULL DEFAULT 0,"
	"turns INTEGER NOT NULL DEFAULT 0,"
	"worked_ms INTEGER NOT NULL DEFAULT 0,"
	"waited_ms INTEGER NOT NULL DEFAULT 0,"
	"PRIMARY KEY(day, tool, model, project)"
	") STRICT, WITHOUT ROWID;"

	"CREATE TABLE latency_bound(low_ms INTEGER PRIMARY KEY) STRICT;"
	"INSERT INTO latency_bound SELECT 0 UNION ALL SELECT mantissa.column1 * decade.column1 FROM"
	" (VALUES (10),(12),(15),(20),(25),(30),(40),(50),(60),(80)) AS mantissa,"
	" (VALUES (1),(10),(100),(1000),(10000),(100000)) AS decade;"
	"CREATE TABLE latency("
	"day INTEGER NOT NULL,"
	"tool TEXT NOT NULL,"
	"model TEXT NOT NULL,"
	"project TEXT NOT NULL,"
	"what TEXT NOT NULL,"
	"low_ms INTEGER NOT NULL,"
	"count INTEGER NOT NULL,"
	"sum_ms INTEGER NOT NULL,"
	"PRIMARY KEY(day, tool, model, project, what, low_ms)"
	") STRICT, WITHOUT ROWID;"

	"CREATE TABLE counter("
	"name TEXT NOT NULL,"
	"labels TEXT NOT NULL,"
	"value INTEGER NOT NULL,"
	"created_ms INTEGER NOT NULL,"
	"PRIMARY KEY(name, labels)"
	") STRICT, WITHOUT ROWID;"
	"INSERT INTO counter VALUES('created', '[]', 0,"
	" CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER));";

/* All but the reasoning, which is in the output already. */
#define ALL_TOKENS(row)                                                                            \
	row "input_tokens + " row "cache_read_tokens + " row "cache_write_5m_tokens + " row        \
	    "cache_write_1h_tokens + " row "cache_write_tokens + " row "output_tokens"

#define IS_SOURCE(row, source) "(" row "cost_source IS " source ")"
#define COST_OF(row, source)   "iif(" row "cost_source IS " source ", " row "cost_nano_usd, 0)"

/* A session's totals and one of its calls: sign is " + " or " - ". */
#define TOTAL(column, sign, row) column " = " column sign row column ","
#define SESSION_COSTS(sign, row)                                                                                                                                           \
	"reported_nano_usd = reported_nano_usd" sign COST_OF(row,                                                                                                          \
		"'reported'") ","                                                                                                                                          \
			      "estimated_nano_usd = estimated_nano_usd" sign                                                                                               \
			      COST_OF(row,                                                                                                                                 \
				      "'estimated'") ","                                                                                                                   \
						     "none_count = none_count" sign                                                                                        \
						     IS_SOURCE(row,                                                                                                        \
							     "NULL") ","                                                                                                   \
								     "reported_count = reported_count" sign                                                                \
								     IS_SOURCE(row,                                                                                        \
									     "'reported'") ","                                                                             \
											   "estimated_count = estimated_count" sign                                        \
											   IS_SOURCE(                                                                      \
												   row,                                                                    \
												   "'estimated'") ","                                                      \
														  "free_count = free_count" sign                           \
														  IS_SOURCE(                                               \
															  row,                                             \
															  "'free'") ","                                    \
																    "unpriced_count = unpriced_count" sign \
																    IS_SOURCE(                             \
																	    row,                           \
																	    "'unpriced'")
#define SESSION_TOTALS(sign, row)                                                                  \
	TOTAL("calls", sign, row)                                                                  \
	"errors = errors" sign "(" row "fault IS NOT NULL)," TOTAL("input_tokens", sign, row)      \
		TOTAL("cache_read_tokens", sign, row) TOTAL("cache_write_5m_tokens", sign, row)    \
			TOTAL("cache_write_1h_tokens", sign, row) TOTAL(                           \
				"cache_write_tokens", sign, row) TOTAL("output_tokens", sign, row) \
				TOTAL("reasoning_tokens", sign, row) SESSION_COSTS(sign, row)

/* Of daily, beside a call of its. */
#define DAILY_COSTS(sign, row)                                                                                                                    \
	"reported_nano_usd = reported_nano_usd" sign COST_OF(row,                                                                                 \
		"'reported'") ","                                                                                                                 \
			      "estimated_nano_usd = estimated_nano_usd" sign                                                                      \
			      COST_OF(row,                                                                                                        \
				      "'estimated'") ","                                                                                          \
						     "free_calls = free_calls" sign                                                               \
						     "iif(" IS_SOURCE(row,                                                                        \
							     "'free'") ", " row "calls, 0),"                                                      \
								       "unpriced_calls = unpriced_calls" sign                                     \
								       "iif(" IS_SOURCE(row,                                                      \
									       "'unpriced'") ", " row                                             \
											     "calls, 0),"                                         \
											     "unpriced_tokens = unpriced_tokens" sign             \
											     "iif(" IS_SOURCE(row, "'unpriced'") ", " ALL_TOKENS( \
												     row) ", 0)"

#define KEY         "day, tool, model, project"
#define KEY_OF_NEW  "NEW.day, NEW.tool, coalesce(NEW.model, ''), coalesce(NEW.project, '')"
#define SUM(column) column " = " column " + excluded." column

/* A duration enters the rows of its day and of its month. */
#define LATENCY(key_of_new, what, duration, only)                                                  \
	"INSERT INTO latency(" KEY ", what, low_ms, count, sum_ms)"                                \
	" SELECT at.day, " key_of_new ", '" what "',"                                              \
	" (SELECT max(low_ms) FROM latency_bound WHERE low_ms <= " duration "), 1, " duration      \
	" FROM (SELECT NEW.day AS day UNION ALL SELECT NEW.day / 100 * 100) AS at WHERE " only     \
	" ON CONFLICT(" KEY ", what, low_ms) DO UPDATE SET"                                        \
	" count = count + 1, sum_ms = sum_ms + excluded.sum_ms;"

#define CALL_LATENCY(what, duration)                                                               \
	LATENCY("NEW.tool, coalesce(NEW.model, ''), coalesce(NEW.project, '')", what, duration,    \
		"NEW.calls > 0 AND " duration " IS NOT NULL")

static const char triggers
	[] = "CREATE TRIGGER call_added AFTER INSERT ON call BEGIN"
	     " INSERT INTO daily(" KEY ", calls, errors,"
	     " input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,"
	     " cache_write_tokens, output_tokens, reasoning_tokens,"
	     " reported_nano_usd, estimated_nano_usd, free_calls, unpriced_calls, unpriced_tokens,"
	     " timed_calls, duration_ms)"
	     " VALUES(" KEY_OF_NEW ", NEW.calls, NEW.fault IS NOT NULL,"
	     " NEW.input_tokens, NEW.cache_read_tokens, NEW.cache_write_5m_tokens,"
	     " NEW.cache_write_1h_tokens, NEW.cache_write_tokens, NEW.output_tokens,"
	     " NEW.reasoning_tokens," COST_OF("NEW.", "'reported'") "," COST_OF(
		     "NEW.", "'estimated'") ","
					    "iif(" IS_SOURCE(
						    "NEW.", "'free'") ", NEW.calls, 0),"
								      "iif(" IS_SOURCE(
									      "NEW.", "'unpriced'") ", NEW.calls, 0),"
												    "iif(" IS_SOURCE("NEW.", "'unpriced'") ", " ALL_TOKENS(
													    "NEW.") ", 0),"
														    "NEW.calls > 0 AND NEW.duration_ms IS NOT NULL,"
														    "iif(NEW.calls > 0, coalesce(NEW.duration_ms, 0), 0))"
														    " ON CONFLICT(" KEY
														    ") DO UPDATE SET " SUM("calls") "," SUM("errors") "," SUM("input_tokens") "," SUM("cache_read_tokens") "," SUM("cache_write_5m_tokens") "," SUM("cache_write_1h_tokens") "," SUM("cache_write_tokens") "," SUM("output_tokens") "," SUM("reasoning_tokens") "," SUM("reported_nano_usd") "," SUM(
															    "estimated_nano_usd") "," SUM("free_calls") "," SUM("unpriced_calls") "," SUM("unpriced_tokens") "," SUM("timed_calls") "," SUM("duration_ms") ";"
																																	   " UPDATE session SET last_seen_ms = max(last_seen_ms, NEW.end_ms)," SESSION_TOTALS(" + ", "NEW.") " WHERE row = NEW.session;" CALL_LATENCY("call", "NEW.duration_ms") CALL_LATENCY("ttft", "NEW.ttft_ms") " END;"

																																																										     "CREATE TRIGGER call_cost_changed AFTER UPDATE OF cost_nano_usd, cost_source ON call BEGIN"
																																																										     " UPDATE daily SET " DAILY_COSTS(" - ", "OLD.") " WHERE day = OLD.day AND tool = OLD.tool AND model = coalesce(OLD.model, '')"
																																																																     " AND project = coalesce(OLD.project, '');"
																																																																     " UPDATE daily SET " DAILY_COSTS(
																																																																	     " + ",
																																																																	     "NEW.") " WHERE day = NEW.day AND tool = NEW.tool AND model = coalesce(NEW.model, '')"
																																																																		     " AND project = coalesce(NEW.project, '');"
																																																																		     " UPDATE session SET " SESSION_COSTS(
																																																																			     " - ",
																																																																			     "OLD.") " WHERE row = OLD.session;"
																																																																				     " UPDATE session SET " SESSION_COSTS(
																																																																					     " + ",
																																																																					     "NEW.") " WHERE row = NEW.session;"
																																																																						     " END;"

																																																																						     "CREATE TRIGGER call_moved AFTER UPDATE OF session ON call BEGIN"
																																																																						     " UPDATE session SET " SESSION_TOTALS(
																																																																							     " - ",
																																																																							     "OLD.") " WHERE row = OLD.session;"
																																																																								     " UPDATE session SET " SESSION_TOTALS(" + ", "NEW.") " WHERE row = NEW.session;"
																																																																															  " END;";

/* A turn or a wait is counted when it is entered, and added to what it took; a correction changes
 * only the latter, since counters never fall. */
#define DAILY_TIME(columns, values, updates)                                                       \
	" INSERT INTO daily(" KEY ", " columns ") VALUES(" KEY_OF_NEW ", " values ")"              \
	" ON CONFLICT(" KEY ") DO UPDATE SET " updates ";"
#define OF_OLD_DAY                                                                                 \
	" WHERE day = OLD.day AND tool = OLD.tool AND model = coalesce(OLD.model, '')"             \
	" AND project = coalesce(OLD.project, '');"
/* JSON of a text that holds no control characters, since all are names; json_quote() may not be
 * used where the schema is not trusted. */
#define QUOTED(text)                                                                               \
	"'\"' || replace(replace(coalesce(" text ", ''), '\\', '\\\\'), '\"', '\\\"') || '\"'"
#define COMMA " || ',' || "
#define COUNT(name, labels, add)                                                                   \
	" INSERT INTO counter VALUES('" name "', '[' || " labels " || ']', " add ", NEW.end_ms)"   \
	" ON CONFLICT(name, labels) DO UPDATE SET value = value + excluded.value;"
#define SPAN_LATENCY(what, key, duration) LATENCY(key, what, duration, duration " IS NOT NULL")

#define LOCAL_DAY "CAST(strftime('%Y%m%d', NEW.end_ms / 1000, 'unixepoch', 'localtime') AS INTEGER)"

static const char span_triggers[] = "CREATE TRIGGER turn_added AFTER INSERT ON turn BEGIN" DAILY_TIME(
	"turns, worked_ms", "1, coalesce(NEW.worked_ms, 0)", SUM("turns") "," SUM("worked_ms")) " UPDATE session SET worked_ms = worked_ms + coalesce(NEW.worked_ms, 0),"
												" last_seen_ms = max(last_seen_ms, NEW.end_ms), turns = max(turns, NEW.turn)"
												" WHERE row = NEW.session;" COUNT(
													"turns_total",
													QUOTED("NEW.tool") COMMA
														QUOTED("NEW.reason"),
													"1") SPAN_LATENCY("turn", "NEW.tool, coalesce(NEW.model, ''), coalesce(NEW.project, '')", "NEW.worked_ms") " END;"

																										   "CREATE TRIGGER turn_corrected AFTER UPDATE ON turn BEGIN"
																										   " UPDATE daily SET turns = turns - 1, worked_ms = worked_ms - coalesce(OLD.worked_ms, 0)" OF_OLD_DAY DAILY_TIME("turns, worked_ms", "1, coalesce(NEW.worked_ms, 0)", SUM("turns") "," SUM("worked_ms")) " UPDATE session SET worked_ms = worked_ms - coalesce(OLD.worked_ms, 0)"
																																																			   " + coalesce(NEW.worked_ms, 0) WHERE row = NEW.session;"
																																																			   " END;"

																																																			   // old rows of other sessions go without a trace in the sums
																																																			   "CREATE TRIGGER turn_absorbed AFTER DELETE ON turn"
																																																			   " WHEN (SELECT parent FROM session WHERE row = OLD.session) IS NOT NULL BEGIN"
																																																			   " UPDATE daily SET turns = turns - 1, worked_ms = worked_ms - coalesce(OLD.worked_ms, 0)" OF_OLD_DAY
																																																			   " END;"

																																																			   "CREATE TRIGGER wait_added AFTER INSERT ON wait BEGIN" DAILY_TIME("waited_ms", "NEW.end_ms - NEW.begin_ms", SUM("waited_ms")) " UPDATE session SET waited_ms = waited_ms + NEW.end_ms - NEW.begin_ms,"
																																																																			 " last_seen_ms = max(last_seen_ms, NEW.end_ms) WHERE row = NEW.session;" COUNT(
																																																																				 "blocked_on_user_ms_total",
																																																																				 QUOTED("NEW.tool") COMMA QUOTED("NEW.kind"), "NEW.end_ms - NEW.begin_ms") " END;"

																																																																													   "CREATE TRIGGER wait_corrected AFTER UPDATE OF begin_ms, end_ms, day, tool, project, model"
																																																																													   " ON wait BEGIN"
																																																																													   " UPDATE daily SET waited_ms = waited_ms - (OLD.end_ms - OLD.begin_ms)" OF_OLD_DAY
																																																																														   DAILY_TIME(
																																																																															   "waited_ms",
																																																																															   "NEW.end_ms - NEW.begin_ms",
																																																																															   SUM(
																																																																																   "waited_ms")) " UPDATE session SET waited_ms = waited_ms - (OLD.end_ms - OLD.begin_ms)"
																																																																																		 " + (NEW.end_ms - NEW.begin_ms) WHERE row = NEW.session;"
																																																																																		 " END;"

																																																																																		 "CREATE TRIGGER wait_moved AFTER UPDATE OF session ON wait BEGIN"
																																																																																		 " UPDATE session SET waited_ms = waited_ms - (OLD.end_ms - OLD.begin_ms)"
																																																																																		 " WHERE row = OLD.session;"
																																																																																		 " UPDATE session SET waited_ms = waited_ms + (NEW.end_ms - NEW.begin_ms)"
																																																																																		 " WHERE row = NEW.session;"
																																																																																		 " END;"

																																																																																		 // its row has no day, tool, project and model: there are many of them, and they would double it
																																																																																		 "CREATE TRIGGER tool_call_added AFTER INSERT ON tool_call BEGIN"
																																																																																		 " UPDATE session SET last_seen_ms = max(last_seen_ms, NEW.end_ms) WHERE row = NEW.session;" COUNT(
																																																																																			 "tool_calls_total", QUOTED("(SELECT tool FROM session WHERE row = NEW.session)") COMMA QUOTED("NEW.name") COMMA QUOTED("NEW.outcome"),
																																																																																			 "1") " INSERT INTO latency(" KEY
																																																																																			      ", what, low_ms, count, sum_ms)"
																																																																																			      " SELECT at.day, tool, coalesce(model, ''), coalesce(project, ''), 'tool',"
																																																																																			      " (SELECT max(low_ms) FROM latency_bound WHERE low_ms <= NEW.end_ms - NEW.begin_ms),"
																																																																																			      " 1, NEW.end_ms - NEW.begin_ms FROM session,"
																																																																																			      " (SELECT " LOCAL_DAY
																																																																																			      " AS day UNION ALL SELECT " LOCAL_DAY " / 100 * 100) AS at"
																																																																																			      " WHERE row = NEW.session"
																																																																																			      " ON CONFLICT(" KEY
																																																																																			      ", what, low_ms) DO UPDATE SET"
																																																																																			      " count = count + 1, sum_ms = sum_ms + excluded.sum_ms;"
																																																																																			      " END;";

/* For people who look into the file themselves. */
static const char views[] =
	"CREATE VIEW invocations AS SELECT"
	" call.row AS id,"
	" session.id || ':' || printf('%016x', call.id) AS invocation_id,"
	" strftime('%Y-%m-%dT%H:%M:%S', end_ms / 1000, 'unixepoch')"
	" || printf('.%03dZ', end_ms % 1000) AS timestamp,"
	" call.project AS agent_name,"
	" call.tool AS tool_name, call.tool AS tool,"
	" call.model AS model_name, call.model AS model,"
	" call.input_tokens + call.cache_read_tokens + call.cache_write_5m_tokens"
	" + call.cache_write_1h_tokens + call.cache_write_tokens AS prompt_tokens,"
	" call.output_tokens AS completion_tokens,"
	" " ALL_TOKENS(
		"call.") " AS total_tokens,"
			 " " ALL_TOKENS(
				 "call.") " AS tokens,"
					  " cost_nano_usd / 1e9 AS cost_usd, cost_nano_usd / 1e9 AS cost,"
					  " duration_ms AS latency_ms,"
					  " iif(fault IS NULL, 'success', 'error') AS status,"
					  " fault || coalesce(' ' || call.status, '') AS error_message,"
					  " 'metadata' AS privacy_level"
					  " FROM call LEFT JOIN session ON session.row = call.session;"

					  "CREATE VIEW daily_costs AS SELECT"
					  " date, total_cost_usd AS total_cost, total_cost_usd, total_tokens,"
					  " invocations AS invocation_count, invocations FROM (SELECT"
					  " printf('%04d-%02d-%02d', day / 10000, day / 100 % 100, day % 100) AS date,"
					  " sum(reported_nano_usd + estimated_nano_usd) / 1e9 AS total_cost_usd,"
					  " sum(" ALL_TOKENS(
						  "") ") AS total_tokens, sum(calls) AS invocations"
						      " FROM daily GROUP BY day);"

						      "CREATE VIEW daily_costs_by_model AS SELECT"
						      " printf('%04d-%02d-%02d', day / 10000, day / 100 % 100, day % 100) AS date,"
						      " project AS agent_name, tool AS tool_name, model AS model_name,"
						      " calls AS invocations,"
						      " " ALL_TOKENS(
							      "") " AS total_tokens,"
								  " (reported_nano_usd + estimated_nano_usd) / 1e9 AS total_cost_usd"
								  " FROM daily;";

static const char *const version_1[] = {tables, triggers, span_triggers, views, NULL};

/* ---- from version to version; one that was released is never changed, only followed */

static const char *const *const steps[] = {version_1};

const int64_t store_schema_version = ARRAY_SIZE(steps);

const char *const *store_schema_step(int64_t version)
{
	return steps[version];
}

/* ---- facts */

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
	" turns = max(turns, excluded.turns)";

#define SESSION_ROW "(SELECT row FROM session WHERE id = :session)"

static const char call_made[] =
	"INSERT INTO call(session, id, calls, end_ms, day, tool, project, model, turn, actor, agent,"
	" duration_ms, ttft_ms, input_tokens, cache_read_tokens, cache_write_5m_tokens,"
	" cache_write_1h_tokens, cache_write_tokens, output_tokens, reasoning_tokens,"
	" cost_nano_usd, cost_source, estimate_nano_usd, fault, status, attempt, plan, speed)"
	" VALUES(" SESSION_ROW
	", :id, :calls, :at_ms, :day, :tool, :project, :model, :turn, :actor,"
	" :agent, :duration_ms, :ttft_ms, :input_tokens, :cache_read_tokens,"
	" :cache_write_5m_tokens, :cache_write_1h_tokens, :cache_write_tokens, :output_tokens,"
	" :reasoning_tokens, :cost_nano_usd, :cost_source, :estimate_nano_usd, :fault, :status,"
	" :attempt, :plan, :speed)"
	" ON CONFLICT(session, id) DO NOTHING";

static const char call_corrected[] =
	"UPDATE call SET cost_nano_usd = :cost_nano_usd, cost_source = :cost_source,"
	" estimate_nano_usd = :estimate_nano_usd"
	" WHERE session = " SESSION_ROW " AND id = :id";

static const char calls_absorbed[] = "UPDATE OR IGNORE call SET session = " SESSION_ROW
				     ", turn = :turn, actor = 'agent',"
				     " agent = coalesce(agent, :child)"
				     " WHERE session = (SELECT row FROM session WHERE id = :child)";

static const char child_absorbed[] = "UPDATE session SET parent = " SESSION_ROW
				     " WHERE id = :child";

/* What is told again replaces what was told before. */
#define REPLACED(column) column " = excluded." column

static const char turn_ended[] =
	"INSERT INTO turn(session, id, turn, begin_ms, end_ms, day, tool, project, model, worked_ms,"
	" reason, outcome)"
	" VALUES(" SESSION_ROW ", :id, :turn, :begin_ms, :at_ms, :day, :tool, :project,"
	" :session_model, :worked_ms, :reason, :outcome)"
	" ON CONFLICT(session, id) DO UPDATE SET " REPLACED("turn") "," REPLACED("begin_ms") "," REPLACED("end_ms") "," REPLACED("day") "," REPLACED(
		"tool") "," REPLACED("project") "," REPLACED("model") "," REPLACED("worked_ms") "," REPLACED("reason") "," REPLACED("outcome");

static const char tool_call_ended[] =
	"INSERT INTO tool_call(session, id, turn, actor, agent, name, begin_ms, end_ms, outcome,"
	" decision, decided_by)"
	" VALUES(" SESSION_ROW
	", :id, :turn, :actor, :agent, coalesce(:name, ''), :begin_ms, :at_ms,"
	" :outcome, :decision, :decided_by)"
	" ON CONFLICT(session, id) DO UPDATE SET " REPLACED("turn") "," REPLACED("actor") "," REPLACED("agent") "," REPLACED(
		"name") "," REPLACED("begin_ms") "," REPLACED("end_ms") "," REPLACED("outcome") "," REPLACED("decision") "," REPLACED("decided_by");

static const char wait_ended[] =
	"INSERT INTO wait(session, id, turn, actor, agent, kind, name, begin_ms, end_ms, day, tool,"
	" project, model, outcome)"
	" VALUES(" SESSION_ROW
	", :id, :turn, :actor, :agent, coalesce(:kind, ''), :name, :begin_ms,"
	" :at_ms, :day, :tool, :project, :session_model, :outcome)"
	" ON CONFLICT(session, id) DO UPDATE SET " REPLACED("turn") "," REPLACED("actor") "," REPLACED("agent") "," REPLACED("kind") "," REPLACED("name") "," REPLACED(
		"begin_ms") "," REPLACED("end_ms") "," REPLACED("day") "," REPLACED("tool") "," REPLACED("project") "," REPLACED("model") "," REPLACED("outcome");

static const char agent_ended[] =
	"INSERT INTO agent(session, id, turn, agent, name, begin_ms, end_ms, outcome)"
	" VALUES(" SESSION_ROW ", :id, :turn, :agent, :name, :begin_ms, :at_ms, :outcome)"
	" ON CONFLICT(session, id) DO UPDATE SET " REPLACED("turn") "," REPLACED("agent") "," REPLACED(
		"name") "," REPLACED("begin_ms") "," REPLACED("end_ms") "," REPLACED("outcome");

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

static const char *const writes[STORE_KIND_COUNT][STORE_MAX_WRITES] = {
	[STORE_SESSION] = {session_known},
	[STORE_CALL] = {session_needed, call_made},
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
};

const char *const *store_schema_writes(enum store_kind kind)
{
	return writes[kind];
}
