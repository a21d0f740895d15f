/* Each rule by its name. Times are seconds after an answer, or whatever else came last. */
#include <check.h>
#include <string.h>

#include "base/mem.h"
#include "event/assistant.h"
#include "session/session_tracker.h"
#include "session/session_verdict.h"
#include "session/session_why.h"
#include "session/tracked_session.h"
#include "support/suite.h"

static const int64_t wall_ms = INT64_C(1800000000000), mono_ms = 1000000;

static struct moment at(int64_t s)
{
	int64_t ms = s * 1000;
	return (struct moment){mono_ms + ms, wall_ms + ms, (wall_ms + ms) * 1000000};
}

static struct event call(enum event_kind kind, enum event_attention attention)
{
	return (struct event){.kind = kind,
		.source = EVENT_FROM_HOOK,
		.assistant = &assistant_claude,
		.call_id = STR("b1"),
		.call_name = STR("Bash"),
		.attention = attention,
		.time_ns = at(0).ns};
}

static void begin(struct ledger *l, enum event_attention by_name)
{
	struct event e = call(EVENT_TOOL_BEGIN, by_name);
	tool_calls_begin(&l->calls, &e);
}

static void hooks_tell(struct ledger *l)
{
	l->client.hook_kinds = 1u << EVENT_PROMPT;
}

/* ---- what each rule looks at; an answer whose follow-up is not known stands at 0 */

static void asks(struct ledger *l)
{
	struct event e = call(EVENT_ASKS, EVENT_ATTENTION_PERMISSION);
	begin(l, EVENT_ATTENTION_NONE);
	tool_calls_ask(&l->calls, &e);
}

static void asks_by_its_name(struct ledger *l)
{
	begin(l, EVENT_ATTENTION_QUESTION);
}

static void is_stopped(struct ledger *l)
{
	begin(l, EVENT_ATTENTION_NONE);
	l->calls.all[0].failed_ns = at(0).ns;
}

static void is_refused(struct ledger *l)
{
	l->refused_ns = at(0).ns;
}

static void is_refused_beside_hooks(struct ledger *l)
{
	hooks_tell(l);
	is_refused(l);
}

static void is_held(struct ledger *l)
{
	l->turn.held_ns = at(0).ns;
}

static void is_held_for_agents(struct ledger *l)
{
	is_held(l);
	hooks_tell(l);
	l->turn.agents_go_on = true;
	l->agent_end_ns = at(0).ns;
}

static void is_held_while_agents_run(struct ledger *l)
{
	is_held_for_agents(l);
	agents_add(&l->agents, 1);
}

static void breaks_off(struct ledger *l)
{
	l->turn.failed = l->turn.broke_off = true;
}

static void runs_a_tool(struct ledger *l)
{
	begin(l, EVENT_ATTENTION_NONE);
}

static void asks_its_model(struct ledger *l)
{
	l->model.open = true;
}

static void compacts(struct ledger *l)
{
	l->compacts = true;
}

static void wants_a_tool(struct ledger *l)
{
	l->model.next = EVENT_NEXT_TOOL;
}

static void wants_a_tool_unattended(struct ledger *l)
{
	wants_a_tool(l);
	l->client.unattended = true;
}

static void wants_a_tool_beside_hooks(struct ledger *l)
{
	wants_a_tool(l);
	hooks_tell(l);
}

static void wants_a_tool_with_leave(struct ledger *l)
{
	wants_a_tool(l);
	l->client.leave_given = true;
}

static void wants_a_tool_of_a_running_command(struct ledger *l)
{
	wants_a_tool(l);
	l->command_runs_on = true;
}

static void tells_nothing(struct ledger *l)
{
	l->model.end_ns = 0;
	l->turn.begin_ns = at(0).ns;
}

static void answers(struct ledger *l)
{
	l->model.next = EVENT_NEXT_USER;
}

static void tells_no_decisions(struct ledger *l)
{
	l->client.tells_decisions = false;
}

static void nothing_is_known(struct ledger *l)
{
	(void)l;
}

