-- Version 2 of the history, from version 1: what reports read is kept as sums, words of few letters.
--
-- Words of which there are few are kept as their first letter, in call, tool_call and wait: actor
-- (main, agent, side), cost_source (reported, estimated, free, unpriced) and plan (key, subscription,
-- free).

-- Of a session that has expired: when, and whether its client said so.
ALTER TABLE session ADD COLUMN over_ms INTEGER;
ALTER TABLE session ADD COLUMN over_told INTEGER;

-- ---- what must not be counted twice by the next run

-- Cumulative counters of a session, as they were told last.
CREATE TABLE series(
	session INTEGER NOT NULL, -- row
	slot INTEGER NOT NULL,
	id INTEGER NOT NULL,
	start_ns INTEGER NOT NULL,
	time_ns INTEGER NOT NULL, -- wall clock
	keeps_start INTEGER NOT NULL, -- it told one start twice
	input_tokens INTEGER NOT NULL,
	cache_read_tokens INTEGER NOT NULL,
	cache_write_5m_tokens INTEGER NOT NULL,
	cache_write_1h_tokens INTEGER NOT NULL,
	cache_write_tokens INTEGER NOT NULL,
	output_tokens INTEGER NOT NULL,
	reasoning_tokens INTEGER NOT NULL,
	cost_nano_usd INTEGER NOT NULL,
	PRIMARY KEY(session, slot)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER session_gone AFTER DELETE ON session BEGIN
	DELETE FROM series WHERE session = OLD.row;
END;

-- Conversations that are no sessions, by hashes of their ids: subagents and their parents, and what
-- only finds titles. Slots are a ring: that of kind next_… goes on with slot id.
CREATE TABLE kin(
	kind TEXT NOT NULL, -- child, title, next_child, next_title
	slot INTEGER NOT NULL,
	id INTEGER NOT NULL,
	parent INTEGER NOT NULL,
	PRIMARY KEY(kind, slot)
) STRICT, WITHOUT ROWID;

-- ---- sums

-- Of months; latency keeps those of days.
CREATE TABLE latency_month(
	what TEXT NOT NULL, -- call, ttft
	month INTEGER NOT NULL, -- yyyymm
	tool TEXT NOT NULL,
	model TEXT NOT NULL,
	project TEXT NOT NULL,
	low_ms INTEGER NOT NULL,
	count INTEGER NOT NULL,
	sum_ms INTEGER NOT NULL,
	PRIMARY KEY(what, month, tool, model, project, low_ms)
) STRICT, WITHOUT ROWID;
INSERT INTO latency_month SELECT what, day / 100, tool, model, project, low_ms, count, sum_ms
	FROM latency WHERE day % 100 = 0 AND what IN ('call', 'ttft');
DELETE FROM latency WHERE day % 100 = 0 OR what NOT IN ('call', 'ttft');

-- The last days by quarters of an hour, of which every zone's hours are made.
CREATE TABLE recent(
	quarter INTEGER NOT NULL, -- since the epoch
	day INTEGER NOT NULL,
	tool TEXT NOT NULL,
	model TEXT NOT NULL,
	project TEXT NOT NULL,
	calls INTEGER NOT NULL,
	tokens INTEGER NOT NULL,
	nano_usd INTEGER NOT NULL,
	PRIMARY KEY(quarter, day, tool, model, project)
) STRICT, WITHOUT ROWID;

-- What was decided of tool calls in the last days, by the same quarters.
CREATE TABLE recent_decision(
	quarter INTEGER NOT NULL,
	name TEXT NOT NULL,
	decision TEXT NOT NULL,
	decided_by TEXT NOT NULL, -- '': not told
	count INTEGER NOT NULL,
	last_ms INTEGER NOT NULL,
	PRIMARY KEY(quarter, name, decision, decided_by)
) STRICT, WITHOUT ROWID;

-- three days of them are kept
CREATE TRIGGER recent_grown AFTER INSERT ON recent BEGIN
	DELETE FROM recent WHERE quarter < NEW.quarter - 288;
END;
CREATE TRIGGER recent_decision_grown AFTER INSERT ON recent_decision BEGIN
	DELETE FROM recent_decision WHERE quarter < NEW.quarter - 288;
END;

-- Tool calls of MCP servers by day and duration.
CREATE TABLE mcp_daily(
	day INTEGER NOT NULL,
	server TEXT NOT NULL,
	low_ms INTEGER NOT NULL, -- of latency_bound
	calls INTEGER NOT NULL,
	errors INTEGER NOT NULL,
	sum_ms INTEGER NOT NULL,
	PRIMARY KEY(day, server, low_ms)
) STRICT, WITHOUT ROWID;

-- What those two are made of.
CREATE VIEW decided AS SELECT end_ms / 900000 AS quarter, name, decision,
	coalesce(decided_by, '') AS decided_by, count(*) AS count, max(end_ms) AS last_ms
FROM tool_call WHERE decision IS NOT NULL GROUP BY 1, 2, 3, 4;
CREATE VIEW mcp_call AS SELECT
	CAST(strftime('%Y%m%d', end_ms / 1000, 'unixepoch', 'localtime') AS INTEGER) AS day,
	substr(substr(name, 6), 1, iif(instr(substr(name, 6), '__') > 0,
		instr(substr(name, 6), '__') - 1, length(name))) AS server,
	(SELECT max(low_ms) FROM latency_bound WHERE low_ms <= max(0, end_ms - begin_ms)) AS low_ms,
	outcome IS 'error' AS is_error, max(0, end_ms - begin_ms) AS ms, row
FROM tool_call WHERE name >= 'mcp__' AND name < 'mcp_`';

INSERT INTO mcp_daily SELECT day, server, low_ms, count(*), sum(is_error), sum(ms)
	FROM mcp_call GROUP BY 1, 2, 3;
DROP INDEX tool_call_of_mcp;
INSERT INTO recent_decision SELECT * FROM decided
	WHERE quarter >= (SELECT max(end_ms) FROM call) / 900000 - 288;

-- ---- words

DROP TRIGGER call_added;
DROP TRIGGER call_cost_changed;
DROP TRIGGER call_moved;
DROP TRIGGER turn_added;
DROP TRIGGER tool_call_added;
UPDATE OR ROLLBACK call SET actor = substr(actor, 1, 1), cost_source = substr(cost_source, 1, 1),
	plan = substr(plan, 1, 1);
UPDATE OR ROLLBACK tool_call SET actor = substr(actor, 1, 1) WHERE actor IS NOT NULL;
UPDATE OR ROLLBACK wait SET actor = substr(actor, 1, 1) WHERE actor IS NOT NULL;

INSERT INTO recent SELECT end_ms / 900000, day, tool, coalesce(model, ''), coalesce(project, ''),
	sum(calls), sum(input_tokens + cache_read_tokens + cache_write_5m_tokens
		+ cache_write_1h_tokens + cache_write_tokens + output_tokens),
	sum(iif(cost_source IN ('r', 'e'), cost_nano_usd, 0))
	FROM call WHERE end_ms >= (SELECT max(end_ms) FROM call) - 288 * 900000
	GROUP BY 1, 2, 3, 4, 5;

-- ---- calls

CREATE TRIGGER call_added AFTER INSERT ON call BEGIN
	INSERT INTO daily(day, tool, model, project, calls, errors,
		input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
		cache_write_tokens, output_tokens, reasoning_tokens,
		reported_nano_usd, estimated_nano_usd,
		free_calls, unpriced_calls, unpriced_tokens, timed_calls, duration_ms)
	VALUES(NEW.day, NEW.tool, coalesce(NEW.model, ''), coalesce(NEW.project, ''),
		NEW.calls, NEW.fault IS NOT NULL,
		NEW.input_tokens, NEW.cache_read_tokens, NEW.cache_write_5m_tokens,
		NEW.cache_write_1h_tokens, NEW.cache_write_tokens, NEW.output_tokens,
		NEW.reasoning_tokens,
		iif(NEW.cost_source IS 'r', NEW.cost_nano_usd, 0),
		iif(NEW.cost_source IS 'e', NEW.cost_nano_usd, 0),
		iif(NEW.cost_source IS 'f', NEW.calls, 0),
		iif(NEW.cost_source IS 'u', NEW.calls, 0),
		iif(NEW.cost_source IS 'u', NEW.input_tokens + NEW.cache_read_tokens
			+ NEW.cache_write_5m_tokens + NEW.cache_write_1h_tokens
			+ NEW.cache_write_tokens + NEW.output_tokens, 0),
		NEW.calls > 0 AND NEW.duration_ms IS NOT NULL,
		iif(NEW.calls > 0, coalesce(NEW.duration_ms, 0), 0))
	ON CONFLICT(day, tool, model, project) DO UPDATE SET
		calls = calls + excluded.calls,
		errors = errors + excluded.errors,
		input_tokens = input_tokens + excluded.input_tokens,
		cache_read_tokens = cache_read_tokens + excluded.cache_read_tokens,
		cache_write_5m_tokens = cache_write_5m_tokens + excluded.cache_write_5m_tokens,
		cache_write_1h_tokens = cache_write_1h_tokens + excluded.cache_write_1h_tokens,
		cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
		output_tokens = output_tokens + excluded.output_tokens,
		reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
		reported_nano_usd = reported_nano_usd + excluded.reported_nano_usd,
		estimated_nano_usd = estimated_nano_usd + excluded.estimated_nano_usd,
		free_calls = free_calls + excluded.free_calls,
		unpriced_calls = unpriced_calls + excluded.unpriced_calls,
		unpriced_tokens = unpriced_tokens + excluded.unpriced_tokens,
		timed_calls = timed_calls + excluded.timed_calls,
		duration_ms = duration_ms + excluded.duration_ms;
	UPDATE session SET
		calls = calls + NEW.calls,
		errors = errors + (NEW.fault IS NOT NULL),
		input_tokens = input_tokens + NEW.input_tokens,
		cache_read_tokens = cache_read_tokens + NEW.cache_read_tokens,
		cache_write_5m_tokens = cache_write_5m_tokens + NEW.cache_write_5m_tokens,
		cache_write_1h_tokens = cache_write_1h_tokens + NEW.cache_write_1h_tokens,
		cache_write_tokens = cache_write_tokens + NEW.cache_write_tokens,
		output_tokens = output_tokens + NEW.output_tokens,
		reasoning_tokens = reasoning_tokens + NEW.reasoning_tokens,
		reported_nano_usd = reported_nano_usd
			+ iif(NEW.cost_source IS 'r', NEW.cost_nano_usd, 0),
		estimated_nano_usd = estimated_nano_usd
			+ iif(NEW.cost_source IS 'e', NEW.cost_nano_usd, 0),
		none_count = none_count + (NEW.cost_source IS NULL),
		reported_count = reported_count + (NEW.cost_source IS 'r'),
		estimated_count = estimated_count + (NEW.cost_source IS 'e'),
		free_count = free_count + (NEW.cost_source IS 'f'),
		unpriced_count = unpriced_count + (NEW.cost_source IS 'u')
	WHERE row = NEW.session;
	-- a second more or less is not worth the work
	UPDATE session SET last_seen_ms = NEW.end_ms
	WHERE row = NEW.session AND last_seen_ms < NEW.end_ms - 1000;
	INSERT INTO latency(day, tool, model, project, what, low_ms, count, sum_ms)
	SELECT NEW.day, NEW.tool, coalesce(NEW.model, ''), coalesce(NEW.project, ''), 'call',
		(SELECT max(low_ms) FROM latency_bound WHERE low_ms <= NEW.duration_ms), 1, NEW.duration_ms
	WHERE NEW.calls > 0 AND NEW.duration_ms IS NOT NULL
	ON CONFLICT DO UPDATE SET count = count + 1, sum_ms = sum_ms + excluded.sum_ms;
	INSERT INTO latency_month(month, tool, model, project, what, low_ms, count, sum_ms)
	SELECT NEW.day / 100, NEW.tool, coalesce(NEW.model, ''), coalesce(NEW.project, ''), 'call',
		(SELECT max(low_ms) FROM latency_bound WHERE low_ms <= NEW.duration_ms), 1, NEW.duration_ms
	WHERE NEW.calls > 0 AND NEW.duration_ms IS NOT NULL
	ON CONFLICT DO UPDATE SET count = count + 1, sum_ms = sum_ms + excluded.sum_ms;
	INSERT INTO latency(day, tool, model, project, what, low_ms, count, sum_ms)
	SELECT NEW.day, NEW.tool, coalesce(NEW.model, ''), coalesce(NEW.project, ''), 'ttft',
		(SELECT max(low_ms) FROM latency_bound WHERE low_ms <= NEW.ttft_ms), 1, NEW.ttft_ms
	WHERE NEW.calls > 0 AND NEW.ttft_ms IS NOT NULL
	ON CONFLICT DO UPDATE SET count = count + 1, sum_ms = sum_ms + excluded.sum_ms;
	INSERT INTO latency_month(month, tool, model, project, what, low_ms, count, sum_ms)
	SELECT NEW.day / 100, NEW.tool, coalesce(NEW.model, ''), coalesce(NEW.project, ''), 'ttft',
		(SELECT max(low_ms) FROM latency_bound WHERE low_ms <= NEW.ttft_ms), 1, NEW.ttft_ms
	WHERE NEW.calls > 0 AND NEW.ttft_ms IS NOT NULL
	ON CONFLICT DO UPDATE SET count = count + 1, sum_ms = sum_ms + excluded.sum_ms;
	INSERT INTO recent(quarter, day, tool, model, project, calls, tokens, nano_usd)
	VALUES(NEW.end_ms / 900000, NEW.day, NEW.tool, coalesce(NEW.model, ''),
		coalesce(NEW.project, ''), NEW.calls,
		NEW.input_tokens + NEW.cache_read_tokens + NEW.cache_write_5m_tokens
			+ NEW.cache_write_1h_tokens + NEW.cache_write_tokens + NEW.output_tokens,
		iif(NEW.cost_source IN ('r', 'e'), NEW.cost_nano_usd, 0))
	ON CONFLICT DO UPDATE SET calls = calls + excluded.calls,
		tokens = tokens + excluded.tokens, nano_usd = nano_usd + excluded.nano_usd;
END;

CREATE TRIGGER call_cost_changed AFTER UPDATE OF cost_nano_usd, cost_source ON call BEGIN
	UPDATE daily SET
		reported_nano_usd = reported_nano_usd
			- iif(OLD.cost_source IS 'r', OLD.cost_nano_usd, 0)
			+ iif(NEW.cost_source IS 'r', NEW.cost_nano_usd, 0),
		estimated_nano_usd = estimated_nano_usd
			- iif(OLD.cost_source IS 'e', OLD.cost_nano_usd, 0)
			+ iif(NEW.cost_source IS 'e', NEW.cost_nano_usd, 0),
		free_calls = free_calls - iif(OLD.cost_source IS 'f', OLD.calls, 0)
			+ iif(NEW.cost_source IS 'f', NEW.calls, 0),
		unpriced_calls = unpriced_calls - iif(OLD.cost_source IS 'u', OLD.calls, 0)
			+ iif(NEW.cost_source IS 'u', NEW.calls, 0),
		unpriced_tokens = unpriced_tokens
			+ ((NEW.cost_source IS 'u') - (OLD.cost_source IS 'u'))
			* (NEW.input_tokens + NEW.cache_read_tokens + NEW.cache_write_5m_tokens
				+ NEW.cache_write_1h_tokens + NEW.cache_write_tokens
				+ NEW.output_tokens)
	WHERE day = OLD.day AND tool = OLD.tool AND model = coalesce(OLD.model, '')
		AND project = coalesce(OLD.project, '');
	UPDATE recent SET nano_usd = nano_usd
		- iif(OLD.cost_source IN ('r', 'e'), OLD.cost_nano_usd, 0)
		+ iif(NEW.cost_source IN ('r', 'e'), NEW.cost_nano_usd, 0)
	WHERE quarter = OLD.end_ms / 900000 AND day = OLD.day AND tool = OLD.tool
		AND model = coalesce(OLD.model, '') AND project = coalesce(OLD.project, '');
	UPDATE session SET
		reported_nano_usd = reported_nano_usd
			- iif(OLD.cost_source IS 'r', OLD.cost_nano_usd, 0)
			+ iif(NEW.cost_source IS 'r', NEW.cost_nano_usd, 0),
		estimated_nano_usd = estimated_nano_usd
			- iif(OLD.cost_source IS 'e', OLD.cost_nano_usd, 0)
			+ iif(NEW.cost_source IS 'e', NEW.cost_nano_usd, 0),
		none_count = none_count - (OLD.cost_source IS NULL) + (NEW.cost_source IS NULL),
		reported_count = reported_count - (OLD.cost_source IS 'r')
			+ (NEW.cost_source IS 'r'),
		estimated_count = estimated_count - (OLD.cost_source IS 'e')
			+ (NEW.cost_source IS 'e'),
		free_count = free_count - (OLD.cost_source IS 'f') + (NEW.cost_source IS 'f'),
		unpriced_count = unpriced_count - (OLD.cost_source IS 'u')
			+ (NEW.cost_source IS 'u')
	WHERE row = NEW.session;
END;

CREATE TRIGGER call_moved AFTER UPDATE OF session ON call BEGIN
	UPDATE session SET
		calls = calls - OLD.calls,
		errors = errors - (OLD.fault IS NOT NULL),
		input_tokens = input_tokens - OLD.input_tokens,
		cache_read_tokens = cache_read_tokens - OLD.cache_read_tokens,
		cache_write_5m_tokens = cache_write_5m_tokens - OLD.cache_write_5m_tokens,
		cache_write_1h_tokens = cache_write_1h_tokens - OLD.cache_write_1h_tokens,
		cache_write_tokens = cache_write_tokens - OLD.cache_write_tokens,
		output_tokens = output_tokens - OLD.output_tokens,
		reasoning_tokens = reasoning_tokens - OLD.reasoning_tokens,
		reported_nano_usd = reported_nano_usd
			- iif(OLD.cost_source IS 'r', OLD.cost_nano_usd, 0),
		estimated_nano_usd = estimated_nano_usd
			- iif(OLD.cost_source IS 'e', OLD.cost_nano_usd, 0),
		none_count = none_count - (OLD.cost_source IS NULL),
		reported_count = reported_count - (OLD.cost_source IS 'r'),
		estimated_count = estimated_count - (OLD.cost_source IS 'e'),
		free_count = free_count - (OLD.cost_source IS 'f'),
		unpriced_count = unpriced_count - (OLD.cost_source IS 'u')
	WHERE row = OLD.session;
	UPDATE session SET
		calls = calls + NEW.calls,
		errors = errors + (NEW.fault IS NOT NULL),
		input_tokens = input_tokens + NEW.input_tokens,
		cache_read_tokens = cache_read_tokens + NEW.cache_read_tokens,
		cache_write_5m_tokens = cache_write_5m_tokens + NEW.cache_write_5m_tokens,
		cache_write_1h_tokens = cache_write_1h_tokens + NEW.cache_write_1h_tokens,
		cache_write_tokens = cache_write_tokens + NEW.cache_write_tokens,
		output_tokens = output_tokens + NEW.output_tokens,
		reasoning_tokens = reasoning_tokens + NEW.reasoning_tokens,
		reported_nano_usd = reported_nano_usd
			+ iif(NEW.cost_source IS 'r', NEW.cost_nano_usd, 0),
		estimated_nano_usd = estimated_nano_usd
			+ iif(NEW.cost_source IS 'e', NEW.cost_nano_usd, 0),
		none_count = none_count + (NEW.cost_source IS NULL),
		reported_count = reported_count + (NEW.cost_source IS 'r'),
		estimated_count = estimated_count + (NEW.cost_source IS 'e'),
		free_count = free_count + (NEW.cost_source IS 'f'),
		unpriced_count = unpriced_count + (NEW.cost_source IS 'u')
	WHERE row = NEW.session;
END;

-- ---- turns and tool calls

CREATE TRIGGER turn_added AFTER INSERT ON turn BEGIN
	INSERT INTO daily(day, tool, model, project, turns, worked_ms)
	VALUES(NEW.day, NEW.tool, coalesce(NEW.model, ''), coalesce(NEW.project, ''),
		1, coalesce(NEW.worked_ms, 0))
	ON CONFLICT(day, tool, model, project) DO UPDATE SET
		turns = turns + 1, worked_ms = worked_ms + excluded.worked_ms;
	UPDATE session SET
		worked_ms = worked_ms + coalesce(NEW.worked_ms, 0),
		last_seen_ms = max(last_seen_ms, NEW.end_ms),
		turns = max(turns, NEW.turn)
	WHERE row = NEW.session;
END;

CREATE TRIGGER tool_call_added AFTER INSERT ON tool_call BEGIN
	UPDATE session SET last_seen_ms = NEW.end_ms
	WHERE row = NEW.session AND last_seen_ms < NEW.end_ms - 1000;
	INSERT INTO recent_decision SELECT NEW.end_ms / 900000, NEW.name, NEW.decision,
		coalesce(NEW.decided_by, ''), 1, NEW.end_ms
	WHERE NEW.decision IS NOT NULL
	ON CONFLICT DO UPDATE SET count = count + 1, last_ms = max(last_ms, excluded.last_ms);
END;
CREATE TRIGGER mcp_call_added AFTER INSERT ON tool_call
WHEN NEW.name >= 'mcp__' AND NEW.name < 'mcp_`' BEGIN
	INSERT INTO mcp_daily SELECT day, server, low_ms, 1, is_error, ms FROM mcp_call
	WHERE row = NEW.row
	ON CONFLICT DO UPDATE SET calls = calls + 1, errors = errors + excluded.errors,
		sum_ms = sum_ms + excluded.sum_ms;
END;

-- one that is told again
CREATE TRIGGER decision_corrected AFTER UPDATE OF name, end_ms, decision, decided_by ON tool_call
WHEN (NEW.end_ms / 900000, NEW.name, NEW.decision, NEW.decided_by)
	IS NOT (OLD.end_ms / 900000, OLD.name, OLD.decision, OLD.decided_by) BEGIN
	UPDATE recent_decision SET count = count - 1
	WHERE quarter = OLD.end_ms / 900000 AND name = OLD.name AND decision = OLD.decision
		AND decided_by = coalesce(OLD.decided_by, '');
	INSERT INTO recent_decision SELECT NEW.end_ms / 900000, NEW.name, NEW.decision,
		coalesce(NEW.decided_by, ''), 1, NEW.end_ms
	WHERE NEW.decision IS NOT NULL
	ON CONFLICT DO UPDATE SET count = count + 1, last_ms = max(last_ms, excluded.last_ms);
END;
CREATE TRIGGER mcp_call_retold BEFORE UPDATE OF name, begin_ms, end_ms, outcome ON tool_call
WHEN OLD.name >= 'mcp__' AND OLD.name < 'mcp_`' BEGIN
	UPDATE mcp_daily SET (calls, errors, sum_ms) =
		(SELECT calls - 1, errors - is_error, sum_ms - ms FROM mcp_call WHERE row = OLD.row)
	WHERE (day, server, low_ms) =
		(SELECT day, server, low_ms FROM mcp_call WHERE row = OLD.row);
END;
CREATE TRIGGER mcp_call_corrected AFTER UPDATE OF name, begin_ms, end_ms, outcome ON tool_call
WHEN NEW.name >= 'mcp__' AND NEW.name < 'mcp_`' BEGIN
	INSERT INTO mcp_daily SELECT day, server, low_ms, 1, is_error, ms FROM mcp_call
	WHERE row = NEW.row
	ON CONFLICT DO UPDATE SET calls = calls + 1, errors = errors + excluded.errors,
		sum_ms = sum_ms + excluded.sum_ms;
END;
