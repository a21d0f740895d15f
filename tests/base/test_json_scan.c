#include "base/json_scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "support/suite.h"

enum { DEPTH = 8, KEEP = 5 };

struct told {
	struct json_scan scan;
	struct buf out;
};

static void on_token(enum json_token token, struct str text, void *data)
{
	static const char letters[] = {[JSON_OBJECT_BEGIN] = '{',
		[JSON_OBJECT_END] = '}',
		[JSON_ARRAY_BEGIN] = '[',
		[JSON_ARRAY_END] = ']',
		[JSON_NAME] = 'k',
		[JSON_STRING] = 's',
		[JSON_NUMBER] = 'n',
		[JSON_TRUE] = 'T',
		[JSON_FALSE] = 'F',
		[JSON_NULL] = 'N'};
	struct told *t = data;
	buf_append_char(&t->out, letters[token]);
	if (token == JSON_NAME || text.size > 0) {
		buf_printf(&t->out, "<%.*s>", STR_ARG(text));
	}
	if (token == JSON_NAME && !str_equal(text, STR("skipped"))) {
		t->scan.keep = KEEP;
	}
}

/* All tokens of a text that comes in pieces of this size; "!" and the place at an error. */
static char *tokens_of(struct str text, size_t piece)
{
	struct told t;
	buf_init(&t.out, 4096);
	json_scan_init(&t.scan, DEPTH, KEEP, on_token, &t);
	for (size_t at = 0; at < text.size; at += piece) {
		struct str rest = str_skip(text, at);
		(void)json_scan_feed(
			&t.scan, (struct str){rest.data, rest.size < piece ? rest.size : piece});
	}
	if (!json_scan_end(&t.scan)) {
		buf_printf(&t.out, "!%d", (int)t.scan.offset);
	}
	buf_append_char(&t.out, '\0');
	json_scan_finish(&t.scan);
	return t.out.data;
}

static void expect(struct str text, const char *tokens)
{
	for (size_t piece = 1; piece <= text.size + 1; piece++) {
		char *got = tokens_of(text, piece);
		ck_assert_msg(
			strcmp(got, tokens) == 0, "'%.*s' by %zu: %s", STR_ARG(text), piece, got);
		free(got);
	}
}

START_TEST(tokens_come_in_order)
{
	expect(STR("{\"a\":[1,-2.5e+3,\"s\",true,false,null,{},[]],\"b\":{\"\":0}}"),
		"{k<a>[nns<s>TFN{}[]]k<b>{k<>n}}");
	expect(STR(" \t\r\n[ 1 , { \"a\" : 2 } ] \n"), "[n{k<a>n}]");
	expect(STR("\xef\xbb\xbf{}\r\n"), "{}");
	expect(STR("0"), "n");
	expect(STR("1.5E-7"), "n");
}
END_TEST

START_TEST(strings_are_kept_as_far_as_asked_for)
{
	expect(STR("{\"a\":\"1234567\",\"skipped\":\"x\",\"b\":\"\\\"\\n\\u00e4\"}"),
		"{k<a>s<12345>k<skipped>sk<b>s<\"\n\xc3\xa4>}");
	expect(STR("{\"a\":[\"x\"],\"b\":1,\"c\":\"y\"}"), "{k<a>[s<x>]k<b>nk<c>s<y>}");
}
END_TEST

START_TEST(surrogates_are_paired_or_replaced)
{
	expect(STR("{\"a\":\"\\ud83d\\ude00\"}"), "{k<a>s<\xf0\x9f\x98\x80>}");
	expect(STR("{\"a\":\"\\ud83d\"}"), "{k<a>s<\xef\xbf\xbd>}");
	expect(STR("{\"a\":\"\\ud83dx\"}"), "{k<a>s<\xef\xbf\xbdx>}");
	expect(STR("{\"a\":\"\\ud83d\\n\"}"), "{k<a>s<\xef\xbf\xbd\n>}");
	expect(STR("{\"a\":\"\\ude00x\"}"), "{k<a>s<\xef\xbf\xbdx>}");
	expect(STR("{\"\\ud83d\\ud83d\\ude00\":0}"), "{k<\xef\xbf\xbd\xf0\x9f\x98\x80>n}");
}
END_TEST

