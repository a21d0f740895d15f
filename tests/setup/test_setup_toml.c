#include "setup/setup_toml.h"

#include "base/buf.h"
#include "base/mem.h"
#include "support/suite.h"

enum { TEXT_BYTES = 65536 };

static struct buf text_of(const char *s)
{
	struct buf text;
	buf_init(&text, TEXT_BYTES);
	buf_append_str(&text, str_from(s));
	return text;
}

static enum setup_toml_status get(const char *s, struct str *ret)
{
	struct buf text = text_of(s);
	struct str found = {0};
	enum setup_toml_status status = setup_toml_get(&text, STR("otel"), STR("exporter"), &found);
	*ret = (struct str){s + (found.data != NULL ? found.data - text.data : 0), found.size};
	buf_finish(&text);
	return status;
}

START_TEST(the_key_of_the_table_is_found_and_no_other)
{
	static const struct {
		const char *text, *value; // NULL: absent
	} cases[] = {
		{"", NULL},
		{"[otel]\nexporter = \"none\" # why\n", "\"none\""},
		{"exporter = 1\n[other]\nexporter = 2\n[otel.other]\nexporter = 3\n", NULL},
		{" [ \"otel\" ]\n\t'exporter' = { a = { b = [1, 2] } }", "{ a = { b = [1, 2] } }"},
		{"x = \"\"\"\n[otel]\nexporter = 1\n\"\"\"\n", NULL},
		{"x = '''\n[otel]\nexporter = 1'''''\n[otel]\nexporter = 2\n", "2"},
		{"x = [ # [otel]\n  \"]\", [1],\n  { a = '}' },\n]\n[[list]]\n[otel]\r\n"
		 "exporter = 5\r\n",
			"5"},
		{"[otel]\nother = 1\n\n# exporter = 2\n", NULL},
		{"a.b.\"c d\" = 1979-05-27T07:32:00Z\nb = +1.5e+3\n[otel]\nexporter = true\n",
			"true"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct str found;
		enum setup_toml_status status = get(cases[i].text, &found);
		ck_assert_int_eq(
			status, cases[i].value != NULL ? SETUP_TOML_PRESENT : SETUP_TOML_ABSENT);
		ck_assert(cases[i].value == NULL || str_equal(found, str_from(cases[i].value)));
	}
}
END_TEST

START_TEST(what_is_not_plain_is_not_touched)
{
	static const char *const texts[] = {"otel = { }\n", "otel.exporter = 1\n",
		"[otel.exporter]\na = 1\n", "[[otel]]\n", "[otel]\nexporter.a = 1\n",
		"[otel]\n[otel]\n", "[otel]\nexporter = 1\nexporter = 2\n", "a = [1\n", "a = \"\n",
		"a = \"\"\"x\n", "a\n", "[a\n", "a = 1 2\n", "a = { b = 1\n}\n", "= 1\n",
		"a = 1\xff\n", "\"\\u006ftel\".exporter = 1\n"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct buf text = text_of(texts[i]);
		struct str found;
		ck_assert_msg(get(texts[i], &found) == SETUP_TOML_UNCLEAR, "%s", texts[i]);
		setup_toml_add(&text, STR("otel"), STR("exporter"), STR("1"));
		setup_toml_remove(&text, STR("otel"), STR("exporter"));
		ck_assert(str_equal(buf_str(&text), str_from(texts[i])));
		buf_finish(&text);
	}
}
END_TEST

START_TEST(what_is_added_can_be_taken_away_without_a_trace)
{
	static const struct {
		const char *before, *after;
	} cases[] = {
		{"", "[otel]\nexporter = 1\n"},
		{"a = 1\n", "a = 1\n\n[otel]\nexporter = 1\n"},
		{"[otel]\nx = 1\n\n[b]\ny = 2\n", "[otel]\nx = 1\nexporter = 1\n\n[b]\ny = 2\n"},
		{"[otel]\n# mine\nx = [\n  1\n]\n# more\n",
			"[otel]\n# mine\nx = [\n  1\n]\nexporter = 1\n# more\n"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf text = text_of(cases[i].before);
		setup_toml_add(&text, STR("otel"), STR("exporter"), STR("1"));
		ck_assert(str_equal(buf_str(&text), str_from(cases[i].after)));
		setup_toml_remove(&text, STR("otel"), STR("exporter"));
		setup_toml_remove_table(&text, STR("otel"));
		ck_assert(str_equal(buf_str(&text), str_from(cases[i].before)));
		buf_finish(&text);
	}
}
END_TEST

START_TEST(a_table_with_anything_in_it_stays)
{
	static const char *const texts[] = {
		"[otel]\n# mine\n", "[otel]\nx = 1\n", "[b]\n", "[otel.b]\n"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct buf text = text_of(texts[i]);
		setup_toml_remove_table(&text, STR("otel"));
		ck_assert(str_equal(buf_str(&text), str_from(texts[i])));
		buf_finish(&text);
	}
}
END_TEST

static Suite *setup_toml_suite(void)
{
	Suite *suite = suite_create("setup_toml");
	TCase *tcase = tcase_create("setup_toml");
	tcase_add_test(tcase, the_key_of_the_table_is_found_and_no_other);
	tcase_add_test(tcase, what_is_not_plain_is_not_touched);
	tcase_add_test(tcase, what_is_added_can_be_taken_away_without_a_trace);
	tcase_add_test(tcase, a_table_with_anything_in_it_stays);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(setup_toml_suite());
}
