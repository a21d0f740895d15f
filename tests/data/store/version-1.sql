-- A file of version 1, as sqlite3(1)'s .dump writes it.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE session(
	row INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	tool TEXT NOT NULL, -- the assistant: claude-code
	project TEXT,
	cwd TEXT,
	model TEXT,
	host TEXT,
	parent INTEGER, -- row of the session whose subagent it was, and which has its calls
	first_seen_ms INTEGER NOT NULL,
	last_seen_ms INTEGER NOT NULL,
	turns INTEGER NOT NULL DEFAULT 0, -- prompts
	-- totals, which outlive the rows they are the sums of
	worked_ms INTEGER NOT NULL DEFAULT 0,
	waited_ms INTEGER NOT NULL DEFAULT 0,
	calls INTEGER NOT NULL DEFAULT 0,
	errors INTEGER NOT NULL DEFAULT 0,
	input_tokens INTEGER NOT NULL DEFAULT 0,
	cache_read_tokens INTEGER NOT NULL DEFAULT 0,
	cache_write_5m_tokens INTEGER NOT NULL DEFAULT 0,
	cache_write_1h_tokens INTEGER NOT NULL DEFAULT 0,
	cache_write_tokens INTEGER NOT NULL DEFAULT 0,
	output_tokens INTEGER NOT NULL DEFAULT 0,
	reasoning_tokens INTEGER NOT NULL DEFAULT 0, -- of the output
	reported_nano_usd INTEGER NOT NULL DEFAULT 0,
	estimated_nano_usd INTEGER NOT NULL DEFAULT 0,
	-- rows of call by the source of their cost
	none_count INTEGER NOT NULL DEFAULT 0,
	reported_count INTEGER NOT NULL DEFAULT 0,
	estimated_count INTEGER NOT NULL DEFAULT 0,
	free_count INTEGER NOT NULL DEFAULT 0,
	unpriced_count INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO session VALUES(1,'a','claude-code','project','/home/me/project','claude-opus-4-1','desk',NULL,1773050400000,1773050400000,1,3000,3000,2,1,200,0,0,0,0,20,0,10000000,0,0,1,0,0,1);