static const struct verdict_case {
	const char *rule;
	void (*set)(struct ledger *l);
	bool over, asks;
	int64_t due_s; // rounded down
} cases[] = {
	{"asks", asks, true, true, 0},
	{"asks", asks_by_its_name, true, true, 0},
	{"stopped", is_stopped, true, false, 1},
	{"refused", is_refused, true, false, 0},
	{"refused", is_refused_beside_hooks, true, false, 1},
	{"held", is_held, true, false, 1},
	{"held", is_held_for_agents, true, false, 2},
	{"open", is_held_while_agents_run, false, false, 300},
	{"broke-off", breaks_off, true, false, 6},
	{"open", runs_a_tool, false, false, 300},
	{"open", asks_its_model, false, false, 300},
	{"open", compacts, false, false, 300},
	{"unseen", wants_a_tool_unattended, false, false, 300},
	{"unknown", tells_nothing, true, false, 8},
	{"hooks-go-on", wants_a_tool_beside_hooks, false, false, 300},
	{"hooks", hooks_tell, true, false, 30},
	{"answered", answers, true, false, 1},
	{"granted", wants_a_tool_with_leave, false, false, 300},
	{"granted", wants_a_tool_of_a_running_command, false, false, 300},
	{"asked", wants_a_tool, true, true, 7},
	{"undecided", tells_no_decisions, true, false, 30},
	{"unclear", nothing_is_known, true, false, 6},
};

static struct tracked_session *make(void (*set)(struct ledger *l))
{
	const struct event e = {.assistant = &assistant_claude,
		.assistant_name = assistant_claude.name,
		.session_id = STR("s")};
	struct tracked_session *w = tracked_session_create(&e, at(0));
	struct ledger *l = &w->ledger;
	l->turn = (struct ledger_turn){.open = true, .begin_ns = at(-5).ns};
	l->model = (struct ledger_model){.begin_ns = at(-5).ns, .end_ns = at(0).ns};
	set(l);
	return w;
}

START_TEST(each_rule)
{
	const struct verdict_case *c = &cases[_i];
	struct session_settings settings = session_settings_default();
	struct tracked_session *w = make(c->set);
	struct session_verdict v = session_verdict_of(w, &settings, at(0));
	ck_assert_str_eq(v.rule, c->rule);
	ck_assert_int_eq(v.over, c->over);
	ck_assert_int_eq(v.asks, c->asks);
	ck_assert_int_eq((v.due_ms - mono_ms) / 1000, c->due_s);
	tracked_session_destroy(w);
}
END_TEST

/* What is due lies now or later, also where it is late. */
START_TEST(each_rule_an_hour_later)
{
	const struct verdict_case *c = &cases[_i];
	struct session_settings settings = session_settings_default();
	struct tracked_session *w = make(c->set);
	struct moment later = at(3600);
	w->news_ms = later.mono_ms;
	struct session_verdict v = session_verdict_of(w, &settings, later);
	ck_assert_str_eq(v.rule, c->rule);
	int64_t stall_ms = later.mono_ms + settings.stall_timeout_ms;
	ck_assert_int_eq(v.due_ms, c->over ? later.mono_ms : stall_ms);
	tracked_session_destroy(w);
}
END_TEST

START_TEST(what_is_asked_is_told)
{
	struct session_settings settings = session_settings_default();
	struct tracked_session *w = make(asks);
	struct session_verdict v = session_verdict_of(w, &settings, at(0));
	ck_assert_int_eq(v.attention, SESSION_ATTENTION_PERMISSION);
	ck_assert_int_eq(v.reason, SESSION_REASON_TURN_END); // its client said so
	tracked_session_destroy(w);
	w = make(asks_by_its_name);
	v = session_verdict_of(w, &settings, at(0));
	ck_assert_int_eq(v.attention, SESSION_ATTENTION_QUESTION);
	ck_assert_int_eq(v.due_ms, mono_ms + 200); // it may be answered by nobody
	tracked_session_destroy(w);
	w = make(wants_a_tool);
	v = session_verdict_of(w, &settings, at(0));
	ck_assert_int_eq(v.attention, SESSION_ATTENTION_PERMISSION);
	ck_assert_int_eq(v.reason, SESSION_REASON_QUIET);
	tracked_session_destroy(w);
}
END_TEST

START_TEST(who_had_time_to_go_on_is_not_waited_for)
{
	struct session_settings settings = session_settings_default();
	struct tracked_session *w = make(nothing_is_known);
	ck_assert_int_eq(session_verdict_of(w, &settings, at(1)).due_ms, at(1).mono_ms);
	w->exporter.last_batch_full = true; // more of it follows
	ck_assert_int_eq(session_verdict_of(w, &settings, at(1)).due_ms, at(6).mono_ms);
	tracked_session_destroy(w);
}
END_TEST

/* Of Gemini's client a tool is told at its end only. */
START_TEST(a_client_that_tells_no_begin)
{
	struct session_settings settings = session_settings_default();
	struct tracked_session *w = make(wants_a_tool);
	w->session.assistant = &assistant_gemini;
	ck_assert_str_eq(session_verdict_of(w, &settings, at(0)).rule, "unseen");
	w->ledger.model.next = EVENT_NEXT_UNKNOWN;
	w->ledger.client.tells_decisions = false;
	struct session_verdict v = session_verdict_of(w, &settings, at(0));
	ck_assert_str_eq(v.rule, "undecided");
	ck_assert_int_eq(v.due_ms, at(30).mono_ms);
	tracked_session_destroy(w);
}
END_TEST

