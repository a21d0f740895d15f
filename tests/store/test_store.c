#include "store/store.h"

#include <errno.h>
#include <sys/stat.h>

#include "store_fixture.h"
#include "support/suite.h"

START_TEST(a_call_becomes_a_row)
{
	struct store *s = fixture_open();
	struct session_call call = fixture_call(fixture_session('a'), 7);
	call.usage.tokens[USAGE_CACHE_READ] = 1000;
	store_put_call(s, &call, FIXTURE_NOW_MS);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(fixture_number(s, "SELECT count(*) FROM call"), 1);
	ck_assert_int_eq(fixture_number(s, "SELECT cost_nano_usd FROM call"), 10000000);
	ck_assert_int_eq(fixture_number(s, "SELECT day FROM call"), FIXTURE_DAY);
	ck_assert_int_eq(fixture_number(s, "SELECT estimate_nano_usd IS NULL FROM call"), 1);
	ck_assert_str_eq(fixture_text(s, "SELECT cost_source FROM call"), "reported");
	ck_assert_str_eq(fixture_text(s, "SELECT model FROM call"), "claude-opus-4-1");
	ck_assert_str_eq(fixture_text(s, "SELECT host FROM session"), "desk");
	ck_assert_int_eq(fixture_number(s, "SELECT cache_read_tokens FROM session"), 1000);
	fixture_close(s);
}
END_TEST

START_TEST(the_file_is_for_its_user_alone)
{
	struct stat st;
	struct store *s = fixture_open();
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(stat(fixture_path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	fixture_await(s, STORE_OK);
	fixture_close(s);
}
END_TEST

START_TEST(the_end_writes_what_is_left)
{
	struct store_settings settings = fixture_settings();
	settings.collect_ms = 60000;
	struct store *s = store_open(&settings);
	struct session_call call = fixture_call(fixture_session('a'), 7);
	store_put_call(s, &call, FIXTURE_NOW_MS);
	fixture_close(s);
	ck_assert_int_eq(fixture_number_in(fixture_path, "SELECT count(*) FROM call"), 1);
}
END_TEST

START_TEST(without_a_path_nothing_is_kept)
{
	struct store_settings settings = store_settings_default();
	struct store *s = store_open(&settings);
	struct session_call call = fixture_call(fixture_session('a'), 7);
	store_put_call(s, &call, FIXTURE_NOW_MS);
	ck_assert_uint_eq(store_state(s).status, STORE_OFF);
	ck_assert_int_eq(store_ask(s, NULL, NULL, NULL), -ENOTSUP);
	store_close(s, 1000);
	store_close(NULL, 1000);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("store");
	TCase *tests = tcase_create("store");
	tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
	tcase_add_test(tests, a_call_becomes_a_row);
	tcase_add_test(tests, the_file_is_for_its_user_alone);
	tcase_add_test(tests, the_end_writes_what_is_left);
	tcase_add_test(tests, without_a_path_nothing_is_kept);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
