#include "sink/notify_text.h"

#include "base/buf.h"
#include "sink/notify_line.h"
#include "support/sessions.h"
#include "support/suite.h"

static struct buf line, summary, body;
static struct notify_command command;

static void setup(void)
{
	buf_init(&line, 1 << 16);
	buf_init(&summary, 1024);
	buf_init(&body, 1024);
}

static void teardown(void)
{
	buf_finish(&line);
	buf_finish(&summary);
	buf_finish(&body);
}

static void write_texts(const struct session *s, int64_t worked_ms)
{
	enum notify_kind kind = notify_text_kind(s->attention);
	buf_clear(&summary);
	buf_clear(&body);
	notify_text_summary(&summary, s, kind);
	notify_text_body(&body, s, kind, worked_ms);
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
	write_texts(&s, 125000);
	assert_text(buf_str(&summary), "Claude Code is done");
	assert_text(buf_str(&body), "webshop · 2 min · claude-sonnet-5");
	struct notify_cost cost = {.nano_usd = s.usage.cost_nano_usd};
	notify_text_cost(&body, &cost);
	assert_text(buf_str(&body), "webshop · 2 min · claude-sonnet-5 · $0.04");
	buf_clear(&body);
	cost.is_estimated = cost.is_equivalent = true;
	notify_text_cost(&body, &cost);
	ck_assert(str_ends_with(buf_str(&body), STR("≈$0.04, API-equivalent")));
	cost.is_least = true;
	notify_text_cost(&body, &cost);
	ck_assert(str_ends_with(buf_str(&body), STR("≥$0.04, API-equivalent")));
}
END_TEST

START_TEST(each_attention_has_its_words)
{
	static const struct {
		enum session_attention attention;
		const char *summary;
	} cases[] = {
		{SESSION_ATTENTION_DONE, "Claude Code is done"},
		{SESSION_ATTENTION_PERMISSION, "Claude Code needs your permission"},
		{SESSION_ATTENTION_QUESTION, "Claude Code asks you something"},
		{SESSION_ATTENTION_ERROR, "Claude Code stopped with an error"},
		{SESSION_ATTENTION_LIMIT, "Claude Code hit its limit"},
		{SESSION_ATTENTION_STALLED, "Claude Code has been silent for a while"},
	};
	struct session s = sessions_bare();
	s.state = SESSION_COMPLETED;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		s.attention = cases[i].attention;
		write_texts(&s, -1);
		assert_text(buf_str(&summary), cases[i].summary);
		assert_text(buf_str(&body), "");
	}
}
END_TEST

START_TEST(every_attention_is_a_kind_of_its_name)
{
	for (int i = SESSION_ATTENTION_NONE + 1; i < SESSION_ATTENTION_COUNT; i++) {
		enum session_attention attention = (enum session_attention)i;
		ck_assert_str_eq(notify_kinds[notify_text_kind(attention)].name,
			session_attention_name(attention));
	}
	ck_assert_int_eq(notify_text_kind(SESSION_ATTENTION_NONE), NOTIFY_NOTHING);
	ck_assert_ptr_null(notify_text_verb(SESSION_ATTENTION_NONE));
}
END_TEST

START_TEST(permission_names_the_tool_and_a_question_does_not)
{
	struct session s = sessions_full();
	s.state = SESSION_COMPLETED;
	s.attention = SESSION_ATTENTION_PERMISSION;
	write_texts(&s, 125000);
	assert_text(buf_str(&summary), "Claude Code wants to use Bash");
	assert_text(buf_str(&body), "webshop · Bash · 2 min");
	s.attention = SESSION_ATTENTION_QUESTION;
	s.doing_tool = "AskUserQuestion";
	write_texts(&s, -1);
	assert_text(buf_str(&summary), "Claude Code asks you something");
	assert_text(buf_str(&body), "webshop");
}
END_TEST

START_TEST(tool_without_title_has_its_name)
{
	struct session s = sessions_bare();
	char name[] = "my-agent";
	s.assistant = NULL;
	s.assistant_name = name;
	s.attention = SESSION_ATTENTION_PERMISSION;
	write_texts(&s, -1);
	assert_text(buf_str(&summary), "my-agent needs your permission");
}
END_TEST

START_TEST(long_and_strange_names_are_tamed)
{
	char name[2001];
	for (int i = 0; i < 2000; i++) {
		name[i] = i % 7 == 0 ? '\n' : 'x';
	}
	name[2000] = '\0';
	struct session s = sessions_bare();
	s.project = name;
	s.attention = SESSION_ATTENTION_PERMISSION;
	s.doing = SESSION_DOING_TOOL;
	s.doing_tool = name;
	write_texts(&s, -1);
	ck_assert_uint_lt(summary.size, 200);
	ck_assert_uint_lt(body.size, 300);
	ck_assert(!str_contains(buf_str(&summary), STR("\n")));
	ck_assert(!str_contains(buf_str(&body), STR("\n")));
}
END_TEST

START_TEST(lines_come_back_as_they_were_written)
{
	const struct notify_command written = {.id = STR("s\"1"),
		.number = 7,
		.summary = STR("done"),
		.body = STR("a · b"),
		.category = STR("x"),
		.sound = STR("bell"),
		.urgency = NOTIFY_CRITICAL,
		.pid = 4711,
		.can_focus = true,
		.has_details = true,
		.is_quiet = true};
	notify_line_write(&line, &written);
	ck_assert_int_eq(line.data[line.size - 1], '\n');
	ck_assert(notify_line_read(line.data, line.size - 1, &command));
	assert_text(command.id, "s\"1");
	assert_text(command.summary, "done");
	assert_text(command.body, "a · b");
	assert_text(command.sound, "bell");
	ck_assert_int_eq(command.urgency, NOTIFY_CRITICAL);
	ck_assert_uint_eq(command.number, 7);
	ck_assert_int_eq(command.pid, 4711);
	ck_assert(command.can_focus && command.has_details && command.is_quiet && !command.closes);
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
	struct notify_reply reply = {STR("a\"b"), 5, NOTIFY_ACTION_FOCUS, STR("t:1")};
	notify_line_write_reply(&line, &reply);
	ck_assert(notify_line_read_reply(line.data, line.size - 1, &reply));
	ck_assert_uint_eq(reply.number, 5);
	ck_assert_int_eq(reply.action, NOTIFY_ACTION_FOCUS);
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
	tcase_add_test(tc, every_attention_is_a_kind_of_its_name);
	tcase_add_test(tc, permission_names_the_tool_and_a_question_does_not);
	tcase_add_test(tc, tool_without_title_has_its_name);
	tcase_add_test(tc, long_and_strange_names_are_tamed);
	tcase_add_test(tc, lines_come_back_as_they_were_written);
	tcase_add_test(tc, lines_are_read_or_refused);
	tcase_add_test(tc, replies_come_back_as_they_were_written);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(notify_text_suite());
}
