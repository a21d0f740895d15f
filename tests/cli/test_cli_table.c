#include "cli/cli_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/cli_list.h"
#include "cli/cli_pick.h"
#include "cli/cli_style.h"
#include "sink/sink_encode.h"
#include "support/sessions.h"
#include "support/suite.h"

static struct buf out, line;
static struct cli_style style;

static void setup(void)
{
	style = (struct cli_style){0};
	buf_init(&out, 1 << 20);
	buf_init(&line, SINK_MAX_LINE_BYTES);
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
	cli_list_sort(&list);
	cli_table_append(&out, &list, &style, sessions_now.wall_ms);
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
		"#  STATE                TOOL         PROJECT  DOING      SINCE  TOKENS  COST\n"
		"2  waiting: permission  claude-code  süß      -          0 s    -       -\n"
		"1  working              claude-code  webshop  tool:Bash  2 min  14.0 k  $0.04\n");
}
END_TEST

START_TEST(a_muted_session_says_so)
{
	struct session bare = sessions_bare();
	bare.muted = true;
	struct list sessions;
	list_init(&sessions);
	list_append(&sessions, &bare.link);
	ck_assert_ptr_nonnull(strstr(table_of(&sessions), "(muted)  claude-code"));
}
END_TEST

static const struct {
	size_t width;
	bool ascii, colors;
	const char *table;
} styles[] = {
	{75, false, false,
		"#  STATE                TOOL         PROJECT               DOING     SINCE\n"
		"1  waiting: permission  claude-code  日本語のプロジェクト  tool:Ba…  2 min\n"},
	{70, true, false,
		"#  STATE                TOOL         PROJECT     DOING     SINCE\n"
		"1  waiting: permission  claude-code  ??????????  tool:...  2 min\n"},
	{60, false, false,
		"#  STATE                TOOL         PROJECT           SINCE\n"
		"1  waiting: permission  claude-code  日本語のプロジ…   2 min\n"},
	{30, false, false,
		"STATE                PROJECT\n"
		"waiting: permission  日本語の…\n"},
	{10, false, false, "…  PROJECT\n…  日本語…\n"},
	{0, false, true,
		"\x1b[1m#\x1b[0m  \x1b[1mSTATE\x1b[0m                \x1b[1mTOOL\x1b[0m         "
		"\x1b[1mPROJECT\x1b[0m               \x1b[1mDOING\x1b[0m      \x1b[1mSINCE\x1b[0m  "
		"\x1b[1mTOKENS\x1b[0m  \x1b[1mCOST\x1b[0m\n"
		"1  \x1b[1;33mwaiting: permission\x1b[0m  claude-code  日本語のプロジェクト  tool:Bash  "
		"2 min  14.0 k  $0.04\n"},
};

START_TEST(what_does_not_fit_is_cut_or_left_out)
{
	struct session s = sessions_full();
	char project[] = "日本語のプロジェクト";
	s.since_ms -= 125000;
	s.project = project;
	s.attention = SESSION_ATTENTION_PERMISSION;
	struct list sessions;
	list_init(&sessions);
	list_append(&sessions, &s.link);
	style = (struct cli_style){
		.width = styles[_i].width, .ascii = styles[_i].ascii, .colors = styles[_i].colors};
	ck_assert_str_eq(table_of(&sessions), styles[_i].table);
}
END_TEST

START_TEST(no_line_is_wider_than_the_terminal)
{
	struct session s = sessions_full();
	struct list sessions;
	list_init(&sessions);
	list_append(&sessions, &s.link);
	for (style.width = 1; style.width < 90; style.width++) {
		buf_clear(&out);
		buf_clear(&line);
		table_of(&sessions);
		for (char *rest = out.data, *row; (row = strsep(&rest, "\n")) != NULL;) {
			bool fits = utf8_width(str_from(row)) <=
				    (style.width < 11 ? 11 : style.width);
			ck_assert_msg(fits, "%zu: %s", style.width, row);
		}
	}
}
END_TEST

static char picked[] = "{\"sessions\":["
		       "{\"session_id\":\"5f0c12\",\"tool\":\"codex\",\"project\":\"web\"},"
		       "{\"session_id\":\"5fff34\",\"tool\":\"codex\",\"project\":\"web\"},"
		       "{\"session_id\":\"77ab56\",\"tool\":\"codex\",\"project\":\"Api\"},"
		       "{\"session_id\":\"9\",\"tool\":\"codex\",\"project\":null}]}";

static const struct {
	const char *word;
	size_t number; // 0: none, or more than one
} picks[] = {
	{"5f0c12", 1},
	{"5f0", 1},
	{"5f", 0},
	{"2", 2},
	{"9", 4}, // an id goes before a number
	{"7", 3},
	{"5", 0},
	{"0", 0},
	{"-1", 0},
	{"99999999999999999999", 0},
	{"web", 0},
	{"Api", 3},
	{"api", 3},
	{"ap", 3},
	{"apis", 0},
	{"we", 0},
	{"", 0},
	{"\x1b[31m", 0},
};

START_TEST(sessions_are_picked_by_what_people_say)
{
	struct cli_list list;
	char *copy = strdup(picked);
	ck_assert_int_eq(cli_list_read(copy, strlen(copy), &list), 0);
	const struct cli_session *s = cli_pick(&list, str_from(picks[_i].word));
	ck_assert_uint_eq(s != NULL ? s->number : 0, picks[_i].number);
	cli_list_finish(&list);
	free(copy);
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
	ck_assert_int_eq(cli_list_tokens(&list.sessions[0]), INT64_MAX);
	cli_table_append(&out, &list, &style, 0);
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
	tcase_add_test(tc, a_muted_session_says_so);
	tcase_add_loop_test(tc, what_does_not_fit_is_cut_or_left_out, 0, (int)ARRAY_SIZE(styles));
	tcase_add_test(tc, no_line_is_wider_than_the_terminal);
	tcase_add_loop_test(tc, sessions_are_picked_by_what_people_say, 0, (int)ARRAY_SIZE(picks));
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
