#include "cli/cli_format.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cli/cli_bar.h"
#include "cli/cli_list.h"
#include "config/config_option.h"
#include "support/suite.h"

enum { NOW_MS = 400000 * CLI_BAR_FRAME_MS * 10 }; // the first of ten frames

/* The settings as they are without any file, and a list as the daemon would write it. */
static struct config config;
static struct buf line, out;

static void setup(void)
{
	config_option_defaults(&config);
	buf_init(&line, 1 << 20);
	buf_init(&out, CLI_FORMAT_MAX_LINE_BYTES);
}

static void teardown(void)
{
	config_finish(&config);
	buf_finish(&line);
	buf_finish(&out);
}

#define SESSION(state, attention, project)                                                         \
	"{\"session_id\":\"s\",\"tool\":\"claude-code\",\"state\":\"" state                        \
	"\",\"attention\":" attention ",\"project\":\"" project "\",\"metrics\":null,\"since\":0}"
#define LIST(sessions)   "{\"type\":\"session_list\",\"sessions\":[" sessions "]}"
#define IDLE(project)    SESSION("idle", "null", project)
#define WORKING(project) SESSION("working", "null", project)
#define DONE(project)    SESSION("completed", "\"done\"", project)
#define ASKING(project)  SESSION("completed", "\"permission\"", project)

/* What the format makes of the list at a time. */
static const char *shown_at(enum config_format format, const char *text, int64_t wall_ms)
{
	struct cli_list list;
	struct cli_bar bar;
	buf_clear(&line);
	buf_append_str(&line, str_from(text));
	ck_assert_int_eq(cli_list_read(line.data, line.size, &list), 0);
	cli_bar_init(&bar, &list, config.bar_icons, wall_ms);
	buf_clear(&out);
	cli_format_append(&out, format, &bar);
	buf_append_char(&out, '\0');
	cli_list_finish(&list);
	return out.data;
}

static const char *shown(enum config_format format, const char *text)
{
	return shown_at(format, text, NOW_MS);
}

static void set_icon(const char *name, const char *text)
{
	const struct config_option *o = config_option_named(name);
	o->kind->finish(config_option_field(o, &config));
	ck_assert(o->kind->parse(&o->limits, str_from(text), config_option_field(o, &config)));
}

