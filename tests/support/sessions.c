#include "support/sessions.h"

const struct instant sessions_now = {.mono_ms = 1000, .wall_ms = 1734350400123};

static const struct assistant claude = {
	.name = STR_INIT("claude-code"),
	.title = STR_INIT("Claude Code"),
};

struct session sessions_bare(void)
{
	static char id[] = "s1", assistant_name[] = "claude-code";
	return (struct session){
		.id = id,
		.assistant_name = assistant_name,
		.assistant = &claude,
		.state = SESSION_WORKING,
		.reason = SESSION_REASON_PROMPT,
		.since_ms = 1734350400000,
		.turn = 1,
		.worked_ms = -1,
	};
}

struct session sessions_full(void)
{
	static char project[] = "webshop", cwd[] = "/home/dev/src/webshop",
		    model[] = "claude-sonnet-5";
	struct session s = sessions_bare();
	s.project = project;
	s.cwd = cwd;
	s.model = model;
	s.pid = 4711;
	s.turn = 3;
	s.doing = SESSION_DOING_TOOL;
	s.doing_tool = "Bash";
	s.has_usage = true;
	s.usage = (struct usage){.tokens = {[USAGE_INPUT] = 1500,
					 [USAGE_CACHE_READ] = 11000,
					 [USAGE_CACHE_WRITE] = 400,
					 [USAGE_CACHE_WRITE_1H] = 600,
					 [USAGE_OUTPUT] = 500,
					 [USAGE_REASONING] = 120},
		.cost_nano_usd = 42100000,
		.has_cost = true};
	s.costs[SESSION_COST_REPORTED] = (struct session_sum){42100000, 3};
	return s;
}

struct session_change sessions_change(const struct session *s, enum session_state previous)
{
	return (struct session_change){.session = s, .previous = previous};
}
