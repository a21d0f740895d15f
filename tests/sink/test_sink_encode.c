#include "sink/sink_encode.h"

#include <string.h>

#include "base/buf.h"
#include "base/json_write.h"
#include "base/list.h"
#include "base/mem.h"
#include "support/sessions.h"
#include "support/suite.h"

static struct buf out;

static void setup(void)
{
	buf_init(&out, SINK_MAX_LINE_BYTES);
}

static void teardown(void)
{
	buf_finish(&out);
}

static void assert_line(const char *expected)
{
	buf_append_char(&out, '\0');
	ck_assert_str_eq(out.data, expected);
}

static bool line_holds(const char *text)
{
	return str_contains(buf_str(&out), str_from(text));
}

START_TEST(update_has_all_keys_in_the_order_of_the_contract)
{
	struct session s = sessions_full();
	struct session_change change = sessions_change(&s, SESSION_IDLE);
	sink_encode_update(&out, &change, sessions_now);
	assert_line("{\"type\":\"session_update\",\"v\":1,\"session_id\":\"s1\","
		    "\"tool\":\"claude-code\",\"state\":\"working\",\"project\":\"webshop\","
		    "\"timestamp\":1734350400,\"metrics\":{\"input_tokens\":1500,"
		    "\"output_tokens\":500,\"cache_tokens\":12000,\"cost_usd\":0.0421,"
		    "\"cost_source\":\"reported\",\"cache_read_tokens\":11000,"
		    "\"cache_write_tokens\":1000,\"reasoning_tokens\":120},"
		    "\"previous_state\":\"idle\","
		    "\"reason\":\"prompt\",\"attention\":null,\"doing\":\"tool:Bash\","
		    "\"model\":\"claude-sonnet-5\",\"cwd\":\"/home/dev/src/webshop\",\"pid\":4711,"
		    "\"turn\":3,\"since\":1734350400000}\n");
}
END_TEST

START_TEST(what_is_unknown_is_null)
{
	struct session s = sessions_bare();
	struct session_change change = {.session = &s, .is_new = true, .previous = SESSION_IDLE};
	sink_encode_update(&out, &change, sessions_now);
	assert_line("{\"type\":\"session_update\",\"v\":1,\"session_id\":\"s1\","
		    "\"tool\":\"claude-code\",\"state\":\"working\",\"project\":null,"
		    "\"timestamp\":1734350400,\"metrics\":null,\"previous_state\":null,"
		    "\"reason\":\"prompt\",\"attention\":null,\"doing\":null,\"model\":null,"
		    "\"cwd\":null,\"pid\":null,\"turn\":1,\"since\":1734350400000}\n");
}
END_TEST

START_TEST(cost_is_absent_while_it_is_unknown)
{
	struct session s = sessions_full();
	s.usage.has_cost = false;
	s.costs[SESSION_COST_UNPRICED].count = 2;
	struct session_change change = sessions_change(&s, SESSION_WORKING);
	sink_encode_update(&out, &change, sessions_now);
	ck_assert(line_holds("\"metrics\":{\"input_tokens\":1500,\"output_tokens\":500,"
			     "\"cache_tokens\":12000,\"cache_read_tokens\":11000,"
			     "\"cache_write_tokens\":1000,\"reasoning_tokens\":120,"
			     "\"unpriced_calls\":2},"));
}
END_TEST

