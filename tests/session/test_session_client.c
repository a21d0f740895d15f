/* A client whose hooks tell the truth, at random, beside others that tell nonsense and on a clock
 * that is set: what is shown of it is what it does. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "event/assistant.h"
#include "random_events.h"
#include "session/session_tracker.h"
#include "support/suite.h"

enum { ROUNDS = 150, STEPS = 150, MAIN = 0, AGENTS = 3, CALLS = 8, TOLD = 2048, LATE = 32 };

/* Calls of one answer begin within this time; then what waits is waited for. */
static const int64_t one_answer_ms = 1000;

/* Whoever waits longer has sent what was written down. */
static const int64_t batch_ms = 1000;

struct open_call {
	unsigned number, actor;
	const char *name;
	enum event_attention attention;
	int64_t asked_ms;
};

/* What its telemetry tells with the next batch. */
struct late_event {
	struct event e;
	char call_id[16];
};

struct told {
	enum session_state state;
	enum session_attention attention;
};

struct client {
	struct session_tracker *tracker;
	const struct assistant *assistant;
	struct instant now;
	unsigned random;
	bool sets_clock;

	/* what it does */
	bool works[1 + AGENTS];
	struct open_call calls[CALLS];
	unsigned call_count, tool_calls_so_far;
	unsigned background;
	enum session_attention end; // of its last turn
	bool goes_on;               // it has gone on after an end, and may do so again

	struct late_event late[LATE];
	unsigned late_count;
	int64_t sequence;

	struct told told[TOLD];
	unsigned told_count;
};

static unsigned pick(struct client *c, unsigned most)
{
	return random_pick(&c->random, most);
}

static void on_change(const struct session_change *change, void *data)
{
	struct client *c = data;
	const struct session *s = change->session;
	ck_assert_msg(strncmp(s->id, "agent-", 6) != 0, "a subagent is no session");
	struct told told = {s->state, s->attention};
	if (strcmp(s->id, "client") != 0 ||
		(c->told_count > 0 &&
			memcmp(&told, &c->told[c->told_count - 1], sizeof(told)) == 0)) {
		return;
	}
	ck_assert_uint_lt(c->told_count, TOLD);
	c->told[c->told_count++] = told;
}

/* ---- what must be shown */

static enum event_attention most_urgent(const struct client *c)
{
	enum event_attention attention = EVENT_ATTENTION_NONE;
	for (unsigned i = 0; i < c->call_count; i++) {
		if (c->calls[i].attention != EVENT_ATTENTION_NONE &&
			attention != EVENT_ATTENTION_PERMISSION) {
			attention = c->calls[i].attention;
		}
	}
	return attention;
}

static bool anybody_works(const struct client *c)
{
	bool works = false;
	for (unsigned actor = MAIN; actor <= AGENTS; actor++) {
		works = works || c->works[actor];
	}
	return works;
}

static void check_end(const struct client *c, const struct session *s)
{
	ck_assert(s->state == SESSION_COMPLETED || s->state == SESSION_IDLE);
	ck_assert(s->attention == SESSION_ATTENTION_NONE || s->attention == c->end);
	ck_assert_uint_eq(s->background, c->background);
}

static void check(const struct client *c)
{
	const struct session *s = session_tracker_find(c->tracker, STR("client"));
	enum event_attention attention = most_urgent(c);
	if (s == NULL) {
		ck_assert(!anybody_works(c));
	} else if (attention != EVENT_ATTENTION_NONE) {
		ck_assert_int_eq(s->state, SESSION_WAITING);
		ck_assert_int_eq(s->attention, attention == EVENT_ATTENTION_PERMISSION
						       ? SESSION_ATTENTION_PERMISSION
						       : SESSION_ATTENTION_QUESTION);
	} else if (anybody_works(c)) {
		ck_assert_int_eq(s->state, SESSION_WORKING);
		ck_assert(s->attention == SESSION_ATTENTION_NONE ||
			  s->attention == SESSION_ATTENTION_STALLED);
	} else {
		check_end(c, s);
	}
}

/* ---- time, and what is sent */

