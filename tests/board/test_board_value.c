/* What plain scalars are, and how a tree becomes JSON. */
#include <check.h>

#include "base/buf.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "board/board_yaml.h"
#include "support/suite.h"

START_TEST(plain_scalars)
{
	static const struct {
		struct str text;
		enum board_kind kind;
	} rows[] = {
		{STR_INIT(""), BOARD_NULL},
		{STR_INIT("~"), BOARD_NULL},
		{STR_INIT("NULL"), BOARD_NULL},
		{STR_INIT("nUll"), BOARD_TEXT},
		{STR_INIT("True"), BOARD_BOOL},
		{STR_INIT("yes"), BOARD_TEXT},
		{STR_INIT("007"), BOARD_NUMBER},
		{STR_INIT("-15"), BOARD_NUMBER},
		{STR_INIT("+1"), BOARD_NUMBER},
		{STR_INIT("123456789012345"), BOARD_NUMBER},
		{STR_INIT("1234567890123456"), BOARD_TEXT},
		{STR_INIT("0x1F"), BOARD_NUMBER},
		{STR_INIT("0x"), BOARD_TEXT},
		{STR_INIT("-0x1"), BOARD_TEXT},
		{STR_INIT("0o17"), BOARD_NUMBER},
		{STR_INIT("0o8"), BOARD_TEXT},
		{STR_INIT("1."), BOARD_NUMBER},
		{STR_INIT(".5"), BOARD_NUMBER},
		{STR_INIT("."), BOARD_TEXT},
		{STR_INIT("6.02e23"), BOARD_NUMBER},
		{STR_INIT("1e"), BOARD_TEXT},
		{STR_INIT("1e999"), BOARD_TEXT},
		{STR_INIT(".inf"), BOARD_TEXT},
		{STR_INIT("1_000"), BOARD_TEXT},
		{STR_INIT("12:30"), BOARD_TEXT},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		ck_assert_msg(
			board_plain_kind(rows[i].text) == rows[i].kind, "%s", rows[i].text.data);
	}
}
END_TEST

#define DEEP_31 "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"

/* json: of a document that can be read; else the line of the fault. */
static const struct {
	const char *name;
	struct str text;
	const char *json, *warning;
	int64_t line;
} documents[] = {
	{"numbers", STR_INIT("a: 007\nb: +.5\nc: -1.\nd: 0x1F\ne: 0o17\nf: 1.5e3\n"),
		"{\"a\":7,\"b\":0.5,\"c\":-1.0,\"d\":31,\"e\":15,\"f\":1.5e3}", NULL, 0},
	{"quoted", STR_INIT("a: '1'\nb: !!str 2\nc: !x 3\nd: |\n  4\n"),
		"{\"a\":\"1\",\"b\":\"2\",\"c\":3,\"d\":\"4\\n\"}", NULL, 0},
	{"twice", STR_INIT("a: 1\nb: 2\na: 3\n"), "{\"a\":3,\"b\":2}", "key twice: a", 0},
	{"complex key", STR_INIT("? [a]\n: 1\nb: 2\n"), "{\"b\":2}", "complex key", 0},
	{"key by alias", STR_INIT("a: &x k\n*x : 1\n"), "{\"a\":\"k\",\"k\":1}", NULL, 0},
	{"merge", STR_INIT("d: &d {a: 1, b: 2}\na: 0\n<<: *d\n"),
		"{\"d\":{\"a\":1,\"b\":2},\"a\":0,\"b\":2}", NULL, 0},
	{"merge of a list", STR_INIT("<<: [{a: 1}, {a: 2, b: 3}]\n"), "{\"a\":1,\"b\":3}", NULL, 0},
	{"no merge", STR_INIT("<<: 1\n"), "{\"<<\":1}", NULL, 0},
	{"quoted merge key", STR_INIT("'<<': {a: 1}\n"), "{\"<<\":{\"a\":1}}", NULL, 0},
	{"prose behind", STR_INIT("---\na: 1\n---\n\n# text: [\n"), "{\"a\":1}",
		"more than one document", 0},
	{"end mark", STR_INIT("a: 1\n...\n"), "{\"a\":1}", NULL, 0},
	{"Latin-1 behind", STR_INIT("---\na: 1\n---\ntext \xe9\n"), "{\"a\":1}",
		"more than one document", 0},
	{"control byte behind", STR_INIT("a: 1\n...\n\x01\n"), "{\"a\":1}",
		"more than one document", 0},
	{"control byte within", STR_INIT("a: 1\nb: \x01\n---\n"), NULL, NULL, 0},
	{"no end mark", STR_INIT("a: 1\n---\x01\n"), NULL, NULL, 0},
	{"32 deep", STR_INIT("a: " DEEP_31), "{\"a\":" DEEP_31 "}", NULL, 0},
	{"33 deep", STR_INIT("b: 1\na: [" DEEP_31 "]"), NULL, NULL, 2},
	{"deeper by an alias", STR_INIT("a: &a " DEEP_31 "\nb: [*a]\n"), NULL, NULL, 2},
	{"undefined alias", STR_INIT("a: *b\n"), NULL, NULL, 1},
	{"alias of itself", STR_INIT("a: &a [*a]\n"), NULL, NULL, 1},
	{"no map", STR_INIT("- a\n"), NULL, NULL, 1},
	{"empty", STR_INIT(""), NULL, NULL, 0},
	{"comments", STR_INIT("# a\n"), NULL, NULL, 0},
	{"Latin-1", STR_INIT("a: \xe9\n"), NULL, NULL, 0},
	{"unclosed", STR_INIT("a: \"b\n\n"), NULL, NULL, 3},
};

