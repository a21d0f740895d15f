#include "config/config_kind.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "support/suite.h"

static const char *const words[] = {"auto", "yes", "no", NULL};
static const char *item(size_t i)
{
	static const char *const of_list[] = {"ab", "cd", NULL};
	return of_list[i];
}

static const struct config_limits items = {.max = 5, .word = item};
static const struct config_limits port = {.min = 0, .max = 65535};
static const struct config_limits count = {.min = 1, .max = 100};
static const struct config_limits bytes = {.min = 1024, .max = 1 << 30};
static const struct config_limits seconds = {.min = 50, .max = 3600000};
static const struct config_limits usd = {.min = 0, .max = 100000000000};
static const struct config_limits choice = {.words = words};
static const struct config_limits text = {.min = 2, .max = 5};

/* formatted: what the value reads back as; NULL: not allowed. */
static const struct {
	const struct config_kind *kind;
	const struct config_limits *limits;
	struct str text;
	const char *formatted;
} values[] = {
	{&config_kind_port, &port, STR_INIT("0"), "0"},
	{&config_kind_port, &port, STR_INIT("65535"), "65535"},
	{&config_kind_port, &port, STR_INIT("65536"), NULL},
	{&config_kind_port, &port, STR_INIT("-1"), NULL},
	{&config_kind_port, &port, STR_INIT("4318x"), NULL},
	{&config_kind_port, &port, STR_INIT(""), NULL},
	{&config_kind_port, &port, STR_INIT("4318.0"), NULL},
	{&config_kind_count, &count, STR_INIT("100"), "100"},
	{&config_kind_count, &count, STR_INIT("0"), NULL},
	{&config_kind_count, &count, STR_INIT("99999999999999999999"), NULL},
	{&config_kind_bytes, &bytes, STR_INIT("65536"), "64K"},
	{&config_kind_bytes, &bytes, STR_INIT("64M"), "64M"},
	{&config_kind_bytes, &bytes, STR_INIT("1g"), "1G"},
	{&config_kind_bytes, &bytes, STR_INIT("1025"), "1025"},
	{&config_kind_bytes, &bytes, STR_INIT("2G"), NULL},
	{&config_kind_bytes, &bytes, STR_INIT("9223372036854775807G"), NULL},
	{&config_kind_bytes, &bytes, STR_INIT("-1K"), NULL},
	{&config_kind_bytes, &bytes, STR_INIT("K"), NULL},
	{&config_kind_bytes, &bytes, STR_INIT(""), NULL},
	{&config_kind_bytes, &bytes, STR_INIT("1023"), NULL},
	{&config_kind_seconds, &seconds, STR_INIT("3"), "3"},
	{&config_kind_seconds, &seconds, STR_INIT("0.5"), "0.5"},
	{&config_kind_seconds, &seconds, STR_INIT("0.05"), "0.05"},
	{&config_kind_seconds, &seconds, STR_INIT("0.049"), NULL},
	{&config_kind_seconds, &seconds, STR_INIT("3600.001"), NULL},
	{&config_kind_seconds, &seconds, STR_INIT("-3"), NULL},
	{&config_kind_seconds, &seconds, STR_INIT("nan"), NULL},
	{&config_kind_seconds, &seconds, STR_INIT("1e300"), NULL},
	{&config_kind_seconds, &seconds, STR_INIT("3s"), NULL},
	{&config_kind_switch, &port, STR_INIT("yes"), "yes"},
	{&config_kind_switch, &port, STR_INIT("TRUE"), "yes"},
	{&config_kind_switch, &port, STR_INIT("off"), "no"},
	{&config_kind_switch, &port, STR_INIT("0"), "no"},
	{&config_kind_switch, &port, STR_INIT("2"), NULL},
	{&config_kind_switch, &port, STR_INIT(""), NULL},
	{&config_kind_choice, &choice, STR_INIT("No"), "no"},
	{&config_kind_choice, &choice, STR_INIT("never"), NULL},
	{&config_kind_text, &text, STR_INIT("abc"), "abc"},
	{&config_kind_text, &text, STR_INIT("a"), NULL},
	{&config_kind_text, &text, STR_INIT("abcdef"), NULL},
	{&config_kind_text, &text, STR_INIT("a\0b"), NULL},
	{&config_kind_text, &text, STR_INIT(""), NULL},
	{&config_kind_path, &text, STR_INIT("/a"), "/a"},
	{&config_kind_path, &text, STR_INIT("none"), "none"},
	{&config_kind_path, &text, STR_INIT(""), "none"},
	{&config_kind_path, &text, STR_INIT("/abcdef"), NULL},
	{&config_kind_list, &text, STR_INIT("ab, cd ,,ef"), "ab, cd, ef"},
	{&config_kind_list, &text, STR_INIT(" ab\tcd "), "ab, cd"},
	{&config_kind_list, &text, STR_INIT("none"), "none"},
	{&config_kind_list, &text, STR_INIT(""), "none"},
	{&config_kind_list, &text, STR_INIT("ab, toolong"), NULL},
	{&config_kind_list, &items, STR_INIT("ab, cd"), "ab, cd"},
	{&config_kind_list, &items, STR_INIT("ab, ef"), NULL},
	{&config_kind_delay, &seconds, STR_INIT("1.5"), "1.5"},
	{&config_kind_delay, &seconds, STR_INIT("auto"), "auto"},
	{&config_kind_delay, &seconds, STR_INIT("-1"), NULL},
	{&config_kind_usd, &usd, STR_INIT("0"), "0"},
	{&config_kind_usd, &usd, STR_INIT("12.50"), "12.5"},
	{&config_kind_usd, &usd, STR_INIT("0.000000001"), "1e-09"},
	{&config_kind_usd, &usd, STR_INIT("100"), "100"},
	{&config_kind_usd, &usd, STR_INIT("100.000000001"), NULL},
	{&config_kind_usd, &usd, STR_INIT("-0.5"), NULL},
	{&config_kind_usd, &usd, STR_INIT("1."), NULL},
	{&config_kind_usd, &usd, STR_INIT("1.-5"), NULL},
	{&config_kind_usd, &usd, STR_INIT(".5"), NULL},
	{&config_kind_usd, &usd, STR_INIT("1.0000000001"), NULL},
	{&config_kind_usd, &usd, STR_INIT("9223372036854775807"), NULL},
	{&config_kind_usd, &usd, STR_INIT("$5"), NULL},
	{&config_kind_texts, &text, STR_INIT(" a b ,, cd "), "a b, cd"},
	{&config_kind_texts, &text, STR_INIT("none"), "none"},
	{&config_kind_texts, &text, STR_INIT("ab, a long"), NULL},
};