static void pass(struct client *c, int64_t ms)
{
	int64_t until_ms = c->now.mono_ms + ms, due_ms;
	while ((due_ms = session_tracker_next_deadline(c->tracker)) <= until_ms) {
		c->now.wall_ms += due_ms - c->now.mono_ms;
		c->now.mono_ms = due_ms;
		session_tracker_tick(c->tracker, c->now);
	}
	c->now.wall_ms += until_ms - c->now.mono_ms;
	c->now.mono_ms = until_ms;
}

/* Its telemetry, on the clock on which it was written. */
static void send_late(struct client *c)
{
	struct event events[LATE];
	struct session_batch batch = {.events = events,
		.count = c->late_count,
		.record_count = c->late_count,
		.connection = 9};
	for (unsigned i = 0; i < c->late_count; i++) {
		struct event *e = &events[i];
		*e = c->late[i].e;
		e->order = i;
		e->call_id = str_from(c->late[i].call_id);
		batch.oldest_ns = i == 0 || e->time_ns < batch.oldest_ns ? e->time_ns
									 : batch.oldest_ns;
		batch.newest_ns = e->time_ns > batch.newest_ns ? e->time_ns : batch.newest_ns;
	}
	c->late_count = 0;
	if (batch.count > 0) {
		session_tracker_handle_batch(c->tracker, &batch, c->now);
	}
}

static void pass_time(struct client *c, int64_t ms)
{
	if (ms < batch_ms) {
		pass(c, ms);
		return;
	}
	pass(c, batch_ms);
	send_late(c);
	pass(c, ms - batch_ms);
}

static void send(struct client *c, struct event e)
{
	struct session_batch batch = {.events = &e, .count = 1, .record_count = 1};
	e.assistant = c->assistant;
	e.assistant_name = c->assistant->name;
	e.sequence = -1;
	if (e.source != EVENT_FROM_HOOK) {
		e.time_ns = batch.oldest_ns = batch.newest_ns = c->now.wall_ms * 1000000;
	}
	session_tracker_handle_batch(c->tracker, &batch, c->now);
}

static struct str agent_id(unsigned actor)
{
	static const char *const ids[] = {"", "agent-1", "agent-2", "agent-3"};
	return str_from(ids[actor]);
}

static struct event hook(enum event_kind kind, unsigned actor)
{
	return (struct event){
		.kind = kind,
		.source = EVENT_FROM_HOOK,
		.actor = actor == MAIN ? EVENT_BY_MAIN : EVENT_BY_AGENT,
		.session_id = STR("client"),
		.agent_id = agent_id(actor),
	};
}

/* Its telemetry will tell of that, which happened some ms after now. */
static void write_down(struct client *c, enum event_kind kind, unsigned actor, const char *name,
	const char *call_id, int64_t after_ms)
{
	if (c->late_count == LATE) {
		send_late(c);
	}
	struct late_event *late = &c->late[c->late_count++];
	int64_t time_ns = (c->now.wall_ms + after_ms) * 1000000;
	late->e = (struct event){
		.kind = kind,
		.source = EVENT_FROM_LOGS,
		.actor = actor == MAIN ? EVENT_BY_MAIN : EVENT_BY_AGENT,
		.assistant = c->assistant,
		.assistant_name = c->assistant->name,
		.session_id = STR("client"),
		.agent_id = agent_id(actor),
		.call_name = str_from(name),
		.time_ns = time_ns,
		.begin_ns = kind == EVENT_MODEL_END ? time_ns - 2000000 : time_ns,
		.sequence = c->sequence++,
	};
	(void)snprintf(late->call_id, sizeof(late->call_id), "%s", call_id);
}

/* Two programs may run the same hook. */
static void send_hook(struct client *c, struct event e)
{
	bool twice = pick(c, 8) == 0 && e.kind != EVENT_PROMPT;
	for (int i = 0; i < 1 + twice; i++) {
		send(c, e);
		pass_time(c, 5);
	}
	check(c);
}

static void send_call(struct client *c, enum event_kind kind, const struct open_call *call)
{
	char id[16];
	struct event e = hook(kind, call->actor);
	(void)snprintf(id, sizeof(id), "call-%u", call->number);
	e.call_id = kind == EVENT_ASKS ? STR("") : str_from(id); // a request names the tool only
	e.call_name = str_from(call->name);
	e.attention = kind == EVENT_ASKS ? call->attention : EVENT_ATTENTION_NONE;
	send_hook(c, e);
}

