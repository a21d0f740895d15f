#include "sink/notify_text.h"

#include "base/buf.h"
#include "sink/notify_line.h"
#include "support/sessions.h"
#include "support/suite.h"

static struct buf line;
static struct notify_command command;

static void setup(void)
{
	buf_init(&line, 1 << 16);
}

static void teardown(void)
{
	buf_finish(&line);
}

static void write_and_read(struct session *s, int64_t worked_ms)
{
	buf_clear(&line);
	s->worked_ms = worked_ms;
	notify_text_write(&line, s, true, 7);
	ck_assert_uint_gt(line.size, 1);
	ck_assert_int_eq(line.data[line.size - 1], '\n');
	ck_assert(notify_line_read(line.data, line.size - 1, &command));
}

static void assert_text(struct str text, const char *expected)
{
	ck_assert_msg(str_equal(text, str_from(expected)), "\"%.*s\" is not \"%s\"", STR_ARG(text),
		expected);
}

START_TEST(completed_session_is_done)
{
	struct session s = sessions_full();
	s.state = SESSION_COMPLETED;
	s.attention = SESSION_ATTENTION_DONE;
	s.doing = SESSION_DOING_NOTHING;
	write_and_read(&s, 125000);
	assert_text(command.id, "s1");
	assert_text(command.summary, "Claude Code is done · webshop");
	assert_text(command.body, "2 min · claude-sonnet-5 · $0.04");
	ck_assert_int_eq(command.urgency, NOTIFY_NORMAL);
	ck_assert_uint_eq(command.number, 7);
	ck_assert(command.can_focus);
	ck_assert(!command.closes);
}
END_TEST

START_TEST(each_attention_has_its_words)
{
	static const struct {
		enum session_attention attention;
		const char *summary;
		enum notify_urgency urgency;
	} cases[] = {
		{SESSION_ATTENTION_NONE, "Claude Code is done", NOTIFY_NORMAL},
		{SESSION_ATTENTION_DONE, "Claude Code is done", NOTIFY_NORMAL},
		{SESSION_ATTENTION_PERMISSION, "Claude Code needs your permission",
			NOTIFY_CRITICAL},
		{SESSION_ATTENTION_QUESTION, "Claude Code asks you something", NOTIFY_CRITICAL},
		{SESSION_ATTENTION_ERROR, "Claude Code stopped with an error", NOTIFY_NORMAL},
		{SESSION_ATTENTION_LIMIT, "Claude Code hit its limit", NOTIFY_NORMAL},
		{SESSION_ATTENTION_STALLED, "Claude Code has been silent for a while",
			NOTIFY_NORMAL},
	};
	struct session s = sessions_bare();
	s.state = SESSION_COMPLETED;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		s.attention = cases[i].attention;
		write_and_read(&s, -1);
		assert_text(command.summary, cases[i].summary);
		assert_text(command.body, "");
		ck_assert_int_eq(command.urgency, cases[i].urgency);
	}
}
END_TEST

START_TEST(tool_without_title_has_its_name_and_permission_names_the_tool_asked_for)
{
	struct session s = sessions_full();
	char name[] = "my-agent";
	s.tool = NULL;
	s.tool_name = name;
	s.state = SESSION_COMPLETED;
	s.attention = SESSION_ATTENTION_PERMISSION;
	s.model = NULL;
	s.has_usage = false;
	write_and_read(&s, -1);
	assert_text(command.summary, "my-agent needs your permission · webshop");
	assert_text(command.body, "Bash");
}
END_TEST

START_TEST(long_and_strange_names_are_tamed)
{
	char project[2001];
	for (int i = 0; i < 2000; i++) {
		project[i] = i % 7 == 0 ? '\n' : 'x';
	}
	project[2000] = '\0';
	struct session s = sessions_bare();
	s.project = project;
	write_and_read(&s, -1);
	ck_assert_uint_lt(command.summary.size, 200);
	ck_assert(!str_contains(command.summary, STR("\n")));
}
END_TEST

