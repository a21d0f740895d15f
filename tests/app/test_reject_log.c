#include <check.h>

#include "app/reject_log.h"
#include "support/suite.h"

START_TEST(a_few_lines_a_second_and_a_count_of_the_rest)
{
	struct reject_log l = {0};
	uint64_t held_back = 99;
	for (int i = 0; i < 20; i++) {
		bool allowed = reject_log_allows(&l, STR("127.0.0.1:5000"), 1500, &held_back);
		ck_assert(allowed == (i < REJECT_LOG_LINES_PER_S));
	}
	ck_assert(reject_log_allows(
		&l, STR("127.0.0.1:5001"), 2100, &held_back)); // its next connection
	ck_assert_uint_eq(held_back, 20 - REJECT_LOG_LINES_PER_S);
	ck_assert(reject_log_allows(&l, STR("127.0.0.1:5001"), 2200, &held_back));
	ck_assert_uint_eq(held_back, 0);
	ck_assert_uint_eq(l.held_back, 20 - REJECT_LOG_LINES_PER_S);
}
END_TEST

START_TEST(peers_do_not_silence_each_other)
{
	struct reject_log l = {0};
	uint64_t held_back;
	for (int i = 0; i < 20; i++) {
		reject_log_allows(&l, STR("127.0.0.1:5000"), 1000, &held_back);
	}
	ck_assert(reject_log_allows(&l, STR("[::1]:5000"), 1000, &held_back));
	ck_assert(reject_log_allows(&l, STR("unix"), 1000, &held_back));
	ck_assert(!reject_log_allows(&l, STR("127.0.0.1:1"), 1000, &held_back));
}
END_TEST

START_TEST(many_peers_cost_no_memory)
{
	struct reject_log l = {0};
	uint64_t held_back;
	char address[] = "10.0.0.0:1";
	for (int i = 0; i < 1000; i++) {
		address[3] = (char)('0' + i / 100);
		address[5] = (char)('0' + i / 10 % 10);
		address[7] = (char)('0' + i % 10);
		ck_assert(reject_log_allows(&l, str_from(address), i * 1000, &held_back));
	}
}
END_TEST

static Suite *reject_log_suite(void)
{
	Suite *suite = suite_create("refusal_log");
	TCase *c = tcase_create("limits");
	tcase_add_test(c, a_few_lines_a_second_and_a_count_of_the_rest);
	tcase_add_test(c, peers_do_not_silence_each_other);
	tcase_add_test(c, many_peers_cost_no_memory);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(reject_log_suite());
}