/* ---- what it does */

static void drop_calls(struct client *c, unsigned actor)
{
	unsigned kept = 0;
	for (unsigned i = 0; i < c->call_count; i++) {
		if (c->calls[i].actor != actor) {
			c->calls[kept++] = c->calls[i];
		}
	}
	c->call_count = kept;
}

static void prompt(struct client *c)
{
	c->works[MAIN] = true;
	drop_calls(c, MAIN); // it answers, or sends the model elsewhere
	write_down(c, EVENT_PROMPT, MAIN, "", "", 2);
	send_hook(c, hook(EVENT_PROMPT, MAIN));
}

static const struct open_call *last_of(const struct client *c, unsigned actor)
{
	const struct open_call *last = NULL;
	for (unsigned i = 0; i < c->call_count; i++) {
		last = c->calls[i].actor == actor ? &c->calls[i] : last;
	}
	return last;
}

static bool waits(const struct client *c, unsigned actor, int64_t longer_than_ms)
{
	for (unsigned i = 0; i < c->call_count; i++) {
		const struct open_call *call = &c->calls[i];
		if (call->actor == actor && call->attention != EVENT_ATTENTION_NONE &&
			c->now.mono_ms - call->asked_ms > longer_than_ms) {
			return true;
		}
	}
	return false;
}

static void begin_call(struct client *c, unsigned actor)
{
	static const char *const names[] = {"Bash", "Write", "AskUserQuestion"};
	unsigned name = pick(c, ARRAY_SIZE(names));
	/* who waits begins nothing but the other calls of the same answer */
	if (c->works[actor] && c->call_count < CALLS && !waits(c, actor, one_answer_ms)) {
		bool told = actor == MAIN ||
			    !c->assistant->agents_converse; // else by its own session
		if (told && last_of(c, actor) == NULL) {
			write_down(c, EVENT_MODEL_END, actor, "", "", -1);
		}
		struct open_call *call = &c->calls[c->call_count++];
		*call = (struct open_call){
			.number = c->tool_calls_so_far++, .actor = actor, .name = names[name]};
		send_call(c, EVENT_TOOL_BEGIN, call);
	}
}

/* The last open call of that tool and actor asks. */
static void ask(struct client *c)
{
	const struct open_call *any = c->call_count > 0 ? &c->calls[pick(c, c->call_count)] : NULL;
	struct open_call *call = NULL;
	for (unsigned i = 0; i < c->call_count && any != NULL; i++) {
		struct open_call *other = &c->calls[i];
		bool same = other->actor == any->actor && strcmp(other->name, any->name) == 0;
		if (same && other->attention != EVENT_ATTENTION_NONE) {
			return; // a hook that comes twice could not be told from a second request
		}
		call = same ? other : call;
	}
	if (call != NULL) {
		bool question = strcmp(call->name, "AskUserQuestion") == 0;
		call->attention = question ? EVENT_ATTENTION_QUESTION : EVENT_ATTENTION_PERMISSION;
		call->asked_ms = c->now.mono_ms;
		struct event e = hook(EVENT_ASKS, call->actor);
		e.call_name = str_from(call->name);
		e.attention = call->attention;
		send(c, e);
		pass_time(c, 5);
		check(c);
	}
}

/* A notification that names nothing confirms what was asked. */
static void notify(struct client *c, enum event_attention attention)
{
	bool runs = c->call_count > 0 || !c->works[MAIN];
	bool asks = most_urgent(c) != EVENT_ATTENTION_NONE && c->works[MAIN];
	if (attention == EVENT_ATTENTION_IDLE ? runs : asks) {
		struct event e = hook(EVENT_ASKS, MAIN);
		e.attention = attention;
		e.is_vague = true;
		send_hook(c, e);
	}
}

static void write_down_end(struct client *c, enum event_kind kind, const struct open_call *call)
{
	char id[16];
	(void)snprintf(id, sizeof(id), "call-%u", call->number);
	if (kind == EVENT_TOOL_END) {
		write_down(c, EVENT_TOOL_BEGIN, call->actor, call->name, id, -2);
		c->late[c->late_count - 1].e.by_user = call->attention != EVENT_ATTENTION_NONE;
	}
	write_down(c, kind, call->actor, call->name, id, -1);
}

