#include "process/process_stat.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "support/suite.h"

static const char tail[] = " S 1 42 42 34819 42 4194304 9 0 0 0 1 2 0 0 20 0 11 0 98765 1 2 3\n";

static bool parse(const char *before, const char *behind, struct process_stat *ret)
{
	char line[512];
	snprintf(line, sizeof(line), "%s%s", before, behind);
	return process_stat_parse(str_from(line), ret);
}

START_TEST(fields_are_read)
{
	struct process_stat stat;
	ck_assert(parse("42 (claude)", tail, &stat));
	ck_assert_int_eq(stat.pid, 42);
	ck_assert_str_eq(stat.name, "claude");
	ck_assert_int_eq(stat.state, 'S');
	ck_assert_uint_eq(stat.terminal, 34819);
	ck_assert_uint_eq(stat.start_ticks, 98765);
}
END_TEST

START_TEST(a_name_may_look_like_fields)
{
	struct process_stat stat;
	ck_assert(parse("42 (a) R 1 (b\n) c)", tail, &stat));
	ck_assert_str_eq(stat.name, "a) R 1 (b\n) c");
	ck_assert_uint_eq(stat.start_ticks, 98765);
}
END_TEST

START_TEST(a_long_name_is_cut)
{
	char text[256] = "42 (";
	struct process_stat stat;
	memset(text + 4, 'x', 200);
	text[204] = ')';
	ck_assert(parse(text, tail, &stat));
	ck_assert_uint_eq(strlen(stat.name), PROCESS_NAME_BYTES - 1);
}
END_TEST

START_TEST(other_text_is_refused)
{
	static const char *const texts[] = {"", "\n", "42", "42 (a", "42 a) S 1", ")(", "42 (a)",
		"42 (a) S 1 2 3", "x (a) S 1 42 42 0 42 0 9 0 0 0 1 2 0 0 20 0 11 0 98765",
		"42 (a) S 1 42 42 0 42 0 9 0 0 0 1 2 0 0 20 0 11 0 9x"};
	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct process_stat stat = {.pid = -7};
		ck_assert_msg(!process_stat_parse(str_from(texts[i]), &stat), "'%s'", texts[i]);
		ck_assert_int_eq(stat.pid, -7);
	}
}
END_TEST

START_TEST(zombies_have_ended)
{
	ck_assert(process_stat_has_ended(&(struct process_stat){.state = 'Z'}));
	ck_assert(process_stat_has_ended(&(struct process_stat){.state = 'X'}));
	ck_assert(!process_stat_has_ended(&(struct process_stat){.state = 'S'}));
	ck_assert(!process_stat_has_ended(&(struct process_stat){.state = 'T'}));
}
END_TEST

START_TEST(programs_and_scripts_have_names)
{
	static const struct {
		struct str arguments, program, script;
	} rows[] = {
		{STR_INIT("claude\0"), STR_INIT("claude"), STR_INIT("")},
		{STR_INIT("node\0/usr/bin/gemini\0--yolo\0"), STR_INIT("node"), STR_INIT("gemini")},
		{STR_INIT("/usr/bin/node\0--max-old-space-size=12052\0/usr/bin/gemini\0"),
			STR_INIT("node"), STR_INIT("gemini")},
		{STR_INIT("/usr/bin/node\0--expose-gc\0/usr/lib/@qwen-code/qwen-code/cli.js\0-y\0"),
			STR_INIT("node"), STR_INIT("qwen-code")},
		{STR_INIT("node\0cli.js\0"), STR_INIT("node"), STR_INIT("cli.js")},
		{STR_INIT("node\0--version\0"), STR_INIT("node"), STR_INIT("")},
		{STR_INIT("collector\0--config\0claude.yaml\0"), STR_INIT("collector"),
			STR_INIT("")}, // only node's options stand before a script
		{STR_INIT("/usr/bin/claude\0--resu"), STR_INIT("claude"), STR_INIT("")},
		{STR_INIT("a\0b/"), STR_INIT("a"), STR_INIT("")},
		{STR_INIT(""), STR_INIT(""), STR_INIT("")},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct str program, script;
		process_stat_pick_names(rows[i].arguments, &program, &script);
		ck_assert_msg(str_equal(program, rows[i].program), "row %zu: program", i);
		ck_assert_msg(str_equal(script, rows[i].script), "row %zu: script", i);
	}
}
END_TEST

static Suite *stat_suite(void)
{
	Suite *suite = suite_create("process_stat");
	TCase *tc = tcase_create("all");
	tcase_add_test(tc, fields_are_read);
	tcase_add_test(tc, a_name_may_look_like_fields);
	tcase_add_test(tc, a_long_name_is_cut);
	tcase_add_test(tc, other_text_is_refused);
	tcase_add_test(tc, zombies_have_ended);
	tcase_add_test(tc, programs_and_scripts_have_names);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(stat_suite());
}