START_TEST(the_source_of_the_cost_is_told)
{
	static const struct {
		unsigned counts[SESSION_COST_COUNT];
		const char *text;
	} sums[] = {
		{{[SESSION_COST_REPORTED] = 1, [SESSION_COST_NONE] = 1}, "\"reported\""},
		{{[SESSION_COST_ESTIMATED] = 1, [SESSION_COST_UNPRICED] = 1}, "\"estimated\""},
		{{[SESSION_COST_ESTIMATED] = 1, [SESSION_COST_REPORTED] = 1}, "\"mixed\""},
		{{[SESSION_COST_ESTIMATED] = 1, [SESSION_COST_FREE] = 1}, "\"estimated\""},
		{{[SESSION_COST_FREE] = 1}, "\"free\""},
	};
	for (size_t i = 0; i < ARRAY_SIZE(sums); i++) {
		struct session s = sessions_full();
		for (unsigned cost = 0; cost < SESSION_COST_COUNT; cost++) {
			s.costs[cost].count = sums[i].counts[cost];
		}
		struct session_change change = sessions_change(&s, SESSION_WORKING);
		sink_encode_update(&out, &change, sessions_now);
		cleanup_free char *text = xasprintf("\"cost_source\":%s,", sums[i].text);
		ck_assert_msg(line_holds(text), "%s", text);
		buf_clear(&out);
	}
}
END_TEST

START_TEST(doing_and_attention_have_their_words)
{
	struct session s = sessions_bare();
	s.state = SESSION_COMPLETED;
	s.attention = SESSION_ATTENTION_PERMISSION;
	s.doing = SESSION_DOING_LLM;
	struct session_change change = sessions_change(&s, SESSION_WORKING);
	sink_encode_update(&out, &change, sessions_now);
	ck_assert(line_holds("\"state\":\"completed\""));
	ck_assert(line_holds("\"attention\":\"permission\",\"doing\":\"llm\""));
	buf_clear(&out);
	s.doing = SESSION_DOING_SUBAGENT;
	sink_encode_update(&out, &change, sessions_now);
	ck_assert(line_holds("\"doing\":\"subagent\""));
}
END_TEST

START_TEST(text_from_outside_cannot_break_the_line)
{
	struct session s = sessions_bare();
	char project[] = "a\"b\\c\nd\xff";
	s.project = project;
	struct session_change change = sessions_change(&s, SESSION_IDLE);
	sink_encode_update(&out, &change, sessions_now);
	ck_assert(line_holds("\"project\":\"a\\\"b\\\\c\\nd\xef\xbf\xbd\""));
	ck_assert_ptr_eq(memchr(out.data, '\n', out.size), out.data + out.size - 1);
}
END_TEST

START_TEST(list_counts_and_leaves_expired_ones_out)
{
	struct session working = sessions_bare(), idle = sessions_full(), gone = sessions_bare();
	char idle_id[] = "s2", gone_id[] = "s3";
	idle.id = idle_id;
	idle.state = SESSION_IDLE;
	gone.id = gone_id;
	gone.state = SESSION_EXPIRED;
	struct list sessions;
	list_init(&sessions);
	list_append(&sessions, &working.link);
	list_append(&sessions, &gone.link);
	list_append(&sessions, &idle.link);
	sink_encode_list(&out, &sessions, sessions_now);
	assert_line(
		"{\"type\":\"session_list\",\"v\":1,\"timestamp\":1734350400,\"has_working\":true,"
		"\"counts\":{\"idle\":1,\"working\":1,\"completed\":0},\"sessions\":["
		"{\"session_id\":\"s1\",\"tool\":\"claude-code\",\"state\":\"working\","
		"\"project\":null,\"metrics\":null,\"reason\":\"prompt\",\"attention\":null,"
		"\"doing\":null,\"model\":null,\"cwd\":null,\"pid\":null,\"turn\":1,"
		"\"since\":1734350400000},"
		"{\"session_id\":\"s2\",\"tool\":\"claude-code\",\"state\":\"idle\","
		"\"project\":\"webshop\",\"metrics\":{\"input_tokens\":1500,\"output_tokens\":500,"
		"\"cache_tokens\":12000,\"cost_usd\":0.0421,\"cost_source\":\"reported\","
		"\"cache_read_tokens\":11000,\"cache_write_tokens\":1000,"
		"\"reasoning_tokens\":120},"
		"\"reason\":\"prompt\",\"attention\":null,\"doing\":\"tool:Bash\","
		"\"model\":\"claude-sonnet-5\",\"cwd\":\"/home/dev/src/webshop\",\"pid\":4711,"
		"\"turn\":3,\"since\":1734350400000}]}\n");
}
END_TEST