static void end_call(struct client *c, enum event_kind kind)
{
	if (c->call_count > 0) {
		unsigned at = pick(c, c->call_count);
		struct open_call call = c->calls[at];
		memmove(&c->calls[at], &c->calls[at + 1],
			(--c->call_count - at) * sizeof(c->calls[0])); // the oldest first
		write_down_end(c, kind, &call);
		send_call(c, kind, &call);
	}
}

static void begin_agent(struct client *c)
{
	unsigned actor = 1 + pick(c, AGENTS);
	if (c->works[MAIN] && !c->works[actor]) {
		send_late(c); // of the one that had its id before
		c->works[actor] = true;
		send_hook(c, hook(EVENT_AGENT_BEGIN, actor));
	}
}

/* The last one to come back wakes main, or nobody. */
static void end_agent(struct client *c)
{
	unsigned actor = 1 + pick(c, AGENTS);
	if (!c->works[actor]) {
		return;
	}
	drop_calls(c, actor);
	write_down(c, EVENT_AGENT_END, actor, "", "", 1);
	send(c, hook(EVENT_AGENT_END, actor));
	c->works[actor] = false;
	if (anybody_works(c)) {
		send_hook(c, hook(EVENT_AGENT_END, actor)); // a second time is nothing
	} else if (pick(c, 2) == 0) {
		pass_time(c, 100);
		prompt(c);
	} else {
		c->end = SESSION_ATTENTION_DONE;
		pass_time(c, 2500);
		check(c);
	}
}

/* Its list is the truth; the end of a subagent may have been lost. */
static void stop(struct client *c)
{
	struct event_tasks tasks = {.background = pick(c, 3)};
	struct event e = hook(EVENT_TURN_END, MAIN);
	if (!c->works[MAIN]) {
		return;
	}
	for (unsigned actor = 1; actor <= AGENTS; actor++) {
		if (c->works[actor] && most_urgent(c) == EVENT_ATTENTION_NONE && pick(c, 4) == 0) {
			c->works[actor] = false;
			drop_calls(c, actor);
		}
		if (c->works[actor]) {
			tasks.agents[tasks.agent_count++] = str_hash(agent_id(actor));
		}
	}
	c->works[MAIN] = false;
	drop_calls(c, MAIN);
	c->background = tasks.background;
	c->end = SESSION_ATTENTION_DONE;
	e.is_top_level = e.proves_work = true;
	e.tasks = &tasks;
	write_down(c, EVENT_MODEL_END, MAIN, "", "", -1);
	c->late[c->late_count - 1].e.next = EVENT_NEXT_USER;
	if (c->goes_on) {
		send(c, e);
		pass_time(c, 2000);
		check(c);
	} else {
		send_hook(c, e);
	}
}

/* It has come back, but a hook of its user's sends it on. */
static void go_on(struct client *c)
{
	bool comes_back = c->works[MAIN];
	stop(c);
	if (comes_back && !anybody_works(c)) {
		pass_time(c, 300);
		c->works[MAIN] = c->goes_on = true;
		begin_call(c, MAIN);
	}
}

static void break_off(struct client *c)
{
	bool limit = pick(c, 2) == 0;
	struct event e = hook(EVENT_TURN_END, MAIN);
	if (!c->works[MAIN] || most_urgent(c) != EVENT_ATTENTION_NONE) {
		return;
	}
	memset(c->works, 0, sizeof(c->works));
	c->call_count = 0;
	c->end = limit ? SESSION_ATTENTION_LIMIT : SESSION_ATTENTION_ERROR;
	e.is_top_level = e.proves_work = e.failed = true;
	e.attention = limit ? EVENT_ATTENTION_LIMIT : EVENT_ATTENTION_ERROR;
	send_hook(c, e);
}

