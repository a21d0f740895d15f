#include "setup/setup_toml.h"

#include "base/buf.h"
#include "base/mem.h"
#include "setup/setup_toml_read.h"
#include "support/suite.h"

enum { TEXT_BYTES = 65536 };

static const char *const exporter[] = {"otel", "exporter", NULL};

static struct buf text_of(const char *s)
{
	struct buf text;
	buf_init(&text, TEXT_BYTES);
	buf_append_str(&text, str_from(s));
	return text;
}

static void check_text(const struct buf *text, const char *expected)
{
	ck_assert_msg(str_equal(buf_str(text), str_from(expected)), "%.*s", STR_ARG(buf_str(text)));
}

static enum setup_toml_status get(const char *s, struct str *ret)
{
	struct buf text = text_of(s);
	struct str found = {0};
	enum setup_toml_status status = setup_toml_get(&text, exporter, &found);
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
		{"a = 1979-05-27 07:32:00\n[otel]\nexporter = 1\n", "1"},
		{"otel = { x = 1, exporter = 2 }\n", "2"},
		{"otel = {\n  x = 1, # why\n  exporter = 2,\n}\n", "2"},
		{"otel.exporter = 1\n", "1"},
		{"\"\\u006ftel\" . 'exporter' = 1\n", "1"},
		{"[a]\notel.exporter = 1\n", NULL},
		{"\xef\xbb\xbf[otel]\nexporter = 1\n", "1"},
		{"[otel.exporter]\na = 1\n", ""},
		{"[otel]\nexporter.a = 1\n", ""},
		{"[otel.exporter.\"x.y\"]\n", ""},
		{"[\"otel.exporter\"]\nexporter = 1\n", NULL},
		{"[otel.x]\na = 1\n[otel]\nexporter = 1\n", "1"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct str found;
		bool there = cases[i].value != NULL;
		enum setup_toml_status status = get(cases[i].text, &found);
		ck_assert_msg(status == (there ? SETUP_TOML_PRESENT : SETUP_TOML_ABSENT), "%s",
			cases[i].text);
		ck_assert_msg(
			!there || str_equal(found, str_from(cases[i].value)), "%s", cases[i].text);
	}
}
END_TEST

START_TEST(what_is_not_toml_is_not_touched)
{
	static const char *const texts[] = {"[[otel]]\n", "[otel]\n[otel]\n", "otel = 1\n",
		"[otel]\nexporter = 1\nexporter = 2\n", "[otel]\nexporter = 1\nexporter.a = 2\n",
		"otel.exporter = 1\n[otel.exporter]\na = 1\n", "a = [1\n", "a = \"\n",
		"a = \"\"\"x\n", "a\n", "[a\n", "a = 1 2\n", "a = { b = 1\n", "= 1\n",
		"a = 1\xff\n", "\"\\q\" = 1\n", "\"\\u0000\" = 1\n", "a = { , }\n"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct buf text = text_of(texts[i]), why;
		struct str found;
		ck_assert_msg(get(texts[i], &found) == SETUP_TOML_UNCLEAR, "%s", texts[i]);
		setup_toml_add(&text, "otel", "exporter", STR("1"));
		setup_toml_remove(&text, exporter);
		check_text(&text, texts[i]);
		buf_init(&why, TEXT_BYTES);
		setup_toml_explain(&text, exporter, &why);
		ck_assert_uint_gt(why.size, 0);
		buf_finish(&why);
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
		{"a = 1\r\n", "a = 1\r\n\r\n[otel]\r\nexporter = 1\r\n"},
		{"[otel]\nx = 1\n\n[b]\ny = 2\n", "[otel]\nx = 1\nexporter = 1\n\n[b]\ny = 2\n"},
		{"[otel]\n# mine\nx = [\n  1\n]\n# more\n",
			"[otel]\n# mine\nx = [\n  1\n]\nexporter = 1\n# more\n"},
		{"otel = { x = 1 } # y\n", "otel = { x = 1, exporter = 1 } # y\n"},
		{"otel = { x = { y = 1 }, }\n", "otel = { x = { y = 1 }, exporter = 1, }\n"},
		{"otel = {\n  x = 1 # y\n}\n", "otel = {\n  x = 1, exporter = 1 # y\n}\n"},
		{"otel.x = 1\nb = 2\n", "otel.x = 1\notel.exporter = 1\nb = 2\n"},
		{"otel.x.y = 1\n[otel.z]\na = 1\n",
			"otel.x.y = 1\notel.exporter = 1\n[otel.z]\na = 1\n"},
		{"[otel.x]\na = 1\n", "[otel.x]\na = 1\n\n[otel]\nexporter = 1\n"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf text = text_of(cases[i].before);
		setup_toml_add(&text, "otel", "exporter", STR("1"));
		check_text(&text, cases[i].after);
		setup_toml_remove(&text, exporter);
		setup_toml_remove_table(&text, "otel");
		check_text(&text, cases[i].before);
		buf_finish(&text);
	}
}
END_TEST

START_TEST(an_empty_inline_table_is_filled)
{
	static const char *const cases[][2] = {{"otel = {}\n", "otel = {exporter = 1}\n"},
		{"otel = { }\n", "otel = { exporter = 1 }\n"}};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf text = text_of(cases[i][0]);
		setup_toml_add(&text, "otel", "exporter", STR("1"));
		check_text(&text, cases[i][1]);
		setup_toml_remove(&text, exporter);
		check_text(&text, cases[i][0]);
		buf_finish(&text);
	}
}
END_TEST

