/* Lines, cut anywhere. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "feed/feed_entry.h"
#include "feed/feed_lines.h"
#include "support/suite.h"

/* The offsets of entries, and of bad lines with a '!'. */
static const char *offsets(struct feed_lines *l, struct str text, size_t piece)
{
	static char out[512];
	out[0] = '\0';
	while (text.size > 0) {
		struct str bytes = str_first(text, piece);
		text = str_skip(text, bytes.size);
		while (bytes.size > 0) {
			struct feed_entry *e = feed_lines_next(l, &bytes);
			if (e != NULL) {
				size_t size = strlen(out);
				(void)snprintf(out + size, sizeof(out) - size, " %s%lld",
					e->error != NULL ? "!" : "", (long long)e->offset);
				free(e);
			}
		}
	}
	return out;
}

START_TEST(pieces_make_no_difference)
{
	static const struct str text = STR_INIT("\xef\xbb\xbf{}\r\n\n  \nbad\n {\"a\":1} \n"
						"{\"b\":\"\xff\"}\n{\"unfinished\":");
	for (size_t piece = 1; piece <= text.size; piece++) {
		struct feed_lines l;
		feed_lines_init(&l, "f");
		ck_assert_str_eq(offsets(&l, text, piece), " 0 !11 15 25");
		ck_assert_int_eq(l.offset, 35);
		ck_assert_uint_eq(l.repaired, 1);
		ck_assert_ptr_null(feed_lines_take_rest(&l));
		ck_assert_str_eq(offsets(&l, STR("1}\n"), piece), " 35");
		feed_lines_finish(&l);
	}
}
END_TEST

START_TEST(long_lines_are_skipped)
{
	struct feed_lines l;
	char *text = xmalloc(2 * FEED_LINE_BYTES + 4);
	memset(text, 'x', 2 * FEED_LINE_BYTES);
	memcpy(text + 2 * FEED_LINE_BYTES, "\n{}\n", 4);
	feed_lines_init(&l, "f");
	ck_assert_str_eq(
		offsets(&l, (struct str){text, 2 * FEED_LINE_BYTES + 4}, 1000), " !0 131073");
	feed_lines_restart(&l, 100, true);
	ck_assert_str_eq(offsets(&l, STR("rest\n{}\n"), 3), " 105");
	feed_lines_finish(&l);
	free(text);
}
END_TEST

START_TEST(a_last_line_may_be_taken)
{
	struct feed_lines l;
	feed_lines_init(&l, "f");
	ck_assert_str_eq(offsets(&l, STR("{\"a\":{}}"), 3), "");
	struct feed_entry *e = feed_lines_take_rest(&l);
	ck_assert_ptr_nonnull(e);
	free(e);
	ck_assert_str_eq(offsets(&l, STR("\n{}\n"), 9), " 9");
	feed_lines_finish(&l);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("feed_lines");
	TCase *tcase = tcase_create("feed_lines");
	tcase_add_test(tcase, pieces_make_no_difference);
	tcase_add_test(tcase, long_lines_are_skipped);
	tcase_add_test(tcase, a_last_line_may_be_taken);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