START_TEST(actions_follow_the_state)
{
	static const struct {
		enum session_state state;
		enum session_attention attention;
		enum session_reason reason;
		enum notify_action action;
	} cases[] = {
		{SESSION_COMPLETED, SESSION_ATTENTION_DONE, SESSION_REASON_TURN_END, NOTIFY_SHOW},
		{SESSION_COMPLETED, SESSION_ATTENTION_NONE, SESSION_REASON_QUIET, NOTIFY_SHOW},
		{SESSION_WORKING, SESSION_ATTENTION_NONE, SESSION_REASON_PROMPT, NOTIFY_CLOSE},
		{SESSION_WORKING, SESSION_ATTENTION_STALLED, SESSION_REASON_STALLED, NOTIFY_SHOW},
		{SESSION_IDLE, SESSION_ATTENTION_NONE, SESSION_REASON_IDLE_TIMEOUT, NOTIFY_KEEP},
		{SESSION_IDLE, SESSION_ATTENTION_NONE, SESSION_REASON_ACKNOWLEDGED, NOTIFY_CLOSE},
		{SESSION_EXPIRED, SESSION_ATTENTION_NONE, SESSION_REASON_EXPIRED, NOTIFY_CLOSE},
	};
	struct session s = sessions_bare();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		s.state = cases[i].state;
		s.attention = cases[i].attention;
		s.reason = cases[i].reason;
		ck_assert_msg(notify_text_action(&s) == cases[i].action, "case %d", (int)i);
	}
	ck_assert(notify_text_outlives(SESSION_ATTENTION_DONE));
	ck_assert(!notify_text_outlives(SESSION_ATTENTION_PERMISSION));
}
END_TEST

static bool reads(const char *text)
{
	buf_clear(&line);
	buf_append_str(&line, str_from(text));
	return notify_line_read(line.data, line.size, &command);
}

START_TEST(lines_are_read_or_refused)
{
	ck_assert(reads("{\"id\":\"a\",\"close\":12}"));
	ck_assert(command.closes);
	ck_assert_uint_eq(command.number, 12);
	ck_assert(reads("{\"id\":\"a\",\"summary\":\"x\",\"new\":[{\"y\":1}]}"));
	ck_assert(!reads(""));
	ck_assert(!reads("garbage"));
	ck_assert(!reads("{\"id\":\"a\"}"));
	ck_assert(!reads("{\"summary\":\"x\"}"));
	ck_assert(!reads("{\"id\":\"a\",\"close\":-1}"));
	ck_assert(!reads("{\"id\":\"a\",\"summary\":\"x\",\"urgency\":3}"));
	ck_assert(!reads("{\"id\":\"a\",\"close\":12} {}"));
}
END_TEST

START_TEST(replies_come_back_as_they_were_written)
{
	struct notify_reply reply = {STR("a\"b"), 5, NOTIFY_WISH_FOCUS, STR("t:1")};
	notify_line_write_reply(&line, &reply);
	ck_assert(notify_line_read_reply(line.data, line.size - 1, &reply));
	ck_assert_uint_eq(reply.number, 5);
	ck_assert_int_eq(reply.wish, NOTIFY_WISH_FOCUS);
	assert_text(reply.token, "t:1");
	assert_text(reply.id, "a\"b");
	char other[] = "{\"number\":5}";
	ck_assert(!notify_line_read_reply(other, sizeof(other) - 1, &reply));
}
END_TEST

static Suite *notify_text_suite(void)
{
	Suite *suite = suite_create("notify_text");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, completed_session_is_done);
	tcase_add_test(tc, each_attention_has_its_words);
	tcase_add_test(tc, tool_without_title_has_its_name_and_permission_names_the_tool_asked_for);
	tcase_add_test(tc, long_and_strange_names_are_tamed);
	tcase_add_test(tc, actions_follow_the_state);
	tcase_add_test(tc, lines_are_read_or_refused);
	tcase_add_test(tc, replies_come_back_as_they_were_written);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(notify_text_suite());
}