START_TEST(document)
{
	struct board_yaml y;
	struct buf out;
	struct json_writer j;
	const char *json = documents[_i].json;
	buf_init(&out, BOARD_YAML_BYTES);
	json_writer_init(&j, &out);
	board_yaml_read(&y, documents[_i].text, BOARD_YAML_BYTES);
	ck_assert_msg((y.top != NULL) == (json != NULL), "%s", documents[_i].name);
	if (json != NULL) {
		board_value_write(&j, y.top);
		ck_assert_msg(str_equal(buf_str(&out), str_from(json)), "%s: %.*s",
			documents[_i].name, STR_ARG(buf_str(&out)));
		ck_assert_uint_eq(y.warning_count, documents[_i].warning != NULL);
		ck_assert(y.warning_count == 0 ||
			  str_equal(y.warnings[0], str_from(documents[_i].warning)));
	} else {
		ck_assert_int_eq(y.fault.line, documents[_i].line);
		ck_assert_int_ne(y.fault.message[0], '\0');
	}
	board_yaml_finish(&y);
	buf_finish(&out);
}
END_TEST

START_TEST(many_keys_are_found)
{
	struct board_yaml y;
	struct buf text;
	buf_init(&text, BOARD_YAML_BYTES);
	for (int i = 0; i < 10000; i++) {
		buf_printf(&text, "k%d: %d\n", i % 5000, i);
	}
	board_yaml_read(&y, buf_str(&text), BOARD_YAML_BYTES);
	ck_assert_ptr_nonnull(y.top);
	ck_assert_uint_eq(y.top->count, 5000);
	ck_assert(str_equal(board_value_find(y.top, STR("k4999"))->text, STR("9999")));
	ck_assert_uint_eq(y.warning_count, BOARD_YAML_WARNINGS);
	board_yaml_finish(&y);
	buf_finish(&text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("board_value");
	TCase *tcase = tcase_create("board_value");
	tcase_add_test(tcase, plain_scalars);
	tcase_add_loop_test(tcase, document, 0, ARRAY_SIZE(documents));
	tcase_add_test(tcase, many_keys_are_found);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
