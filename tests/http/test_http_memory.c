#include "http/http_memory.h"

#include <errno.h>

#include "support/suite.h"

enum { LIMIT = 400 << 10, PIECE = 50 << 10 };

static char piece[PIECE];

/* How many pieces of that kind it takes. */
static int count(struct http_memory *m, struct buf *bufs, int most,
	int (*append)(struct http_memory *, struct buf *, const void *, size_t))
{
	int taken = 0;
	for (; taken < most; taken++) {
		buf_init(&bufs[taken], SIZE_MAX);
		int r = append(m, &bufs[taken], piece, sizeof(piece));
		ck_assert(r == 0 || r == -ENOBUFS);
		if (r != 0) {
			break;
		}
	}
	return taken;
}

START_TEST(readers_leave_a_quarter_to_requests)
{
	struct http_memory m;
	struct buf outputs[16], requests[16];
	http_memory_init(&m, LIMIT);
	int output_count = count(&m, outputs, 16, http_memory_append_output);
	ck_assert_int_gt(output_count, 0);
	ck_assert_uint_le(m.output_bytes, LIMIT / 4 * 3);
	int request_count = count(&m, requests, 16, http_memory_append);
	ck_assert_int_gt(request_count, 0);
	ck_assert_uint_eq(http_memory_output_room(&m) / PIECE, 0);
	for (int i = 0; i < output_count; i++) {
		http_memory_release_output(&m, &outputs[i]);
	}
	for (int i = 0; i < request_count; i++) {
		http_memory_release(&m, &requests[i]);
	}
	ck_assert_uint_eq(m.output_bytes, 0);
	ck_assert_uint_eq(m.used_bytes, 0);
	ck_assert_uint_eq(http_memory_output_room(&m), LIMIT / 4 * 3);
	http_memory_finish(&m);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("http_memory");
	TCase *tests = tcase_create("http_memory");
	tcase_add_test(tests, readers_leave_a_quarter_to_requests);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