CREATE TABLE call(
	row INTEGER PRIMARY KEY,
	session INTEGER NOT NULL, -- row
	id INTEGER NOT NULL, -- the same for the same call, whenever it is told
	calls INTEGER NOT NULL, -- 1; 0: what a counter has grown by
	end_ms INTEGER NOT NULL,
	day INTEGER NOT NULL,
	tool TEXT NOT NULL,
	project TEXT,
	model TEXT,
	turn INTEGER NOT NULL,
	actor TEXT, -- main, agent, side
	agent TEXT, -- the id of the subagent
	duration_ms INTEGER,
	ttft_ms INTEGER, -- to the first token
	input_tokens INTEGER NOT NULL,
	cache_read_tokens INTEGER NOT NULL,
	cache_write_5m_tokens INTEGER NOT NULL,
	cache_write_1h_tokens INTEGER NOT NULL,
	cache_write_tokens INTEGER NOT NULL,
	output_tokens INTEGER NOT NULL,
	reasoning_tokens INTEGER NOT NULL,
	cost_nano_usd INTEGER NOT NULL,
	cost_source TEXT, -- reported, estimated, free, unpriced; NULL: nothing was to pay
	estimate_nano_usd INTEGER, -- at list prices
	fault TEXT, -- NULL: it went well
	status INTEGER, -- of HTTP
	attempt INTEGER,
	plan TEXT, -- key, subscription, free
	speed TEXT
) STRICT;
INSERT INTO call VALUES(1,1,1,1,1773050400000,20260309,'claude-code','project','claude-opus-4-1',1,'main',NULL,1500,300,100,0,0,0,0,10,0,10000000,'reported',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO call VALUES(2,1,2,1,1773050400000,20260309,'claude-code','project','claude-opus-4-1',1,'main',NULL,1500,300,100,0,0,0,0,10,0,0,'unpriced',NULL,'http',500,NULL,NULL,NULL);
CREATE TABLE turn(
	row INTEGER PRIMARY KEY,
	session INTEGER NOT NULL,
	id INTEGER NOT NULL,
	turn INTEGER NOT NULL, -- of the session, from 1
	begin_ms INTEGER NOT NULL,
	end_ms INTEGER NOT NULL,
	day INTEGER NOT NULL,
	tool TEXT NOT NULL,
	project TEXT,
	model TEXT,
	worked_ms INTEGER,
	reason TEXT, -- how its end is known
	outcome TEXT,
	UNIQUE(session, id)
) STRICT;
INSERT INTO turn VALUES(1,1,5,1,1773050395000,1773050398000,20260309,'claude-code','project','claude-opus-4-1',3000,'turn_end','ok');
CREATE TABLE tool_call(
	row INTEGER PRIMARY KEY,
	session INTEGER NOT NULL,
	id INTEGER NOT NULL,
	turn INTEGER NOT NULL,
	actor TEXT,
	agent TEXT,
	name TEXT NOT NULL, -- of the tool: Bash, mcp__SERVER__TOOL
	begin_ms INTEGER NOT NULL,
	end_ms INTEGER NOT NULL,
	outcome TEXT,
	decision TEXT,
	decided_by TEXT,
	UNIQUE(session, id)
) STRICT;
INSERT INTO tool_call VALUES(1,1,5,1,'main',NULL,'Bash',1773050395000,1773050398000,'ok',NULL,NULL);
CREATE TABLE wait(
	row INTEGER PRIMARY KEY,
	session INTEGER NOT NULL,
	id INTEGER NOT NULL,
	turn INTEGER NOT NULL,
	actor TEXT,
	agent TEXT,
	kind TEXT NOT NULL, -- permission, question
	name TEXT, -- of the tool it is for
	begin_ms INTEGER NOT NULL,
	end_ms INTEGER NOT NULL,
	day INTEGER NOT NULL,
	tool TEXT NOT NULL, -- the assistant
	project TEXT,
	model TEXT,
	outcome TEXT,
	UNIQUE(session, id)
) STRICT;
INSERT INTO wait VALUES(1,1,5,1,'main',NULL,'permission',NULL,1773050395000,1773050398000,20260309,'claude-code','project','claude-opus-4-1','ok');
CREATE TABLE agent(
	row INTEGER PRIMARY KEY,
	session INTEGER NOT NULL,
	id INTEGER NOT NULL,
	turn INTEGER NOT NULL,
	agent TEXT, -- its id, as in the other tables
	name TEXT, -- its type
	begin_ms INTEGER NOT NULL,
	end_ms INTEGER NOT NULL,
	outcome TEXT,
	UNIQUE(session, id)
) STRICT;
INSERT INTO agent VALUES(1,1,5,1,NULL,NULL,1773050395000,1773050398000,'ok');
CREATE TABLE event(
	row INTEGER PRIMARY KEY,
	at_ms INTEGER NOT NULL,
	kind TEXT NOT NULL,
	session INTEGER,
	tool TEXT,
	project TEXT,
	detail TEXT -- a JSON object
) STRICT;
INSERT INTO event VALUES(1,1773050400000,'done',1,'claude-code','project','{"turn":"1"}');
CREATE TABLE daily(
	day INTEGER NOT NULL,
	tool TEXT NOT NULL,
	model TEXT NOT NULL,
	project TEXT NOT NULL,
	calls INTEGER NOT NULL DEFAULT 0,
	errors INTEGER NOT NULL DEFAULT 0,
	input_tokens INTEGER NOT NULL DEFAULT 0,
	cache_read_tokens INTEGER NOT NULL DEFAULT 0,
	cache_write_5m_tokens INTEGER NOT NULL DEFAULT 0,
	cache_write_1h_tokens INTEGER NOT NULL DEFAULT 0,
	cache_write_tokens INTEGER NOT NULL DEFAULT 0,
	output_tokens INTEGER NOT NULL DEFAULT 0,
	reasoning_tokens INTEGER NOT NULL DEFAULT 0,
	reported_nano_usd INTEGER NOT NULL DEFAULT 0,
	estimated_nano_usd INTEGER NOT NULL DEFAULT 0,
	free_calls INTEGER NOT NULL DEFAULT 0,
	unpriced_calls INTEGER NOT NULL DEFAULT 0,
	unpriced_tokens INTEGER NOT NULL DEFAULT 0,
	timed_calls INTEGER NOT NULL DEFAULT 0, -- of which duration_ms is the sum
	duration_ms INTEGER NOT NULL DEFAULT 0,
	turns INTEGER NOT NULL DEFAULT 0,
	worked_ms INTEGER NOT NULL DEFAULT 0,
	waited_ms INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY(day, tool, model, project)
) STRICT, WITHOUT ROWID;
INSERT INTO daily VALUES(20260309,'claude-code','claude-opus-4-1','project',2,1,200,0,0,0,0,20,0,10000000,0,0,1,110,2,3000,1,3000,3000);
CREATE TABLE latency(
	day INTEGER NOT NULL,
	tool TEXT NOT NULL,
	model TEXT NOT NULL,
	project TEXT NOT NULL,
	what TEXT NOT NULL, -- call, ttft, turn, tool
	low_ms INTEGER NOT NULL,
	count INTEGER NOT NULL,
	sum_ms INTEGER NOT NULL,
	PRIMARY KEY(day, tool, model, project, what, low_ms)
) STRICT, WITHOUT ROWID;
INSERT INTO latency VALUES(20260300,'claude-code','claude-opus-4-1','project','call',1500,2,3000);
INSERT INTO latency VALUES(20260300,'claude-code','claude-opus-4-1','project','tool',3000,1,3000);
INSERT INTO latency VALUES(20260300,'claude-code','claude-opus-4-1','project','ttft',300,2,600);
INSERT INTO latency VALUES(20260300,'claude-code','claude-opus-4-1','project','turn',3000,1,3000);
INSERT INTO latency VALUES(20260309,'claude-code','claude-opus-4-1','project','call',1500,2,3000);
INSERT INTO latency VALUES(20260309,'claude-code','claude-opus-4-1','project','tool',3000,1,3000);
INSERT INTO latency VALUES(20260309,'claude-code','claude-opus-4-1','project','ttft',300,2,600);
INSERT INTO latency VALUES(20260309,'claude-code','claude-opus-4-1','project','turn',3000,1,3000);
CREATE TABLE latency_bound(low_ms INTEGER PRIMARY KEY) STRICT;
INSERT INTO latency_bound VALUES(0);
INSERT INTO latency_bound VALUES(10);
INSERT INTO latency_bound VALUES(12);
INSERT INTO latency_bound VALUES(15);
INSERT INTO latency_bound VALUES(20);
INSERT INTO latency_bound VALUES(25);
INSERT INTO latency_bound VALUES(30);
INSERT INTO latency_bound VALUES(40);
INSERT INTO latency_bound VALUES(50);
INSERT INTO latency_bound VALUES(60);
INSERT INTO latency_bound VALUES(80);
INSERT INTO latency_bound VALUES(100);
INSERT INTO latency_bound VALUES(120);
INSERT INTO latency_bound VALUES(150);
INSERT INTO latency_bound VALUES(200);
INSERT INTO latency_bound VALUES(250);
INSERT INTO latency_bound VALUES(300);
INSERT INTO latency_bound VALUES(400);
INSERT INTO latency_bound VALUES(500);
INSERT INTO latency_bound VALUES(600);
INSERT INTO latency_bound VALUES(800);
INSERT INTO latency_bound VALUES(1000);
INSERT INTO latency_bound VALUES(1200);
INSERT INTO latency_bound VALUES(1500);
INSERT INTO latency_bound VALUES(2000);
INSERT INTO latency_bound VALUES(2500);
INSERT INTO latency_bound VALUES(3000);
INSERT INTO latency_bound VALUES(4000);
INSERT INTO latency_bound VALUES(5000);
INSERT INTO latency_bound VALUES(6000);
INSERT INTO latency_bound VALUES(8000);
INSERT INTO latency_bound VALUES(10000);
INSERT INTO latency_bound VALUES(12000);
INSERT INTO latency_bound VALUES(15000);
INSERT INTO latency_bound VALUES(20000);
INSERT INTO latency_bound VALUES(25000);
INSERT INTO latency_bound VALUES(30000);
INSERT INTO latency_bound VALUES(40000);
INSERT INTO latency_bound VALUES(50000);
INSERT INTO latency_bound VALUES(60000);
INSERT INTO latency_bound VALUES(80000);
INSERT INTO latency_bound VALUES(100000);
INSERT INTO latency_bound VALUES(120000);
INSERT INTO latency_bound VALUES(150000);
INSERT INTO latency_bound VALUES(200000);
INSERT INTO latency_bound VALUES(250000);
INSERT INTO latency_bound VALUES(300000);
INSERT INTO latency_bound VALUES(400000);
INSERT INTO latency_bound VALUES(500000);
INSERT INTO latency_bound VALUES(600000);
INSERT INTO latency_bound VALUES(800000);
INSERT INTO latency_bound VALUES(1000000);
INSERT INTO latency_bound VALUES(1200000);
INSERT INTO latency_bound VALUES(1500000);
INSERT INTO latency_bound VALUES(2000000);
INSERT INTO latency_bound VALUES(2500000);
INSERT INTO latency_bound VALUES(3000000);
INSERT INTO latency_bound VALUES(4000000);
INSERT INTO latency_bound VALUES(5000000);
INSERT INTO latency_bound VALUES(6000000);
INSERT INTO latency_bound VALUES(8000000);
CREATE TABLE mcp_connection(
	row INTEGER PRIMARY KEY,
	id INTEGER NOT NULL UNIQUE, -- the same for the same report, whenever it is told
	at_ms INTEGER NOT NULL,
	server TEXT, -- as in the names of its tools
	status TEXT NOT NULL, -- connected, failed, disconnected
	duration_ms INTEGER
) STRICT;
CREATE TABLE counter(
	name TEXT NOT NULL,
	labels TEXT NOT NULL, -- as /metrics prints them
	value INTEGER NOT NULL,
	created_ms INTEGER NOT NULL,
	PRIMARY KEY(name, labels)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_time ON session(last_seen_ms);
CREATE UNIQUE INDEX call_by_id ON call(session, id);
CREATE INDEX call_by_time ON call(end_ms);
CREATE INDEX call_of_fault ON call(end_ms, model, fault, status, project, tool) WHERE fault IS NOT NULL;
CREATE INDEX tool_call_of_mcp ON tool_call(name, end_ms, begin_ms, outcome)
	WHERE name >= 'mcp__' AND name < 'mcp_`';
CREATE INDEX event_by_time ON event(at_ms);
CREATE INDEX event_by_kind ON event(kind);
CREATE INDEX event_by_project ON event(project);
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
		iif(NEW.cost_source IS 'reported', NEW.cost_nano_usd, 0),
		iif(NEW.cost_source IS 'estimated', NEW.cost_nano_usd, 0),
		iif(NEW.cost_source IS 'free', NEW.calls, 0),
		iif(NEW.cost_source IS 'unpriced', NEW.calls, 0),
		iif(NEW.cost_source IS 'unpriced', NEW.input_tokens + NEW.cache_read_tokens
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
			+ iif(NEW.cost_source IS 'reported', NEW.cost_nano_usd, 0),
		estimated_nano_usd = estimated_nano_usd
			+ iif(NEW.cost_source IS 'estimated', NEW.cost_nano_usd, 0),
		none_count = none_count + (NEW.cost_source IS NULL),
		reported_count = reported_count + (NEW.cost_source IS 'reported'),
		estimated_count = estimated_count + (NEW.cost_source IS 'estimated'),
		free_count = free_count + (NEW.cost_source IS 'free'),
		unpriced_count = unpriced_count + (NEW.cost_source IS 'unpriced')
	WHERE row = NEW.session;
	-- a second more or less is not worth the work
	UPDATE session SET last_seen_ms = NEW.end_ms
	WHERE row = NEW.session AND last_seen_ms < NEW.end_ms - 1000;
	INSERT INTO latency(day, tool, model, project, what, low_ms, count, sum_ms)
	SELECT at.day, NEW.tool, coalesce(NEW.model, ''), coalesce(NEW.project, ''), 'call',
		(SELECT max(low_ms) FROM latency_bound WHERE low_ms <= NEW.duration_ms),
		1, NEW.duration_ms
	FROM (SELECT NEW.day AS day UNION ALL SELECT NEW.day / 100 * 100) AS at
	WHERE NEW.calls > 0 AND NEW.duration_ms IS NOT NULL
	ON CONFLICT(day, tool, model, project, what, low_ms) DO UPDATE SET
		count = count + 1, sum_ms = sum_ms + excluded.sum_ms;
	INSERT INTO latency(day, tool, model, project, what, low_ms, count, sum_ms)
	SELECT at.day, NEW.tool, coalesce(NEW.model, ''), coalesce(NEW.project, ''), 'ttft',
		(SELECT max(low_ms) FROM latency_bound WHERE low_ms <= NEW.ttft_ms),
		1, NEW.ttft_ms
	FROM (SELECT NEW.day AS day UNION ALL SELECT NEW.day / 100 * 100) AS at
	WHERE NEW.calls > 0 AND NEW.ttft_ms IS NOT NULL
	ON CONFLICT(day, tool, model, project, what, low_ms) DO UPDATE SET
		count = count + 1, sum_ms = sum_ms + excluded.sum_ms;
END
;
CREATE TRIGGER call_cost_changed AFTER UPDATE OF cost_nano_usd, cost_source ON call BEGIN
	UPDATE daily SET
		reported_nano_usd = reported_nano_usd
			- iif(OLD.cost_source IS 'reported', OLD.cost_nano_usd, 0)
			+ iif(NEW.cost_source IS 'reported', NEW.cost_nano_usd, 0),
		estimated_nano_usd = estimated_nano_usd
			- iif(OLD.cost_source IS 'estimated', OLD.cost_nano_usd, 0)
			+ iif(NEW.cost_source IS 'estimated', NEW.cost_nano_usd, 0),
		free_calls = free_calls - iif(OLD.cost_source IS 'free', OLD.calls, 0)
			+ iif(NEW.cost_source IS 'free', NEW.calls, 0),
		unpriced_calls = unpriced_calls - iif(OLD.cost_source IS 'unpriced', OLD.calls, 0)
			+ iif(NEW.cost_source IS 'unpriced', NEW.calls, 0),
		unpriced_tokens = unpriced_tokens
			+ ((NEW.cost_source IS 'unpriced') - (OLD.cost_source IS 'unpriced'))
			* (NEW.input_tokens + NEW.cache_read_tokens + NEW.cache_write_5m_tokens
				+ NEW.cache_write_1h_tokens + NEW.cache_write_tokens
				+ NEW.output_tokens)
	WHERE day = OLD.day AND tool = OLD.tool AND model = coalesce(OLD.model, '')
		AND project = coalesce(OLD.project, '');
	UPDATE session SET
		reported_nano_usd = reported_nano_usd
			- iif(OLD.cost_source IS 'reported', OLD.cost_nano_usd, 0)
			+ iif(NEW.cost_source IS 'reported', NEW.cost_nano_usd, 0),
		estimated_nano_usd = estimated_nano_usd
			- iif(OLD.cost_source IS 'estimated', OLD.cost_nano_usd, 0)
			+ iif(NEW.cost_source IS 'estimated', NEW.cost_nano_usd, 0),
		none_count = none_count - (OLD.cost_source IS NULL) + (NEW.cost_source IS NULL),
		reported_count = reported_count - (OLD.cost_source IS 'reported')
			+ (NEW.cost_source IS 'reported'),
		estimated_count = estimated_count - (OLD.cost_source IS 'estimated')
			+ (NEW.cost_source IS 'estimated'),
		free_count = free_count - (OLD.cost_source IS 'free') + (NEW.cost_source IS 'free'),
		unpriced_count = unpriced_count - (OLD.cost_source IS 'unpriced')
			+ (NEW.cost_source IS 'unpriced')
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
			- iif(OLD.cost_source IS 'reported', OLD.cost_nano_usd, 0),
		estimated_nano_usd = estimated_nano_usd
			- iif(OLD.cost_source IS 'estimated', OLD.cost_nano_usd, 0),
		none_count = none_count - (OLD.cost_source IS NULL),
		reported_count = reported_count - (OLD.cost_source IS 'reported'),
		estimated_count = estimated_count - (OLD.cost_source IS 'estimated'),
		free_count = free_count - (OLD.cost_source IS 'free'),
		unpriced_count = unpriced_count - (OLD.cost_source IS 'unpriced')
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
			+ iif(NEW.cost_source IS 'reported', NEW.cost_nano_usd, 0),
		estimated_nano_usd = estimated_nano_usd
			+ iif(NEW.cost_source IS 'estimated', NEW.cost_nano_usd, 0),
		none_count = none_count + (NEW.cost_source IS NULL),
		reported_count = reported_count + (NEW.cost_source IS 'reported'),
		estimated_count = estimated_count + (NEW.cost_source IS 'estimated'),
		free_count = free_count + (NEW.cost_source IS 'free'),
		unpriced_count = unpriced_count + (NEW.cost_source IS 'unpriced')
	WHERE row = NEW.session;
END;
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
	INSERT INTO latency(day, tool, model, project, what, low_ms, count, sum_ms)
	SELECT at.day, NEW.tool, coalesce(NEW.model, ''), coalesce(NEW.project, ''), 'turn',
		(SELECT max(low_ms) FROM latency_bound WHERE low_ms <= NEW.worked_ms),
		1, NEW.worked_ms
	FROM (SELECT NEW.day AS day UNION ALL SELECT NEW.day / 100 * 100) AS at
	WHERE NEW.worked_ms IS NOT NULL
	ON CONFLICT(day, tool, model, project, what, low_ms) DO UPDATE SET
		count = count + 1, sum_ms = sum_ms + excluded.sum_ms;
END
;
CREATE TRIGGER turn_corrected AFTER UPDATE ON turn BEGIN
	UPDATE daily SET
		turns = turns - 1,
		worked_ms = worked_ms - coalesce(OLD.worked_ms, 0)
	WHERE day = OLD.day AND tool = OLD.tool AND model = coalesce(OLD.model, '')
		AND project = coalesce(OLD.project, '');
	INSERT INTO daily(day, tool, model, project, turns, worked_ms)
	VALUES(NEW.day, NEW.tool, coalesce(NEW.model, ''), coalesce(NEW.project, ''),
		1, coalesce(NEW.worked_ms, 0))
	ON CONFLICT(day, tool, model, project) DO UPDATE SET
		turns = turns + 1, worked_ms = worked_ms + excluded.worked_ms;
	UPDATE session SET
		worked_ms = worked_ms - coalesce(OLD.worked_ms, 0) + coalesce(NEW.worked_ms, 0)
	WHERE row = NEW.session;
END;
CREATE TRIGGER turn_absorbed AFTER DELETE ON turn
WHEN (SELECT parent FROM session WHERE row = OLD.session) IS NOT NULL BEGIN
	UPDATE daily SET
		turns = turns - 1,
		worked_ms = worked_ms - coalesce(OLD.worked_ms, 0)
	WHERE day = OLD.day AND tool = OLD.tool AND model = coalesce(OLD.model, '')
		AND project = coalesce(OLD.project, '');
END;
CREATE TRIGGER wait_added AFTER INSERT ON wait BEGIN
	INSERT INTO daily(day, tool, model, project, waited_ms)
	VALUES(NEW.day, NEW.tool, coalesce(NEW.model, ''), coalesce(NEW.project, ''),
		NEW.end_ms - NEW.begin_ms)
	ON CONFLICT(day, tool, model, project) DO UPDATE SET
		waited_ms = waited_ms + excluded.waited_ms;
	UPDATE session SET
		waited_ms = waited_ms + NEW.end_ms - NEW.begin_ms,
		last_seen_ms = max(last_seen_ms, NEW.end_ms)
	WHERE row = NEW.session;
END;
CREATE TRIGGER wait_corrected
AFTER UPDATE OF begin_ms, end_ms, day, tool, project, model ON wait BEGIN
	UPDATE daily SET waited_ms = waited_ms - (OLD.end_ms - OLD.begin_ms)
	WHERE day = OLD.day AND tool = OLD.tool AND model = coalesce(OLD.model, '')
		AND project = coalesce(OLD.project, '');
	INSERT INTO daily(day, tool, model, project, waited_ms)
	VALUES(NEW.day, NEW.tool, coalesce(NEW.model, ''), coalesce(NEW.project, ''),
		NEW.end_ms - NEW.begin_ms)
	ON CONFLICT(day, tool, model, project) DO UPDATE SET
		waited_ms = waited_ms + excluded.waited_ms;
	UPDATE session SET
		waited_ms = waited_ms - (OLD.end_ms - OLD.begin_ms) + (NEW.end_ms - NEW.begin_ms)
	WHERE row = NEW.session;
END;
CREATE TRIGGER wait_moved AFTER UPDATE OF session ON wait BEGIN
	UPDATE session SET waited_ms = waited_ms - (OLD.end_ms - OLD.begin_ms)
	WHERE row = OLD.session;
	UPDATE session SET waited_ms = waited_ms + (NEW.end_ms - NEW.begin_ms)
	WHERE row = NEW.session;
END;
CREATE TRIGGER tool_call_added AFTER INSERT ON tool_call BEGIN
	UPDATE session SET last_seen_ms = NEW.end_ms
	WHERE row = NEW.session AND last_seen_ms < NEW.end_ms - 1000;
	INSERT INTO latency(day, tool, model, project, what, low_ms, count, sum_ms)
	SELECT at.day, tool, coalesce(model, ''), coalesce(project, ''), 'tool',
		(SELECT max(low_ms) FROM latency_bound WHERE low_ms <= NEW.end_ms - NEW.begin_ms),
		1, NEW.end_ms - NEW.begin_ms
	FROM session, (
		SELECT CAST(strftime('%Y%m%d', NEW.end_ms / 1000, 'unixepoch', 'localtime') AS INTEGER)
			AS day
		UNION ALL
		SELECT CAST(strftime('%Y%m00', NEW.end_ms / 1000, 'unixepoch', 'localtime') AS INTEGER)
	) AS at
	WHERE row = NEW.session
	ON CONFLICT(day, tool, model, project, what, low_ms) DO UPDATE SET
		count = count + 1, sum_ms = sum_ms + excluded.sum_ms;
END;
CREATE VIEW invocations AS SELECT
	call.row AS id,
	session.id || ':' || printf('%016x', call.id) AS invocation_id,
	strftime('%Y-%m-%dT%H:%M:%S', end_ms / 1000, 'unixepoch')
		|| printf('.%03dZ', end_ms % 1000) AS timestamp,
	call.project AS agent_name,
	call.tool AS tool_name,
	call.tool AS tool,
	call.model AS model_name,
	call.model AS model,
	call.input_tokens + call.cache_read_tokens + call.cache_write_5m_tokens
		+ call.cache_write_1h_tokens + call.cache_write_tokens AS prompt_tokens,
	call.output_tokens AS completion_tokens,
	call.input_tokens + call.cache_read_tokens + call.cache_write_5m_tokens
		+ call.cache_write_1h_tokens + call.cache_write_tokens + call.output_tokens AS total_tokens,
	call.input_tokens + call.cache_read_tokens + call.cache_write_5m_tokens
		+ call.cache_write_1h_tokens + call.cache_write_tokens + call.output_tokens AS tokens,
	cost_nano_usd / 1e9 AS cost_usd,
	cost_nano_usd / 1e9 AS cost,
	duration_ms AS latency_ms,
	iif(fault IS NULL, 'success', 'error') AS status,
	fault || coalesce(' ' || call.status, '') AS error_message,
	'metadata' AS privacy_level
FROM call LEFT JOIN session ON session.row = call.session;
CREATE VIEW daily_costs AS SELECT
	date,
	total_cost_usd AS total_cost,
	total_cost_usd,
	total_tokens,
	invocations AS invocation_count,
	invocations
FROM (
	SELECT printf('%04d-%02d-%02d', day / 10000, day / 100 % 100, day % 100) AS date,
		sum(reported_nano_usd + estimated_nano_usd) / 1e9 AS total_cost_usd,
		sum(input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens
			+ cache_write_tokens + output_tokens) AS total_tokens,
		sum(calls) AS invocations
	FROM daily GROUP BY day
);
CREATE VIEW daily_costs_by_model AS SELECT
	printf('%04d-%02d-%02d', day / 10000, day / 100 % 100, day % 100) AS date,
	project AS agent_name,
	tool AS tool_name,
	model AS model_name,
	calls AS invocations,
	input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens
		+ cache_write_tokens + output_tokens AS total_tokens,
	(reported_nano_usd + estimated_nano_usd) / 1e9 AS total_cost_usd
FROM daily;
PRAGMA application_id = 1329678669;
PRAGMA user_version = 1;
COMMIT;
