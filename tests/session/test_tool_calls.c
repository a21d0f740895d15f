/* Times are seconds. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "event/assistant.h"
#include "session/tool_calls.h"
#include "support/suite.h"

static struct event call_event(
	enum event_kind kind, const char *name, const char *id, const char *agent, int64_t at_s)
{
	return (struct event){
		.kind = kind,
		.assistant = &assistant_claude,
		.call_name = str_from(name),
		.call_id = str_from(id),
		.agent_id = str_from(agent),
		.time_ns = at_s * 1000000000,
	};
}

static void begin(struct tool_calls *c, const char *name, const char *id, const char *agent)
{
	struct event e = call_event(EVENT_TOOL_BEGIN, name, id, agent, 1);
	tool_calls_begin(c, &e);
}

static bool end(struct tool_calls *c, const char *name, const char *id, const char *agent)
{
	struct event e = call_event(EVENT_TOOL_END, name, id, agent, 3);
	return tool_calls_end(c, &e);
}

static void ask(struct tool_calls *c, const char *name, const char *id, const char *agent)
{
	struct event e = call_event(EVENT_ASKS, name, id, agent, 2);
	e.attention = EVENT_ATTENTION_PERMISSION;
	tool_calls_ask(c, &e);
}

static void ask_vaguely(
	struct tool_calls *c, const struct assistant *assistant, enum event_attention attention)
{
	struct event e = call_event(EVENT_ASKS, "", "", "", 2);
	e.assistant = assistant;
	e.attention = attention;
	e.is_vague = true;
	tool_calls_ask(c, &e);
}

static bool decide(struct tool_calls *c, const char *name, const char *id, bool by_user)
{
	struct event e = call_event(EVENT_TOOL_BEGIN, name, id, "", 3);
	e.by_user = by_user;
	return tool_calls_answer(c, &e);
}

/* The id of the call that asks; 0: none does. */
static uint64_t asking(const struct tool_calls *c)
{
	const struct tool_call *call = tool_calls_asking(c);
	return call != NULL ? call->id : 0;
}

static uint64_t id_of(const char *id)
{
	return tool_calls_hash(str_from(id));
}

START_TEST(a_call_is_found_by_its_id_else_by_its_name)
{
	struct tool_calls c = {0};
	begin(&c, "Bash", "b1", "");
	begin(&c, "Bash", "b1", "a"); // known already
	begin(&c, "Bash", "b2", "");
	ck_assert_uint_eq(c.count, 2);
	ck_assert(!end(&c, "Bash", "b3", "")); // another one's id
	ck_assert(!end(&c, "Bash", "", "a"));
	ck_assert(end(&c, "Bash", "", "")); // the first of that name
	ck_assert_uint_eq(tool_calls_last(&c)->id, id_of("b2"));
	ck_assert(end(&c, "Bash", "b2", ""));
	ck_assert_ptr_null(tool_calls_last(&c));
	tool_calls_finish(&c);
}
END_TEST

START_TEST(there_is_a_ceiling)
{
	struct tool_calls c = {0};
	char id[16], name[3 * CALL_NAME_BYTES];
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	for (int i = 0; i < TOOL_CALLS_MAX + 5; i++) {
		(void)snprintf(id, sizeof(id), "%d", i);
		begin(&c, name, id, "");
		ask(&c, name, id, "");
	}
	ck_assert_uint_eq(c.count, TOOL_CALLS_MAX);
	ck_assert_uint_eq(strlen(c.all[0].name), CALL_NAME_BYTES - 1);
	tool_calls_finish(&c);
}
END_TEST

START_TEST(a_request_is_of_the_last_call_of_that_tool_and_actor)
{
	struct tool_calls c = {0};
	begin(&c, "Bash", "b1", "");
	begin(&c, "Bash", "b2", "");
	begin(&c, "Bash", "b3", "a");
	begin(&c, "Read", "r1", "");
	ask(&c, "Bash", "", "");
	ck_assert_uint_eq(asking(&c), id_of("b2"));
	ask(&c, "Bash", "", ""); // and the next of the one before
	ck_assert(end(&c, "Bash", "b2", ""));
	ck_assert_uint_eq(asking(&c), id_of("b1"));
	ask(&c, "Bash", "b3", "a"); // where it is named, of that
	ck_assert(end(&c, "Bash", "b1", ""));
	ck_assert_uint_eq(asking(&c), id_of("b3"));
	tool_calls_end_actor(&c, id_of("a"));
	ck_assert_ptr_null(tool_calls_asking(&c));
	ck_assert_uint_eq(tool_calls_last(&c)->id, id_of("r1"));
	tool_calls_finish(&c);
}
END_TEST

START_TEST(a_request_without_a_call_is_kept_as_one)
{
	struct tool_calls c = {0};
	ask(&c, "Bash", "", "");
	ck_assert_ptr_nonnull(tool_calls_asking(&c));
	ck_assert_ptr_null(tool_calls_last(&c)); // nothing runs
	ck_assert(tool_calls_only_wait(&c, 0));
	ck_assert(end(&c, "Bash", "b1", ""));
	ck_assert_ptr_null(tool_calls_asking(&c));
	tool_calls_finish(&c);
}
END_TEST

START_TEST(a_vague_request_only_confirms)
{
	struct tool_calls c = {0};
	begin(&c, "AskUserQuestion", "q1", "");
	ask_vaguely(&c, &assistant_claude, EVENT_ATTENTION_QUESTION);
	ask_vaguely(&c, &assistant_claude, EVENT_ATTENTION_PERMISSION);
	ck_assert_uint_eq(c.count, 1);
	ck_assert_int_eq(tool_calls_asking(&c)->attention, EVENT_ATTENTION_QUESTION);
	tool_calls_finish(&c);
}
END_TEST

