/* What a line of a metrics file becomes. */
#include <check.h>
#include <stdlib.h>

#include "base/mem.h"
#include "feed/feed_entry.h"
#include "support/suite.h"

#define META(time, event, text, value, tags)                                                       \
	"\"_meta\":{\"file\":\"f\",\"offset\":3,\"time_ms\":" time ",\"event\":" event             \
	",\"text\":\"" text "\",\"value\":" value ",\"tags\":" tags "}}"

static const struct {
	const char *line, *json; // NULL: no entry
} rows[] = {
	{"{}", "{" META("null", "null", "{}", "null", "[]")},
	{" {\"ts\": 1773052500.25, \"name\": true, \"value\": 1e300}",
		"{\"ts\":1773052500.25,\"name\":true,\"value\":1e300," META(
			"1773052500250", "\"true\"", "true = 1e300", "1e300", "[]")},
	{"{\"timestamp\":\"no\",\"time\":\"2026-03-09T10:00Z\",\"event\":\"\",\"type\":\"t\"}",
		"{\"timestamp\":\"no\",\"time\":\"2026-03-09T10:00Z\",\"event\":\"\",\"type\":\"t\"," META(
			"1773050400000", "\"t\"", "t", "null", "[]")},
	{"{\"event\":1,\"event\":\"x\",\"_meta\":0,\"value\":\"v\"}",
		"{\"event\":\"x\",\"value\":\"v\"," META("null", "\"x\"", "x = v", "null", "[]")},
	{"{\"message\":\"m\",\"tags\":[\"a\",1,null,\"\",[\"x\",{}]]}",
		"{\"message\":\"m\",\"tags\":[\"a\",1,null,\"\",[\"x\",{}]]," META(
			"null", "null", "m", "null", "[\"a\",\"1\",\"[\\\"x\\\",{}]\"]")},
	{"{\"tags\":{\"a\":1,\"b\":\"c\"},\"event\":\"e\\ud800\"}",
		"{\"tags\":{\"a\":1,\"b\":\"c\"},\"event\":\"e\xef\xbf\xbd\"," META(
			"null", "\"e\xef\xbf\xbd\"", "e\xef\xbf\xbd", "null", "[\"a=1\",\"b=c\"]")},
	{"{\"tags\":\" a,,b \"}",
		"{\"tags\":\" a,,b \"," META(
			"null", "null", "{\\\"tags\\\":\\\" a,,b \\\"}", "null", "[\"a\",\"b\"]")},
	{"{\"tags\":[\"a\"],\"tags\":null,\"value\":1e999}",
		"{\"tags\":null,\"value\":1e999," META(
			"null", "null", "{\\\"tags\\\":null,\\\"value\\\":1e999}", "null", "[]")},
	{"[1]", NULL},
	{"{\"a\":NaN}", NULL},
	{"{\"a\":1}x", NULL},
	{"{\"a\":1,}", NULL},
	{"{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}", NULL},
};

START_TEST(line)
{
	char *text = xstrdup(rows[_i].line);
	struct feed_entry *e = feed_entry_read(text, str_from(rows[_i].line).size, "f", 3);
	if (rows[_i].json == NULL) {
		ck_assert_ptr_nonnull(e->error);
	} else {
		ck_assert_msg(str_equal(e->json, str_from(rows[_i].json)), "%.*s\n%s",
			STR_ARG(e->json), rows[_i].json);
	}
	free(e);
	free(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("feed_entry");
	TCase *tcase = tcase_create("feed_entry");
	tcase_add_loop_test(tcase, line, 0, ARRAY_SIZE(rows));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