START_TEST(empty_list_and_unreachable_are_lists_too)
{
	struct list sessions;
	list_init(&sessions);
	sink_encode_list(&out, &sessions, sessions_now);
	assert_line("{\"type\":\"session_list\",\"v\":1,\"timestamp\":1734350400,"
		    "\"has_working\":false,\"counts\":{\"idle\":0,\"working\":0,\"completed\":0},"
		    "\"sessions\":[]}\n");
	buf_clear(&out);
	sink_encode_unreachable(&out, sessions_now);
	assert_line("{\"type\":\"session_list\",\"v\":1,\"timestamp\":1734350400,"
		    "\"error\":\"unreachable\",\"has_working\":false,"
		    "\"counts\":{\"idle\":0,\"working\":0,\"completed\":0},\"sessions\":[]}\n");
}
END_TEST

START_TEST(complete_line_is_the_update_and_the_list_in_one)
{
	struct session s = sessions_bare();
	struct list sessions;
	list_init(&sessions);
	list_append(&sessions, &s.link);
	struct session_change change = sessions_change(&s, SESSION_IDLE);
	struct buf update;
	buf_init(&update, SINK_MAX_LINE_BYTES);
	sink_encode_update(&update, &change, sessions_now);
	sink_encode_complete(&out, buf_str(&update), &sessions);
	struct str line = buf_str(&out);
	ck_assert(str_starts_with(line, (struct str){update.data, update.size - 2}));
	ck_assert(
		line_holds("\"since\":1734350400000,\"has_working\":true,\"counts\":{\"idle\":0,"
			   "\"working\":1,\"completed\":0},\"sessions\":[{\"session_id\":\"s1\""));
	ck_assert(str_ends_with(line, STR("}]}\n")));
	buf_finish(&update);
}
END_TEST

START_TEST(line_above_the_ceiling_leaves_nothing)
{
	buf_finish(&out);
	buf_init(&out, 300);
	struct session s = sessions_full();
	struct session_change change = sessions_change(&s, SESSION_IDLE);
	sink_encode_update(&out, &change, sessions_now);
	ck_assert_uint_eq(out.size, 0);
}
END_TEST

START_TEST(list_says_what_it_leaves_out)
{
	struct session one = sessions_full(), two = sessions_full(), three = sessions_full();
	struct list sessions;
	list_init(&sessions);
	list_append(&sessions, &one.link);
	list_append(&sessions, &two.link);
	list_append(&sessions, &three.link);
	sink_encode_list(&out, &sessions, sessions_now);
	ck_assert(!line_holds("omitted"));
	buf_finish(&out);
	buf_init(&out, 1100);
	sink_encode_list(&out, &sessions, sessions_now);
	ck_assert(line_holds("\"counts\":{\"idle\":0,\"working\":3,\"completed\":0}"));
	ck_assert(line_holds("\"since\":1734350400000}],\"omitted\":2}\n"));
	sink_encode_pause(&out, 1734350500);
	ck_assert(line_holds(",\"omitted\":2,\"paused_until\":1734350500}\n"));
}
END_TEST

static Suite *sink_encode_suite(void)
{
	Suite *suite = suite_create("sink_encode");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, update_has_all_keys_in_the_order_of_the_contract);
	tcase_add_test(tc, what_is_unknown_is_null);
	tcase_add_test(tc, cost_is_absent_while_it_is_unknown);
	tcase_add_test(tc, the_source_of_the_cost_is_told);
	tcase_add_test(tc, doing_and_attention_have_their_words);
	tcase_add_test(tc, text_from_outside_cannot_break_the_line);
	tcase_add_test(tc, list_counts_and_leaves_expired_ones_out);
	tcase_add_test(tc, empty_list_and_unreachable_are_lists_too);
	tcase_add_test(tc, complete_line_is_the_update_and_the_list_in_one);
	tcase_add_test(tc, line_above_the_ceiling_leaves_nothing);
	tcase_add_test(tc, list_says_what_it_leaves_out);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(sink_encode_suite());
}