START_TEST(where_each_call_is_notified_of_there_is_one_more)
{
	struct tool_calls c = {0};
	begin(&c, "Write", "", "");
	begin(&c, "Bash", "", "");
	ask_vaguely(&c, &assistant_copilot, EVENT_ATTENTION_PERMISSION);
	ask_vaguely(&c, &assistant_copilot, EVENT_ATTENTION_PERMISSION);
	ask_vaguely(&c, &assistant_copilot, EVENT_ATTENTION_PERMISSION); // no call is left
	ck_assert_uint_eq(c.count, 2);
	ck_assert(end(&c, "Write", "", ""));
	ck_assert_ptr_nonnull(tool_calls_asking(&c));
	ck_assert(end(&c, "Bash", "", ""));
	ck_assert_ptr_null(tool_calls_asking(&c));
	tool_calls_finish(&c);
}
END_TEST

START_TEST(a_tool_that_asks_by_itself)
{
	struct tool_calls c = {0};
	struct event e = call_event(EVENT_TOOL_BEGIN, "AskUserQuestion", "q1", "", 1);
	e.attention = EVENT_ATTENTION_QUESTION;
	tool_calls_begin(&c, &e);
	ck_assert(tool_calls_asking(&c)->by_name);
	begin(&c, "Bash", "b1", "");
	ask(&c, "Bash", "", "");
	ck_assert_uint_eq(asking(&c), id_of("b1")); // what was told is more urgent
	ck_assert(end(&c, "Bash", "b1", ""));
	ask_vaguely(&c, &assistant_claude, EVENT_ATTENTION_PERMISSION);
	ck_assert(!tool_calls_asking(&c)->by_name); // now it was told, and stays a question
	ck_assert_int_eq(tool_calls_asking(&c)->attention, EVENT_ATTENTION_QUESTION);
	tool_calls_finish(&c);
}
END_TEST

START_TEST(a_decision_answers_its_own_call)
{
	struct tool_calls c = {0};
	begin(&c, "Read", "r1", "");
	begin(&c, "Bash", "b1", "");
	ask(&c, "Bash", "b1", "");
	ck_assert(!decide(&c, "Read", "r1", false));
	ck_assert_uint_eq(asking(&c), id_of("b1"));
	ck_assert(decide(&c, "Bash", "b1", true));
	ck_assert_ptr_null(tool_calls_asking(&c));
	ask_vaguely(&c, &assistant_claude, EVENT_ATTENTION_PERMISSION); // all are decided on
	ck_assert(tool_calls_asking(&c)->only_asks);
	tool_calls_finish(&c);
}
END_TEST

START_TEST(a_guessed_request_is_handed_on)
{
	struct tool_calls c = {0};
	begin(&c, "Bash", "b1", "");
	begin(&c, "Bash", "b2", "");
	ask(&c, "Bash", "", "");
	ck_assert_uint_eq(asking(&c), id_of("b2"));
	ck_assert(decide(&c, "Bash", "b2", false)); // by the settings: it never had to wait
	ck_assert_uint_eq(asking(&c), id_of("b1"));
	ck_assert(decide(&c, "Bash", "b1", true));
	ck_assert_ptr_null(tool_calls_asking(&c));
	tool_calls_finish(&c);
}
END_TEST

START_TEST(who_goes_on_was_answered)
{
	struct tool_calls c = {0};
	begin(&c, "Bash", "b1", "");
	begin(&c, "Bash", "b2", "a");
	ask(&c, "Bash", "", "");
	ask(&c, "Bash", "", "a");
	ck_assert(!tool_calls_go_on(&c, 0, INT64_C(2000000000), true)); // no later than it asked
	ck_assert(!tool_calls_go_on(&c, 0, INT64_C(3000000000), false));
	ck_assert(tool_calls_go_on(&c, 0, INT64_C(3000000000), true));
	ck_assert_uint_eq(asking(&c), id_of("b2"));
	ck_assert(!tool_calls_only_wait(&c, 0));
	ck_assert(tool_calls_only_wait(&c, id_of("a")));
	tool_calls_finish(&c);
}
END_TEST

START_TEST(a_tool_that_runs_a_subagent)
{
	struct tool_calls c = {0};
	struct event e = call_event(EVENT_TOOL_BEGIN, "Agent", "t1", "", 1);
	ck_assert(!tool_calls_run_agent(&c));
	e.is_agent_tool = true;
	tool_calls_begin(&c, &e);
	ck_assert(tool_calls_run_agent(&c));
	ck_assert(end(&c, "Agent", "t1", ""));
	ck_assert(!tool_calls_run_agent(&c));
	tool_calls_finish(&c);
}
END_TEST

static Suite *tool_calls_suite(void)
{
	Suite *suite = suite_create("calls");
	TCase *c = tcase_create("calls");
	tcase_add_test(c, a_call_is_found_by_its_id_else_by_its_name);
	tcase_add_test(c, there_is_a_ceiling);
	tcase_add_test(c, a_tool_that_runs_a_subagent);
	suite_add_tcase(suite, c);
	c = tcase_create("requests");
	tcase_add_test(c, a_request_is_of_the_last_call_of_that_tool_and_actor);
	tcase_add_test(c, a_request_without_a_call_is_kept_as_one);
	tcase_add_test(c, a_vague_request_only_confirms);
	tcase_add_test(c, where_each_call_is_notified_of_there_is_one_more);
	tcase_add_test(c, a_tool_that_asks_by_itself);
	tcase_add_test(c, a_decision_answers_its_own_call);
	tcase_add_test(c, a_guessed_request_is_handed_on);
	tcase_add_test(c, who_goes_on_was_answered);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(tool_calls_suite());
}