/* Whoever shows it repairs it; here it must neither be read as something else nor be split. */
START_TEST(invalid_utf8_is_passed_on_as_it_came)
{
	expect(STR("{\"a\xff\":\"\xff\x80z\"}"), "{k<a\xff>s<\xff\x80z>}");
	expect(STR("{\"\xc3\":\"\xc3\"}"), "{k<\xc3>s<\xc3>}");
	expect(STR("{\"\xed\xa0\x80\":\"\xed\xa0\x80\"}"), "{k<\xed\xa0\x80>s<\xed\xa0\x80>}");
	expect(STR("{\"\xc0\xa2\":\"\xc0\xa2\"}"), "{k<\xc0\xa2>s<\xc0\xa2>}"); // no quote
	expect(STR("{\"\xe2\\u0041\":\"\xf0\\n\x80\"}"), "{k<\xe2"
							 "A>s<\xf0\n\x80>}");
	expect(STR("{\"a\":\"abc\xe2\x82\xac\"}"), "{k<a>s<abc\xe2\x82>}"); // cut by KEEP
	expect(STR("{\"skipped\":\"\xff\\ud800\xff\"}"), "{k<skipped>s}");
	expect(STR("[\xff]"), "[!1");
	expect(STR("{\"a\"\xa0:1}"), "{k<a>!4");
}
END_TEST

START_TEST(a_name_is_cut_at_its_limit_whatever_its_bytes)
{
	struct buf text, tokens;
	buf_init(&text, 4096);
	buf_init(&tokens, 4096);
	buf_append_str(&text, STR("{\""));
	buf_append_str(&tokens, STR("{k<"));
	for (int i = 0; i < JSON_SCAN_NAME_BYTES; i++) {
		const char *byte = i % 2 == 0 ? "\xff" : "\xe2";
		buf_append(&text, byte, 1);
		buf_append(&tokens, byte, 1);
	}
	buf_append_str(&text, STR("\xac\xff\":\"\xff\"}"));
	buf_append_str(&tokens, STR(">s<\xff>}"));
	buf_append_char(&tokens, '\0');
	expect(buf_str(&text), tokens.data);
	buf_finish(&text);
	buf_finish(&tokens);
}
END_TEST

START_TEST(what_is_no_json_is_told_with_its_place)
{
	expect(STR(""), "!0");
	expect(STR("\xef\xbb{}"), "!2");
	expect(STR("nonsense"), "!0");
	expect(STR("[1,]"), "[n!3");
	expect(STR("{\"a\":1,}"), "{k<a>n!7");
	expect(STR("{\"a\" 1}"), "{k<a>!5");
	expect(STR("[01]"), "[n!2");
	expect(STR("[1.]"), "[!3");
	expect(STR("[-]"), "[!2");
	expect(STR("{} {}"), "{}!3");
	expect(STR("[}"), "[!1");
	expect(STR("[\"\\x\"]"), "[!3");
	expect(STR("[\"\\u12g4\"]"), "[!6");
	expect(STR("[\"a\nb\"]"), "[!3");
	expect(STR("[\"a"), "[!3");
	expect(STR("[[[[[[[[[]]]]]]]]]"), "[[[[[[[[!8");
}
END_TEST

static Suite *json_scan_suite(void)
{
	Suite *s = suite_create("json_scan");
	TCase *t = tcase_create("json_scan");
	tcase_add_test(t, tokens_come_in_order);
	tcase_add_test(t, strings_are_kept_as_far_as_asked_for);
	tcase_add_test(t, surrogates_are_paired_or_replaced);
	tcase_add_test(t, invalid_utf8_is_passed_on_as_it_came);
	tcase_add_test(t, a_name_is_cut_at_its_limit_whatever_its_bytes);
	tcase_add_test(t, what_is_no_json_is_told_with_its_place);
	suite_add_tcase(s, t);
	return s;
}

int main(void)
{
	return suite_run(json_scan_suite());
}