/* Also of those that no verdict names. */
START_TEST(each_rule_is_explained)
{
	const struct verdict_case *c = &cases[_i];
	const struct session_settings settings = session_settings_default();
	struct tracked_session *w = make(c->set);
	struct session_why why;
	w->session.state = SESSION_WORKING;
	w->heard[EVENT_MODEL_END] = (struct session_heard){at(-1).ns, EVENT_FROM_LOGS};
	session_why_of(w, &settings, at(0), &why);
	ck_assert_str_eq(why.rule, c->rule);
	ck_assert_str_eq(why.text, session_why_text(c->rule));
	ck_assert_uint_ge(why.next_count, 2); // what is reported, and time
	int64_t stall_ms = at(0).wall_ms + settings.stall_timeout_ms;
	ck_assert_int_eq(why.next[1].state, c->over ? SESSION_COMPLETED : SESSION_WORKING);
	ck_assert(c->over || why.next[1].at_ms == stall_ms);
	for (size_t i = 0; i < why.evidence_count; i++) {
		ck_assert_str_eq(why.evidence[i].source, "logs");
		ck_assert_int_eq(why.evidence[i].at_ms, at(-1).wall_ms);
	}
	tracked_session_destroy(w);
}
END_TEST

START_TEST(at_rest_the_last_end_is_explained)
{
	const struct session_settings settings = session_settings_default();
	struct tracked_session *w = make(answers);
	struct session_why why;
	session_why_of(w, &settings, at(0), &why);
	ck_assert_str_eq(why.rule, SESSION_RULE_KNOWN); // nothing has ended
	ck_assert_uint_eq(why.evidence_count, 0);
	w->rule = SESSION_RULE_EXPLICIT;
	w->session.state = SESSION_COMPLETED;
	w->session.attention = SESSION_ATTENTION_DONE;
	w->deadline_ms = at(30).mono_ms;
	w->heard[EVENT_TURN_END] = (struct session_heard){at(-1).ns, EVENT_FROM_HOOK};
	session_why_of(w, &settings, at(0), &why);
	ck_assert_str_eq(why.rule, SESSION_RULE_EXPLICIT);
	ck_assert_str_eq(why.evidence[0].what, "turn_end");
	ck_assert_str_eq(why.evidence[0].source, "hook");
	ck_assert_int_eq(why.next[2].at_ms, at(30).wall_ms);
	w->ledger.turn.from_ns = at(0).ns; // what was reported before this turn says nothing of it
	session_why_of(w, &settings, at(0), &why);
	ck_assert_uint_eq(why.evidence_count, 0);
	tracked_session_destroy(w);
}
END_TEST

START_TEST(the_newest_evidence_is_kept)
{
	const struct session_settings settings = session_settings_default();
	struct tracked_session *w = make(runs_a_tool);
	struct session_why why;
	w->session.state = SESSION_WORKING;
	for (unsigned kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		w->heard[kind] = (struct session_heard){
			at(-(int64_t)kind - 1).ns, EVENT_FROM_TRACES};
	}
	session_why_of(w, &settings, at(0), &why);
	ck_assert_uint_eq(why.evidence_count, SESSION_WHY_EVIDENCE);
	ck_assert_str_eq(why.evidence[0].what, "prompt");
	for (size_t i = 1; i < why.evidence_count; i++) {
		ck_assert_int_lt(why.evidence[i].at_ms, why.evidence[i - 1].at_ms);
	}
	ck_assert_str_eq(why.open[0].kind, "tool");
	ck_assert_str_eq(why.open[0].name, "Bash");
	tracked_session_destroy(w);
}
END_TEST

static Suite *session_verdict_suite(void)
{
	Suite *suite = suite_create("session_verdict");
	TCase *c = tcase_create("rules");
	tcase_add_loop_test(c, each_rule, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(c, each_rule_an_hour_later, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(c, each_rule_is_explained, 0, ARRAY_SIZE(cases));
	tcase_add_test(c, at_rest_the_last_end_is_explained);
	tcase_add_test(c, the_newest_evidence_is_kept);
	tcase_add_test(c, what_is_asked_is_told);
	tcase_add_test(c, who_had_time_to_go_on_is_not_waited_for);
	tcase_add_test(c, a_client_that_tells_no_begin);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(session_verdict_suite());
}
