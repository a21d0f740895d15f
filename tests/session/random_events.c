#include "random_events.h"

#include "base/mem.h"
#include "event/assistant.h"

static const struct assistant *const assistants[] = {&assistant_claude, &assistant_codex,
	&assistant_codex_server, &assistant_gemini, &assistant_qwen, &assistant_copilot,
	&assistant_opencode, &assistant_unknown};
static const char *const calls[] = {"", "t1", "t2", "t3"};
static const char *const agents[] = {"", "", "a1", "a2", "b", "c"}; // two are sessions as well
static const char *const requests[] = {"", "", "r1", "r2", "r3", "r4"};
static const char *const models[] = {"", "claude-opus-5-5", "gpt-5.1-codex", "unheard-of"};
static const char *const call_names[] = {"Bash", "Agent", "AskUserQuestion", ""};

const char *const random_ids[RANDOM_SESSIONS] = {"a", "b", "c", "d"};

unsigned random_pick(unsigned *seed, unsigned most)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % most;
}

static bool one_of(unsigned *seed, unsigned count)
{
	return random_pick(seed, count) == 0;
}

static struct str word(unsigned *seed, const char *const *words, unsigned count)
{
	return str_from(words[random_pick(seed, count)]);
}

static const struct event_tasks *random_tasks(unsigned *seed)
{
	static const struct event_tasks lists[] = {
		{.agent_count = 0},
		{.background = 2},
		{.agents = {1, 2, 3}, .agent_count = 3, .background = 1},
	};
	unsigned list = random_pick(seed, ARRAY_SIZE(lists) + 1);
	return list < ARRAY_SIZE(lists) ? &lists[list] : NULL;
}

static int64_t random_time(unsigned *seed, struct instant now)
{
	int64_t age_ms = one_of(seed, 8) ? (int64_t)random_pick(seed, 8000000) - 4000000
					 : (int64_t)random_pick(seed, 6000);
	int64_t time_ns = (now.wall_ms - age_ms) * 1000000 + (int64_t)random_pick(seed, 1000);
	return one_of(seed, 20) ? 0 : time_ns;
}

static struct usage random_usage(unsigned *seed)
{
	static const int64_t figures[] = {0, 1, 100, 1000, USAGE_MAX_TOKENS};
	struct usage usage = {
		.cost_nano_usd = random_pick(seed, 1000000), .has_cost = one_of(seed, 2)};
	for (unsigned i = 0; i < USAGE_CLASS_COUNT; i++) {
		usage.tokens[i] = figures[random_pick(seed, ARRAY_SIZE(figures))];
	}
	if (!usage.has_cost) {
		usage.cost_nano_usd = 0;
	} else if (one_of(seed, 10)) {
		usage.cost_nano_usd = USAGE_MAX_NANO_USD;
	}
	return usage;
}

static struct event_model_call random_call(unsigned *seed)
{
	return (struct event_model_call){
		.ended = one_of(seed, 2),
		.is_timed = true,
		.ttft_ms = -1,
		.fault = one_of(seed, 4) ? EVENT_FAULT_RATE_LIMIT : EVENT_FAULT_NONE,
		.plan = (enum event_plan)random_pick(seed, 4),
	};
}

struct event random_event(unsigned *seed, struct instant now)
{
	unsigned session = random_pick(seed, RANDOM_SESSIONS);
	unsigned other = random_pick(seed, 2);
	struct event e = {
		.kind = (enum event_kind)(1 + random_pick(seed, EVENT_KIND_COUNT - 1)),
		.source = (enum event_source)random_pick(seed, EVENT_SOURCE_COUNT),
		.attention = (enum event_attention)random_pick(seed, EVENT_ATTENTION_IDLE + 1),
		.actor = (enum event_actor)random_pick(seed, EVENT_BY_UNKNOWN + 1),
		.next = (enum event_next)random_pick(seed, EVENT_NEXT_USER + 1),
		.leave = (enum event_leave)random_pick(seed, EVENT_LEAVE_GIVEN + 1),
		.assistant = assistants[(session + other) % ARRAY_SIZE(assistants)],
		.assistant_name = STR("tool"),
		.session_id = str_from(random_ids[session]),
		.time_ns = random_time(seed, now),
		.sequence = session % 2 == 0 ? -1 : (int64_t)random_pick(seed, 100),
		.tells_text = one_of(seed, 8),
		.unattended = one_of(seed, 5),
		.may_be_side = one_of(seed, 20),
		.is_top_level = one_of(seed, 2),
		.proves_work = one_of(seed, 2),
		.failed = one_of(seed, 5),
		.continues = one_of(seed, 5),
		.starts_session = one_of(seed, 10),
		.client_stays = one_of(seed, 3),
		.is_final = one_of(seed, 2),
		.is_retried = one_of(seed, 8),
		.is_vague = one_of(seed, 3),
		.tells_failures = one_of(seed, 4),
		.by_user = one_of(seed, 3),
		.runs_on = one_of(seed, 8),
		.is_agent_tool = one_of(seed, 4),
		.cumulative = one_of(seed, 4),
		.agent_id = word(seed, agents, ARRAY_SIZE(agents)),
		.tasks = random_tasks(seed),
		.call_id = word(seed, calls, ARRAY_SIZE(calls)),
		.call_name = word(seed, call_names, ARRAY_SIZE(call_names)),
		.series = random_pick(seed, 3),
		.has_usage = one_of(seed, 3),
		.costs_apart = one_of(seed, 5),
		.usage = random_usage(seed),
		.model_call = random_call(seed),
		.request_id = word(seed, requests, ARRAY_SIZE(requests)),
		.model = word(seed, models, ARRAY_SIZE(models)),
	};
	if (one_of(seed, 30)) {
		e.parent_id = str_from(random_ids[random_pick(seed, RANDOM_SESSIONS)]);
	}
	if (one_of(seed, 30)) {
		e.child_id = str_from(random_ids[random_pick(seed, RANDOM_SESSIONS)]);
	}
	e.begin_ns = e.time_ns - (int64_t)random_pick(seed, 5000) * 1000000;
	return e;
}
