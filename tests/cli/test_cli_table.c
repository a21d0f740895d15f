#include "cli/cli_table.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "cli/cli_list.h"
#include "sink/sink_encode.h"
#include "support/sessions.h"
#include "support/suite.h"

static struct buf out, line;

static void setup(void)
{
	buf_init(&out, 1 << 20);
	buf_init(&line, SINK_LINE_CEILING_BYTES);
}

static void teardown(void)
{
	buf_finish(&out);
	buf_finish(&line);
}

static const char *table_of(const struct list *sessions)
{
	struct cli_list list;
	sink_encode_list(&line, sessions, sessions_now);
	ck_assert_int_eq(cli_list_read(line.data, line.size, &list), 0);
	cli_table_append(&out, &list, sessions_now.wall_ms);
	buf_append_char(&out, '\0');
	cli_list_finish(&list);
	return out.data;
}

START_TEST(sessions_are_shown_in_columns)
{
	struct session full = sessions_full(), bare = sessions_bare();
	char project[] = "süß";
	full.since_ms -= 125000;
	bare.state = SESSION_COMPLETED;
	bare.attention = SESSION_ATTENTION_PERMISSION;
	bare.project = project;
	struct list sessions;
	list_init(&sessions);
	list_append(&sessions, &full.link);
	list_append(&sessions, &bare.link);
	ck_assert_str_eq(table_of(&sessions),
		"STATE                  TOOL         PROJECT  DOING      SINCE  TOKENS  COST\n"
		"working                claude-code  webshop  tool:Bash  2 min  14.0 k  $0.04\n"
		"completed: permission  claude-code  süß      -          0 s    -       -\n");
}
END_TEST

START_TEST(no_sessions_are_said)
{
	struct list sessions;
	list_init(&sessions);
	ck_assert_str_eq(table_of(&sessions), "No sessions.\n");
}
END_TEST

START_TEST(other_answers_are_no_list)
{
	static const char *const texts[] = {"", "{}", "[]", "{\"sessions\":null}",
		"{\"sessions\":[1]}", "{\"sessions\":[{}]",
		"{\"sessions\":[{\"since\":\"x\",\"since\":1.5}]}", "{\"sessions\":[]} x"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct cli_list list;
		buf_clear(&line);
		buf_append_str(&line, str_from(texts[i]));
		ck_assert_msg(
			cli_list_read(line.data, line.size, &list) == -EPROTO, "%s", texts[i]);
	}
}
END_TEST

START_TEST(unknown_keys_and_strange_texts_do_no_harm)
{
	char text[] =
		"{\"new\":{\"sessions\":[1]},\"sessions\":[{\"session_id\":\"a\",\"new\":[{}],"
		"\"tool\":\"x\\u001b[31m\",\"metrics\":{\"input_tokens\":9223372036854775807,"
		"\"output_tokens\":1,\"new\":{}}}]}";
	struct cli_list list;
	ck_assert_int_eq(cli_list_read(text, sizeof(text) - 1, &list), 0);
	ck_assert_uint_eq(list.count, 1);
	ck_assert_int_eq(list.sessions[0].tokens, INT64_MAX);
	cli_table_append(&out, &list, 0);
	ck_assert_ptr_null(memchr(out.data, 0x1b, out.size));
	cli_list_finish(&list);
}
END_TEST

static Suite *cli_table_suite(void)
{
	Suite *suite = suite_create("cli_table");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, sessions_are_shown_in_columns);
	tcase_add_test(tc, no_sessions_are_said);
	tcase_add_test(tc, other_answers_are_no_list);
	tcase_add_test(tc, unknown_keys_and_strange_texts_do_no_harm);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(cli_table_suite());
}