START_TEST(the_most_urgent_comes_first)
{
	static const struct {
		const char *list, *text;
	} cases[] = {
		{LIST(""), "\n"},
		{LIST(IDLE("a") "," IDLE("b")), "○ 2\n"},
		{LIST(DONE("a") "," IDLE("b")), "✓ 1\n"},
		{LIST(DONE("a") "," WORKING("b") "," WORKING("c")), "⠋ 2  ✓ 1\n"},
		{LIST(DONE("a") "," WORKING("b") "," ASKING("c") "," ASKING("d")),
			"● 2 c  ⠋ 1  ✓ 1\n"},
		{LIST(SESSION("working", "\"stalled\"", "a")), "● 1 a\n"},
		{LIST(SESSION("idle", "\"a new word\"", "a")), "● 1 a\n"},
		{LIST(DONE("a") "," SESSION("idle", "\"a new word\"", "b")), "● 1 b  ✓ 1\n"},
		{LIST(SESSION("idle", "\"a new word\"", "a") "," ASKING("b")), "● 2 b\n"},
		{LIST(SESSION("completed", "null", "a")), "✓ 1\n"},
		{LIST(SESSION("a new state", "null", "a")), "○ 1\n"},
		{"{\"error\":\"unreachable\",\"sessions\":[]}", "✗\n"},
		{"{\"error\":\"stopped\",\"sessions\":[]}", "✗\n"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ck_assert_str_eq(shown(CONFIG_FORMAT_PLAIN, cases[i].list), cases[i].text);
	}
}
END_TEST

START_TEST(frames_follow_the_time_while_something_works)
{
	const char *list = LIST(WORKING("a"));
	ck_assert_str_eq(
		shown_at(CONFIG_FORMAT_PLAIN, list, NOW_MS + CLI_BAR_FRAME_MS - 1), "⠋ 1\n");
	ck_assert_str_eq(shown_at(CONFIG_FORMAT_PLAIN, list, NOW_MS + CLI_BAR_FRAME_MS), "⠙ 1\n");
	ck_assert_str_eq(
		shown_at(CONFIG_FORMAT_PLAIN, list, NOW_MS + 10 * CLI_BAR_FRAME_MS), "⠋ 1\n");
	set_icon("icon-completed", "a, b");
	list = LIST(DONE("a"));
	ck_assert_str_eq(shown_at(CONFIG_FORMAT_PLAIN, list, NOW_MS + CLI_BAR_FRAME_MS), "a 1\n");
}
END_TEST

START_TEST(icons_can_be_set_and_left_out)
{
	set_icon("icon-working", "<b fgcolor='red'>w</b>");
	set_icon("icon-completed", "none");
	set_icon("icon-empty", "-");
	set_icon("icon-unreachable", "none");
	ck_assert_str_eq(shown(CONFIG_FORMAT_PLAIN, LIST(DONE("a") "," WORKING("b"))),
		"<b fgcolor='red'>w</b> 1\n");
	ck_assert_str_eq(shown(CONFIG_FORMAT_PLAIN, LIST(DONE("a"))), "\n");
	ck_assert_ptr_nonnull(strstr(shown(CONFIG_FORMAT_WAYBAR, LIST(DONE("a"))),
		"{\"text\":\"\",\"alt\":\"completed\",\"tooltip\":\"<tt><span allow_breaks='false'>Claude Code"));
	ck_assert_str_eq(shown(CONFIG_FORMAT_PLAIN, LIST("")), "-\n");
	ck_assert_str_eq(
		shown(CONFIG_FORMAT_PLAIN, "{\"error\":\"stopped\",\"sessions\":[]}"), "\n");
}
END_TEST

#define ATTENTION_PART(text) "<span color='#f38ba8'>" text "</span>"
#define WORKING_PART(text)   "<span color='#89b4fa'>" text "</span>"
#define COMPLETED_PART(text) "<span color='#a6e3a1'>" text "</span>"

START_TEST(waybar)
{
	const char *list = LIST(
		"{\"tool\":\"codex\",\"state\":\"working\",\"project\":\"shop\",\"attention\":null,"
		"\"since\":1,\"metrics\":{\"input_tokens\":14000,\"cost_usd\":0.042}},"
		"{\"tool\":\"my & own\",\"state\":\"completed\",\"project\":\"<a> \\\"q\\\"\","
		"\"attention\":\"question\",\"since\":1999880001,\"metrics\":null},"
		"{\"tool\":\"qwen\",\"state\":\"completed\",\"project\":null,\"attention\":"
		"\"done\","
		"\"since\":1999995001,\"metrics\":{\"input_tokens\":7}}");
	ck_assert_str_eq(shown(CONFIG_FORMAT_WAYBAR, list),
		"{\"text\":\"" ATTENTION_PART("● 1") "  " WORKING_PART("⠋ 1") "  " COMPLETED_PART(
			"✓ 1") "\",\"alt\":\"attention\",\"tooltip\":\"<tt><span allow_breaks='false'>"
			       "my &amp; own   &lt;a&gt; &#92;&quot;q&#92;&quot;  " ATTENTION_PART(
				       "asks you something") "     1 min\\n"
							     "Codex      shop       " WORKING_PART(
								     "is working") "          "
										   "23 d 3 h  14.0 "
										   "k tokens  "
										   "$0.04\\n"
										   "Qwen Code      "
										   "      "
										   " " COMPLETED_PART(
											   "is "
											   "done") "                  4 s"
												   "       7 tokens</span></tt>\","
												   "\"class\":\"attention\",\"percentage\":33}\n");
	ck_assert_str_eq(shown(CONFIG_FORMAT_WAYBAR, LIST("")),
		"{\"text\":\"\",\"alt\":\"empty\",\"tooltip\":\"No AI sessions\","
		"\"class\":\"empty\",\"percentage\":0}\n");
	ck_assert_str_eq(shown(CONFIG_FORMAT_WAYBAR, "{\"error\":\"unreachable\",\"sessions\":[]}"),
		"{\"text\":\"✗\",\"alt\":\"unreachable\",\"tooltip\":\"otel-ai-monitor is not "
		"running\",\"class\":\"unreachable\",\"percentage\":0}\n");
}
END_TEST

START_TEST(waybar_names_the_only_session)
{
	static const struct {
		const char *list, *text;
	} cases[] = {
		{LIST(WORKING("shop")), "{\"text\":\"" WORKING_PART("⠋ shop") "\","},
		{LIST(ASKING("a<b")), "{\"text\":\"" ATTENTION_PART("● a&lt;b") "\","},
		{LIST(DONE("shop")), "{\"text\":\"" COMPLETED_PART("✓ shop") "\","},
		{LIST(IDLE("shop")), "{\"text\":\"○ shop\","},
		{LIST(WORKING("")), "{\"text\":\"" WORKING_PART("⠋ 1") "\","},
		{LIST(WORKING("a") "," WORKING("b")), "{\"text\":\"" WORKING_PART("⠋ 2") "\","},
		{LIST(WORKING("a") "," IDLE("b")), "{\"text\":\"" WORKING_PART("⠋ 1") "\","},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *bar = shown(CONFIG_FORMAT_WAYBAR, cases[i].list);
		ck_assert_msg(
			strncmp(bar, cases[i].text, strlen(cases[i].text)) == 0, "%zu: %s", i, bar);
	}
}
END_TEST

START_TEST(waybar_leaves_colours_of_the_user_alone)
{
	set_icon("icon-completed", "<b>x</b>");
	const char *bar = shown(CONFIG_FORMAT_WAYBAR, LIST(DONE("a") "," WORKING("b")));
	ck_assert_ptr_nonnull(strstr(bar, "{\"text\":\"" WORKING_PART("⠋ 1") "  <b>x</b> 1\","));
	ck_assert_ptr_nonnull(strstr(bar, "\\nClaude Code  a  is done  "));
}
END_TEST

START_TEST(a_column_without_anything_takes_no_room)
{
	ck_assert_ptr_nonnull(strstr(shown_at(CONFIG_FORMAT_WAYBAR, LIST(IDLE("") "," IDLE("")), 0),
		"\"<tt><span allow_breaks='false'>Claude Code  is idle  0 s\\nClaude Code  is idle  0 s</span></tt>\""));
}
END_TEST

START_TEST(polybar_takes_no_tag_from_a_name)
{
	ck_assert_str_eq(shown(CONFIG_FORMAT_POLYBAR, LIST(ASKING("%{A1:rm -r:}100%%{A}"))),
		"● 1 % {A1:rm -r:}100%% {A}\n");
	set_icon("icon-attention", "%{F#f00}!%{F-}");
	ck_assert_str_eq(shown(CONFIG_FORMAT_POLYBAR, LIST(ASKING("a"))), "%{F#f00}!%{F-} 1 a\n");
}
END_TEST

START_TEST(tmux_takes_no_command_from_a_name)
{
	ck_assert_str_eq(shown(CONFIG_FORMAT_TMUX, LIST(ASKING("#(id)#[fg=red]##"))),
		"● 1 ##(id)##[fg=red]####\n");
}
END_TEST

START_TEST(i3blocks)
{
	ck_assert_str_eq(shown(CONFIG_FORMAT_I3BLOCKS, LIST(ASKING("<\\\"\\\\\\n"))),
		"{\"full_text\":\"● 1 &lt;&#92;&quot;&#92;&#92;&#92;x0a\",\"short_text\":\"● 1\","
		"\"urgent\":\"true\",\"markup\":\"pango\"}\n");
	ck_assert_str_eq(shown(CONFIG_FORMAT_I3BLOCKS, LIST("")),
		"{\"full_text\":\"\",\"short_text\":\"\",\"urgent\":\"false\","
		"\"markup\":\"pango\"}\n");
}
END_TEST

START_TEST(yambar)
{
	ck_assert_str_eq(shown(CONFIG_FORMAT_YAMBAR, LIST(ASKING("a|b\\nc") "," WORKING("d"))),
		"text|string|● 1  ⠋ 1\nclass|string|attention\nproject|string|a|b\\x0ac\n"
		"attention|int|1\nworking|int|1\ncompleted|int|0\nidle|int|0\n\n");
	ck_assert_str_eq(shown(CONFIG_FORMAT_YAMBAR, LIST("")),
		"text|string|\nclass|string|empty\nproject|string|\n"
		"attention|int|0\nworking|int|0\ncompleted|int|0\nidle|int|0\n\n");
}
END_TEST

START_TEST(long_names_and_many_sessions_are_cut)
{
	struct buf list;
	buf_init(&list, 1 << 20);
	buf_append_str(&list, STR("{\"sessions\":["));
	for (int i = 0; i < 100; i++) {
		buf_append_str(&list, i > 0 ? STR(",") : STR(""));
		buf_printf(&list, SESSION("completed", "\"error\"", "%0*d"), 2000, i);
	}
	buf_append(&list, "]}", 3);
	const char *text = shown(CONFIG_FORMAT_WAYBAR, list.data);
	ck_assert_uint_lt(strlen(text), 20 * 200);
	ck_assert_ptr_nonnull(
		strstr(text, "0…  <span color='#f38ba8'>stopped with an error</span>  "));
	ck_assert_ptr_nonnull(strstr(text, "\\n… and 80 more</span></tt>\""));
	ck_assert_uint_lt(strlen(shown(CONFIG_FORMAT_PLAIN, list.data)), 100);
	buf_finish(&list);
}
END_TEST

START_TEST(todays_cost_where_it_was_asked_for)
{
	static const char *const empty =
		"{\"type\":\"session_list\",\"sessions\":[],\"cost_today_usd\":3.412}";
	static const char *const small = "{\"type\":\"session_list\",\"sessions\":[" WORKING(
		"a") "],\"cost_today_usd\":0.004}";
	static const char
		*const flat = "{\"type\":\"session_list\",\"sessions\":[],\"cost_today_usd\":3.412,"
			      "\"cost_today_is_estimated\":true,\"plan\":\"subscription\"}";
	static const char *const least =
		"{\"type\":\"session_list\",\"sessions\":[],\"cost_today_usd\":0.001,"
		"\"cost_today_is_estimated\":true,\"cost_today_unpriced_calls\":2}";
	ck_assert_str_eq(shown(CONFIG_FORMAT_PLAIN, empty), "$3.41 today\n");
	ck_assert_str_eq(shown(CONFIG_FORMAT_PLAIN, flat), "≈$3.41 today, API-equivalent\n");
	ck_assert_str_eq(shown(CONFIG_FORMAT_PLAIN, least), "≥$0.00 today\n");
	ck_assert(strstr(shown(CONFIG_FORMAT_PLAIN, small), " 1  <$0.01 today\n") != NULL);
	ck_assert(strstr(shown(CONFIG_FORMAT_WAYBAR, small), "&lt;$0.01 today\"") != NULL);
	ck_assert(strstr(shown(CONFIG_FORMAT_PLAIN, LIST(WORKING("a"))), "today") == NULL);
}
END_TEST

static Suite *cli_format_suite(void)
{
	Suite *suite = suite_create("cli_format");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, todays_cost_where_it_was_asked_for);
	tcase_add_test(tc, the_most_urgent_comes_first);
	tcase_add_test(tc, frames_follow_the_time_while_something_works);
	tcase_add_test(tc, icons_can_be_set_and_left_out);
	tcase_add_test(tc, waybar);
	tcase_add_test(tc, waybar_names_the_only_session);
	tcase_add_test(tc, waybar_leaves_colours_of_the_user_alone);
	tcase_add_test(tc, a_column_without_anything_takes_no_room);
	tcase_add_test(tc, polybar_takes_no_tag_from_a_name);
	tcase_add_test(tc, tmux_takes_no_command_from_a_name);
	tcase_add_test(tc, i3blocks);
	tcase_add_test(tc, yambar);
	tcase_add_test(tc, long_names_and_many_sessions_are_cut);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(cli_format_suite());
}
