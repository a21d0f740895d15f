#include "store/store_queue.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "session/session_call.h"
#include "store/store_counter.h"
#include "store/store_day.h"
#include "support/suite.h"

static struct store_counter counter = {
	.name = STR_INIT("name"), .labels = STR_INIT("[]"), .add = 3};
static const struct store_source source = {.fact = &counter, .at_ms = 5};

static struct store_value value_of(const struct store_record *record, const char *name)
{
	int i = store_record_column(record->kind, str_from(name));
	ck_assert_int_ge(i, 0);
	return record->values[i];
}

START_TEST(a_record_comes_back_as_it_went)
{
	struct buf b;
	buf_init(&b, 65536);
	struct session session = {.id = (char *)"s", .assistant_name = (char *)"codex"};
	struct session_call call = {
		.session = &session,
		.id = UINT64_MAX,
		.model = STR("m"),
		.duration_ms = -1,
		.ttft_ms = 0,
		.status = 0,
		.cost = SESSION_COST_FREE,
		.usage = {.tokens = {[USAGE_OUTPUT] = INT64_MAX}},
	};
	struct store_source from = {.fact = &call, .session = &session, .at_ms = 7};
	ck_assert_int_eq(store_record_append(&b, STORE_CALL, &from), 0);
	ck_assert_int_eq(store_record_append(&b, STORE_COUNTER, &source), 0);

	struct str rest = buf_str(&b);
	struct store_record r;
	ck_assert(store_record_read(&rest, &r));
	ck_assert_uint_eq(r.kind, STORE_CALL);
	ck_assert_int_eq(value_of(&r, "id").number, -1);
	ck_assert(value_of(&r, "output_tokens").number == INT64_MAX);
	ck_assert(str_equal(value_of(&r, "model").text, STR("m")));
	ck_assert(str_equal(value_of(&r, "cost_source").text, STR("f")));
	ck_assert_uint_eq(value_of(&r, "duration_ms").type, STORE_NULL);
	ck_assert_uint_eq(value_of(&r, "ttft_ms").type, STORE_INT);
	ck_assert_uint_eq(value_of(&r, "status").type, STORE_NULL);
	ck_assert_uint_eq(value_of(&r, "project").type, STORE_NULL);
	ck_assert_int_eq(store_record_column(STORE_CALL, STR("nothing")), -1);
	ck_assert(store_record_read(&rest, &r));
	ck_assert_uint_eq(r.kind, STORE_COUNTER);
	ck_assert_int_eq(value_of(&r, "add").number, 3);
	ck_assert(!store_record_read(&rest, &r));
	buf_finish(&b);
}
END_TEST

START_TEST(texts_from_outside_become_names)
{
	struct buf b;
	buf_init(&b, 65536);
	char *text = xmalloc(5000);
	for (size_t i = 0; i < 5000; i++) {
		text[i] = (char)(i == 1 ? '\n' : i == 2 ? '\xff' : 'x');
	}
	struct store_counter named = {.name = {text, 5000}, .labels = STR("[]")};
	ck_assert_int_eq(
		store_record_append(&b, STORE_COUNTER, &(struct store_source){.fact = &named}), 0);
	struct str rest = buf_str(&b);
	struct store_record r;
	ck_assert(store_record_read(&rest, &r));
	struct str name = value_of(&r, "name").text;
	ck_assert(str_starts_with(name, STR("x\xef\xbf\xbd\xef\xbf\xbdx")));
	ck_assert_uint_eq(name.size, STORE_MAX_TEXT_BYTES + 4);
	free(text);
	buf_finish(&b);
}
END_TEST

START_TEST(bytes_that_are_no_record_are_refused)
{
	struct buf b;
	buf_init(&b, 65536);
	ck_assert_int_eq(store_record_append(&b, STORE_COUNTER, &source), 0);
	struct store_record r;
	for (size_t size = 0; size < b.size; size++) {
		struct str part = {b.data, size};
		ck_assert(!store_record_read(&part, &r));
	}
	for (size_t i = 0; i < b.size; i++) { // whatever comes of it, it stays within
		for (unsigned bit = 0; bit < 8; bit++) {
			b.data[i] ^= (char)(1 << bit);
			struct str whole = buf_str(&b);
			(void)store_record_read(&whole, &r);
			b.data[i] ^= (char)(1 << bit);
		}
	}
	buf_finish(&b);
}
END_TEST

