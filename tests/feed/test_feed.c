/* Several files as one list, and groups. */
#include <check.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/mem.h"
#include "feed/feed.h"
#include "feed/feed_entry.h"
#include "support/suite.h"

static const char *const paths[] = {"/x/a", "/x/b"};
static struct feed feed;

static void setup(void)
{
	feed_init(&feed, paths, ARRAY_SIZE(paths));
}

static void teardown(void)
{
	feed_finish(&feed);
}

static void add(size_t file, const char *line)
{
	char *text = xstrdup(line);
	struct feed_entry *e = feed_entry_read(text, str_from(line).size, feed.files[file].name, 0);
	e->file = file;
	feed_add(&feed, e);
	mem_free_pointer(&text);
}

static const char *answer(const struct feed_request *r)
{
	static char text[4096];
	struct buf out;
	buf_init(&out, sizeof(text));
	feed_answer(&feed, r, &out);
	(void)snprintf(text, sizeof(text), "%.*s", STR_ARG(buf_str(&out)));
	buf_finish(&out);
	return text;
}

START_TEST(bad_lines_are_put_together)
{
	add(0, "x");
	add(0, "y");
	add(0, "{\"event\":\"e\"}");
	add(0, "z");
	ck_assert_uint_eq(feed.files[0].count, 3);
	ck_assert_uint_eq(feed.total, 1);
	ck_assert_uint_eq(feed.skipped, 3);
	ck_assert_uint_eq(feed_count_recent(&feed), 1);
	const struct feed_request last = {.limit = 1};
	ck_assert_str_eq(answer(&last),
		"[{\"error\":\"not JSON\",\"file\":\"a\",\"offset\":0,\"count\":1}]\n");
}
END_TEST

START_TEST(groups_count)
{
	add(0, "{\"event\":\"a\",\"ts\":0,\"value\":1,\"tags\":[\"t\"]}");
	add(1, "{\"event\":\"a\",\"ts\":30,\"value\":\"x\"}");
	add(0, "{\"event\":\"b\",\"tags\":[\"t\",\"u\"]}");
	const struct feed_request by_event = {.group = FEED_BY_EVENT};
	ck_assert_str_eq(answer(&by_event),
		"[{\"key\":\"a\",\"count\":2,\"last_value\":1,\"last_time_ms\":30000,"
		"\"per_minute\":4},"
		"{\"key\":\"b\",\"count\":1,\"last_value\":null,\"last_time_ms\":null,"
		"\"per_minute\":null}]\n");
	const struct feed_request by_tag = {.group = FEED_BY_TAG, .event = STR("b")};
	ck_assert_str_eq(answer(&by_tag),
		"[{\"key\":\"t\",\"count\":1,\"last_value\":null,\"last_time_ms\":null,"
		"\"per_minute\":null},{\"key\":\"u\",\"count\":1,\"last_value\":null,"
		"\"last_time_ms\":null,\"per_minute\":null}]\n");
}
END_TEST

START_TEST(the_newest_are_kept)
{
	char line[64];
	for (int i = 0; i < FEED_ENTRIES + 10; i++) {
		(void)snprintf(line, sizeof(line), "{\"event\":%d}", i);
		add(1, line);
	}
	ck_assert_uint_eq(feed.files[1].count, FEED_ENTRIES);
	ck_assert_uint_eq(feed.total, FEED_ENTRIES + 10);
	const struct feed_request first = {.event = STR("9"), .limit = 1};
	ck_assert_str_eq(answer(&first), "[]\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("feed");
	TCase *tcase = tcase_create("feed");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, bad_lines_are_put_together);
	tcase_add_test(tcase, groups_count);
	tcase_add_test(tcase, the_newest_are_kept);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