START_TEST(takes_what_is_allowed_and_nothing_else)
{
	const struct config_kind *kind = values[_i].kind;
	union config_field field = {0};
	bool allowed = kind->parse(values[_i].limits, values[_i].text, &field);
	ck_assert_msg(
		allowed == (values[_i].formatted != NULL), "\"%.*s\"", STR_ARG(values[_i].text));
	struct buf out;
	buf_init(&out, 100);
	if (allowed) {
		kind->format(values[_i].limits, &field, &out);
		buf_append_char(&out, '\0');
		ck_assert_str_eq(out.data, values[_i].formatted);
	}
	if (kind->finish != NULL) {
		kind->finish(&field);
	}
	buf_finish(&out);
}
END_TEST

START_TEST(lists_have_an_end)
{
	union config_field field = {0};
	for (int i = 0; i < 64; i++) {
		ck_assert(config_kind_list.parse(&text, STR("ab"), &field));
	}
	ck_assert(!config_kind_list.parse(&text, STR("ab"), &field));
	ck_assert_uint_eq(field.list.count, 64);
	config_kind_list.finish(&field);
	ck_assert_uint_eq(field.list.count, 0);
}
END_TEST

static const struct {
	const struct config_kind *kind;
	const struct config_limits *limits;
	const char *words;
} descriptions[] = {
	{&config_kind_port, &port, "a whole number from 0 to 65535"},
	{&config_kind_bytes, &bytes, "a size such as 64M, from 1K to 1G"},
	{&config_kind_seconds, &seconds, "seconds from 0.05 to 3600"},
	{&config_kind_switch, &port, "yes or no"},
	{&config_kind_choice, &choice, "auto, yes or no"},
	{&config_kind_path, &text, "a path of at most 5 bytes, or none"},
	{&config_kind_list, &text, "texts separated by commas, or none"},
	{&config_kind_list, &items, "ab and cd, separated by commas, or none"},
	{&config_kind_delay, &seconds, "seconds from 0.05 to 3600, or auto"},
	{&config_kind_usd, &usd, "US dollars from 0 to 100"},
};

START_TEST(says_what_is_allowed)
{
	struct buf out;
	buf_init(&out, 200);
	descriptions[_i].kind->describe(descriptions[_i].limits, &out);
	buf_append_char(&out, '\0');
	ck_assert_str_eq(out.data, descriptions[_i].words);
	buf_finish(&out);
}
END_TEST

static Suite *config_kind_suite(void)
{
	Suite *suite = suite_create("config_kind");
	TCase *tcase = tcase_create("values");
	tcase_add_loop_test(
		tcase, takes_what_is_allowed_and_nothing_else, 0, (int)ARRAY_SIZE(values));
	tcase_add_test(tcase, lists_have_an_end);
	tcase_add_loop_test(tcase, says_what_is_allowed, 0, (int)ARRAY_SIZE(descriptions));
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(config_kind_suite());
}