/* Where a subagent has a session of its own, its telemetry names that. */
static void tell_of_agent(struct client *c)
{
	unsigned actor = 1 + pick(c, AGENTS);
	if (c->works[actor] && c->assistant->agents_converse && !waits(c, actor, 0)) {
		send(c, (struct event){.kind = pick(c, 2) == 0 ? EVENT_PROMPT : EVENT_MODEL_BEGIN,
				.session_id = agent_id(actor)});
		check(c);
	}
}

static void set_clock(struct client *c)
{
	static const int64_t steps_s[] = {
		3, -3, 60, -60, 3600, -3600, 86400, -86400, INT64_C(8) * 3600};
	int64_t step_ms = steps_s[pick(c, ARRAY_SIZE(steps_s))] * 1000;
	send_late(c);
	c->now.wall_ms += c->sets_clock ? step_ms : 0;
}

static void wait_long(struct client *c)
{
	pass_time(c, 200000);
	check(c);
	send_hook(c, hook(EVENT_SEEN, MAIN)); // another directory: it lives
}

static void let_others_speak(struct client *c)
{
	struct event events[4];
	struct session_batch batch = {
		.events = events, .count = 1 + pick(c, 4), .connection = 1 + pick(c, 3)};
	for (size_t i = 0; i < batch.count; i++) {
		events[i] = random_event(&c->random, c->now);
		events[i].order = (uint32_t)i;
		batch.newest_ns = events[i].time_ns > batch.newest_ns ? events[i].time_ns
								      : batch.newest_ns;
	}
	batch.oldest_ns = batch.newest_ns;
	batch.record_count = batch.count;
	session_tracker_handle_batch(c->tracker, &batch, c->now);
	check(c);
}

static void do_something(struct client *c)
{
	switch (pick(c, 32)) {
	case 0:
	case 1:
	case 2: prompt(c); break;
	case 3:
	case 4:
	case 5:
	case 6: begin_call(c, pick(c, 1 + AGENTS)); break;
	case 7:
	case 8:
	case 9: ask(c); break;
	case 10:
	case 11:
	case 12: end_call(c, EVENT_TOOL_END); break;
	case 13: end_call(c, EVENT_TOOL_REJECT); break;
	case 14:
	case 15: begin_agent(c); break;
	case 16: end_agent(c); break;
	case 17: notify(c, EVENT_ATTENTION_PERMISSION); break;
	case 18: notify(c, EVENT_ATTENTION_IDLE); break;
	case 19:
	case 20: stop(c); break;
	case 21: go_on(c); break;
	case 22: break_off(c); break;
	case 23: tell_of_agent(c); break;
	case 24:
	case 25: set_clock(c); break;
	case 26: pass_time(c, pick(c, 5000)); break;
	case 27: wait_long(c); break;
	case 28: session_tracker_acknowledge(c->tracker, STR("client"), c->now); break;
	default: let_others_speak(c); break;
	}
}

static void play(struct client *c, unsigned round, bool sets_clock)
{
	struct session_settings settings = session_settings_default();
	settings.max_sessions = 1 + RANDOM_SESSIONS;
	*c = (struct client){
		.assistant = round % 2 == 0 ? &assistant_claude : &assistant_codex_server,
		.now = {1000000, INT64_C(1800000000000)},
		.random = round + 1,
		.sets_clock = sets_clock,
	};
	c->tracker = session_tracker_create(
		&settings, &(struct session_observer){.on_change = on_change, .data = c});
	for (int step = 0; step < STEPS; step++) {
		do_something(c);
		check(c);
	}
	session_tracker_destroy(c->tracker);
}

START_TEST(a_legal_client)
{
	static struct client set, left; // large
	play(&set, (unsigned)_i, true);
	play(&left, (unsigned)_i, false);
	/* nobody sees that the clock was set */
	ck_assert_uint_eq(set.told_count, left.told_count);
	for (unsigned i = 0; i < set.told_count; i++) {
		ck_assert_int_eq(set.told[i].state, left.told[i].state);
		ck_assert_int_eq(set.told[i].attention, left.told[i].attention);
	}
}
END_TEST

static Suite *session_client_suite(void)
{
	Suite *suite = suite_create("session_client");
	TCase *c = tcase_create("invariants");
	tcase_add_loop_test(c, a_legal_client, 0, ROUNDS);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(session_client_suite());
}