START_TEST(a_record_that_does_not_fit_leaves_nothing)
{
	struct buf b;
	buf_init(&b, 40);
	ck_assert_int_eq(store_record_append(&b, STORE_COUNTER, &source), 0);
	size_t size = b.size;
	ck_assert_int_eq(store_record_append(&b, STORE_COUNTER, &source), -ENOBUFS);
	ck_assert_uint_eq(b.size, size);
	ck_assert(!b.overflowed);
	buf_finish(&b);
}
END_TEST

START_TEST(the_newest_are_dropped_and_counted)
{
	struct store_queue q;
	struct buf taken;
	store_queue_init(&q, 100);
	buf_init(&taken, 100);
	ck_assert(store_queue_put(&q, STORE_COUNTER, &source));
	size_t one = store_queue_bytes(&q);
	while (store_queue_put(&q, STORE_COUNTER, &source)) {
	}
	ck_assert_uint_eq(q.dropped, 1);
	size_t full = store_queue_bytes(&q);
	ck_assert_uint_le(full, 100);

	store_queue_take(&q, &taken); // what is being written counts as well
	ck_assert_uint_eq(taken.size, full);
	ck_assert(!store_queue_put(&q, STORE_COUNTER, &source));
	ck_assert_uint_eq(q.dropped, 2);
	store_queue_let_go(&q, one);
	ck_assert(store_queue_put(&q, STORE_COUNTER, &source));
	ck_assert_uint_eq(store_queue_bytes(&q), full);
	store_queue_finish(&q);
	buf_finish(&taken);
}
END_TEST

/* ---- days */

/* The zone is looked at anew with another quarter of an hour. */
static void set_zone(const char *name)
{
	setenv("TZ", name, 1);
	(void)store_day(0);
}

START_TEST(days_are_local)
{
	static const int64_t hour_ms = INT64_C(3600000);
	static const int64_t summer_ms = INT64_C(1774742400000); // 2026-03-29 00:00 UTC
	set_zone("Europe/Berlin");
	ck_assert_int_eq(store_day(summer_ms - hour_ms - 1), 20260328);
	ck_assert_int_eq(store_day(summer_ms - hour_ms), 20260329); // one hour ahead of UTC,
	ck_assert_int_eq(store_day(summer_ms + 22 * hour_ms - 1), 20260329); // then two
	ck_assert_int_eq(store_day(summer_ms + 22 * hour_ms), 20260330);
	set_zone("Asia/Kathmandu"); // by 5:45
	ck_assert_int_eq(store_day(summer_ms - 6 * hour_ms), 20260328);
	ck_assert_int_eq(store_day(summer_ms - 5 * hour_ms), 20260329);
}
END_TEST

START_TEST(times_are_believed_within_reason)
{
	static const int64_t now_ms = INT64_C(1773050400000), day_ms = INT64_C(86400000);
	ck_assert(store_believed_ms(now_ms - 400 * day_ms, now_ms) == now_ms - 400 * day_ms);
	ck_assert(store_believed_ms(now_ms + 1000, now_ms) == now_ms + 1000);
	ck_assert(store_believed_ms(now_ms + 2 * day_ms, now_ms) == now_ms);
	ck_assert(store_believed_ms(-1, now_ms) == now_ms);
	ck_assert(store_believed_ms(INT64_MAX, now_ms) == now_ms);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("store queue");
	TCase *tests = tcase_create("queue");
	tcase_add_test(tests, a_record_comes_back_as_it_went);
	tcase_add_test(tests, texts_from_outside_become_names);
	tcase_add_test(tests, bytes_that_are_no_record_are_refused);
	tcase_add_test(tests, a_record_that_does_not_fit_leaves_nothing);
	tcase_add_test(tests, the_newest_are_dropped_and_counted);
	tcase_add_test(tests, days_are_local);
	tcase_add_test(tests, times_are_believed_within_reason);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
