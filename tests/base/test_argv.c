#include "base/argv.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "support/suite.h"

/* The words of text with '|' behind each, and '!' if the last has no end. */
static const char *split(const char *text)
{
	static char all[256];
	struct str rest = str_from(text);
	char *word;
	all[0] = '\0';
	while ((word = argv_split(&rest)) != NULL) {
		strcat(strcat(all, word), "|");
		free(word);
	}
	return strcat(all, rest.size > 0 ? "!" : "");
}

START_TEST(text_is_split_as_a_shell_would)
{
	ck_assert_str_eq(split(""), "");
	ck_assert_str_eq(split("  \t"), "");
	ck_assert_str_eq(split("one"), "one|");
	ck_assert_str_eq(split(" one\ttwo  three "), "one|two|three|");
	ck_assert_str_eq(split("a 'b c' \"d 'e'\""), "a|b c|d 'e'|");
	ck_assert_str_eq(split("a'b c'd \"\" ''"), "ab cd|||");
	ck_assert_str_eq(split("a\\ b \"\\\"\" '\\'"), "a b|\"|\\|");
	ck_assert_str_eq(split("$HOME `x` a;b"), "$HOME|`x`|a;b|");
}
END_TEST

START_TEST(an_open_quote_is_no_word)
{
	ck_assert_str_eq(split("one 'two"), "one|!");
	ck_assert_str_eq(split("one \"two three"), "one|!");
}
END_TEST

START_TEST(places_are_filled_and_stay_one_word)
{
	const char *const words[] = {
		"run", "{tool}", "--at={project}{tool}", "{other}", "{", "{tool", "}"};
	const struct argv_value values[] = {
		{"tool", STR("codex")}, {"project", STR("a b; $(rm) {tool}")}};
	char **filled = argv_expand(words, ARRAY_SIZE(words), values, ARRAY_SIZE(values));
	static const char *const wanted[] = {
		"run", "codex", "--at=a b; $(rm) {tool}codex", "{other}", "{", "{tool", "}", NULL};
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		ck_assert_str_eq(filled[i], wanted[i]);
	}
	ck_assert_ptr_null(filled[ARRAY_SIZE(words)]);
	argv_free(filled);
}
END_TEST

START_TEST(what_an_argument_cannot_hold_is_left_out)
{
	const char *const words[] = {"{big}"};
	size_t size = 1 << 20;
	cleanup_free char *big = xmalloc(size);
	memset(big, 'x', size);
	const struct argv_value values[] = {{"big", {big, size}}};
	char **filled = argv_expand(words, 1, values, 1);
	ck_assert_str_eq(filled[0], "");
	argv_free(filled);
}
END_TEST

static Suite *argv_suite(void)
{
	Suite *suite = suite_create("words");
	TCase *tc = tcase_create("all");
	tcase_add_test(tc, text_is_split_as_a_shell_would);
	tcase_add_test(tc, an_open_quote_is_no_word);
	tcase_add_test(tc, places_are_filled_and_stay_one_word);
	tcase_add_test(tc, what_an_argument_cannot_hold_is_left_out);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(argv_suite());
}
