#include "config/config_ini.h"

#include <string.h>

#include "base/buf.h"
#include "support/suite.h"

struct dedup {
	struct buf text; // "line section.name=value;" for each entry
	enum config_ini_fault fault;
	int fault_line;
};

static void on_entry(const struct config_ini_entry *entry, void *data)
{
	struct dedup *seen = data;
	buf_printf(&seen->text, "%d %.*s.%.*s=%.*s;", entry->line, STR_ARG(entry->section),
		STR_ARG(entry->name), STR_ARG(entry->value));
}

static void on_fault(int line, enum config_ini_fault fault, void *data)
{
	struct dedup *seen = data;
	seen->fault = fault;
	seen->fault_line = line;
}

static void parse(struct str text, struct dedup *seen)
{
	buf_init(&seen->text, 4096);
	config_ini_parse(text, on_entry, on_fault, seen);
	buf_append_char(&seen->text, '\0');
}

static void assert_entries(struct str text, const char *entries)
{
	struct dedup seen = {0};
	parse(text, &seen);
	ck_assert_int_eq(seen.fault_line, 0);
	ck_assert_str_eq(seen.text.data, entries);
	buf_finish(&seen.text);
}

START_TEST(reads_sections_comments_and_values)
{
	assert_entries(STR("a = 1\n# b = 2\n\n  ; c=3\n[ two ]\nd=x = y\n\te\t=\t\n"),
		"1 .a=1;6 two.d=x = y;7 two.e=;");
}
END_TEST

START_TEST(last_line_needs_no_end_and_crlf_is_fine)
{
	assert_entries(STR("a=1\r\n[s]\r\nb=2"), "1 .a=1;3 s.b=2;");
	assert_entries(STR(""), "");
}
END_TEST

START_TEST(quotes_keep_blanks_and_are_taken_off)
{
	assert_entries(STR("a = \" b \"\nc=\"\"\n"), "1 .a= b ;2 .c=;");
}
END_TEST

static const struct {
	struct str text;
	int fault, line;
} faults[] = {
	{STR_INIT("a=1\nb\n"), CONFIG_INI_NO_EQUALS, 2},
	{STR_INIT(" = 1\n"), CONFIG_INI_NO_NAME, 1},
	{STR_INIT("\n\n[s\n"), CONFIG_INI_SECTION, 3},
	{STR_INIT("["), CONFIG_INI_SECTION, 1},
	{STR_INIT("a=\"x\n"), CONFIG_INI_QUOTE, 1},
	{STR_INIT("a=x\"\n"), CONFIG_INI_QUOTE, 1},
	{STR_INIT("a=\"\n"), CONFIG_INI_QUOTE, 1},
	{STR_INIT("a=\xff\n"), CONFIG_INI_NOT_TEXT, 1},
	{STR_INIT("a=x\0y\n"), CONFIG_INI_NOT_TEXT, 1},
	{STR_INIT("# \xc3\n"), CONFIG_INI_NOT_TEXT, 1},
};

START_TEST(tells_what_is_wrong_and_where)
{
	struct dedup seen = {0};
	parse(faults[_i].text, &seen);
	ck_assert_int_eq(seen.fault, faults[_i].fault);
	ck_assert_int_eq(seen.fault_line, faults[_i].line);
	ck_assert_uint_gt(
		strlen(config_ini_fault_text((enum config_ini_fault)faults[_i].fault)), 0);
	buf_finish(&seen.text);
}
END_TEST

START_TEST(goes_on_behind_a_line_that_is_wrong)
{
	struct dedup seen = {0};
	parse(STR("a=1\nb\nc=3\n"), &seen);
	ck_assert_str_eq(seen.text.data, "1 .a=1;3 .c=3;");
	ck_assert_int_eq(seen.fault_line, 2);
	buf_finish(&seen.text);
}
END_TEST

static Suite *config_ini_suite(void)
{
	Suite *suite = suite_create("config_ini");
	TCase *tcase = tcase_create("parse");
	tcase_add_test(tcase, reads_sections_comments_and_values);
	tcase_add_test(tcase, last_line_needs_no_end_and_crlf_is_fine);
	tcase_add_test(tcase, quotes_keep_blanks_and_are_taken_off);
	tcase_add_loop_test(
		tcase, tells_what_is_wrong_and_where, 0, (int)(sizeof(faults) / sizeof(faults[0])));
	tcase_add_test(tcase, goes_on_behind_a_line_that_is_wrong);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(config_ini_suite());
}