START_TEST(all_that_is_below_a_path_goes_and_nothing_else)
{
	static const struct {
		const char *before, *after;
	} cases[] = {
		{"a = 1\n\n[otel.exporter.x]\nb = 1\n# mine\nc = 2\n\n[otel.exporter.x.y]\n\n[z]\n",
			"a = 1\n# mine\n\n[z]\n"},
		{"[otel]\nexporter.a.b = 1\nexporter.a.c = 2\nd = 3\n", "[otel]\nd = 3\n"},
		{"otel.exporter.a = 1\notel.b = 2\n", "otel.b = 2\n"},
		{"otel = { exporter = { a = 1 }, b = 2 }\n", "otel = { b = 2 }\n"},
		{"otel = { b = 2, exporter.a = 1, exporter.c = 1 }\n", "otel = { b = 2 }\n"},
		{"otel = {\n  b = 2, # mine\n  exporter = 1,\n}\n",
			"otel = {\n  b = 2, # mine\n  \n}\n"},
		{"[otel.exporters]\na = 1\n", "[otel.exporters]\na = 1\n"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf text = text_of(cases[i].before);
		setup_toml_remove(&text, exporter);
		check_text(&text, cases[i].after);
		buf_finish(&text);
	}
}
END_TEST

START_TEST(a_table_with_anything_in_it_stays)
{
	static const char *const texts[] = {
		"[otel]\n# mine\n", "[otel]\nx = 1\n", "[b]\n", "[otel.b]\n", "otel = { x = 1 }\n"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct buf text = text_of(texts[i]);
		setup_toml_remove_table(&text, "otel");
		check_text(&text, texts[i]);
		buf_finish(&text);
	}
}
END_TEST

static void append_leaf(const char *path, struct str value, void *data)
{
	buf_printf(data, "%s=%.*s;", path, STR_ARG(value));
}

START_TEST(values_are_the_same_in_every_spelling)
{
	static const char *const texts[] = {
		"[otel]\nexporter = { h = { e = \"u\", p = 1, s = {} } }\n",
		"[otel]\nexporter.h.e = \"u\"\nexporter.h.p = 1\nexporter.h.s = {}\n",
		"otel.exporter.h = { e = \"u\", p = 1, s = {} }\n",
		"[otel.exporter]\nh.e = \"u\"\nh.p = 1\nh.s = {}\n",
		"[otel.exporter.h]\ne = \"u\"\np = 1\ns = {}\n",
		"otel = { exporter.h.e = \"u\", exporter.h.p = 1, exporter.h.s = {} }\n",
	};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct buf text = text_of(texts[i]), leaves;
		buf_init(&leaves, TEXT_BYTES);
		setup_toml_each(&text, exporter, append_leaf, &leaves);
		check_text(&leaves, "h.e=\"u\";h.p=1;h.s={};");
		buf_finish(&leaves);
		buf_finish(&text);
	}
}
END_TEST

START_TEST(strings_of_every_kind_mean_their_text)
{
	static const struct {
		const char *written, *meaning; // NULL: broken
	} cases[] = {
		{"\"a\\tb\\u00e9\\U0001F600\\x41\"", "a\tb\xc3\xa9\xf0\x9f\x98\x80\x41"},
		{"'a\\b'", "a\\b"},
		{"\"\"\"\nab\\\n   cd\"\"\"", "abcd"},
		{"'''\r\nx\ny'''", "x\ny"},
		{"\"\"\"\"\"\"", ""},
		{"\"\"", ""},
		{"true", "true"},
		{"\"\\q\"", NULL},
		{"\"\\ud800\"", NULL},
		{"\"\\u12\"", NULL},
		{"\"", NULL},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf out;
		buf_init(&out, TEXT_BYTES);
		bool good = setup_toml_scalar(str_from(cases[i].written), &out);
		ck_assert_msg(good == (cases[i].meaning != NULL), "%s", cases[i].written);
		if (good) {
			check_text(&out, cases[i].meaning);
		}
		buf_finish(&out);
	}
}
END_TEST

static Suite *setup_toml_suite(void)
{
	Suite *suite = suite_create("setup_toml");
	TCase *tcase = tcase_create("setup_toml");
	tcase_add_test(tcase, the_key_of_the_table_is_found_and_no_other);
	tcase_add_test(tcase, what_is_not_toml_is_not_touched);
	tcase_add_test(tcase, what_is_added_can_be_taken_away_without_a_trace);
	tcase_add_test(tcase, an_empty_inline_table_is_filled);
	tcase_add_test(tcase, all_that_is_below_a_path_goes_and_nothing_else);
	tcase_add_test(tcase, a_table_with_anything_in_it_stays);
	tcase_add_test(tcase, values_are_the_same_in_every_spelling);
	tcase_add_test(tcase, strings_of_every_kind_mean_their_text);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(setup_toml_suite());
}
