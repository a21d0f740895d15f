#include "sink/notification.h"

#include "base/mem.h"
#include "support/suite.h"

enum { NOON = 12 * 60 };

START_TEST(kinds_are_chosen)
{
	struct notify_rules rules = {.kinds = 1u << NOTIFY_DONE};
	ck_assert(notify_rules_want(&rules, NOTIFY_DONE, -1));
	ck_assert(!notify_rules_want(&rules, NOTIFY_PERMISSION, -1));
}
END_TEST

START_TEST(only_done_needs_a_long_turn)
{
	struct notify_rules rules = {.kinds = ~0u, .min_duration_ms = 10000};
	ck_assert(!notify_rules_want(&rules, NOTIFY_DONE, 0));
	ck_assert(!notify_rules_want(&rules, NOTIFY_DONE, 9999));
	ck_assert(notify_rules_want(&rules, NOTIFY_DONE, 10000));
	ck_assert(notify_rules_want(&rules, NOTIFY_DONE, -1));
	ck_assert(notify_rules_want(&rules, NOTIFY_ERROR, 0));
	ck_assert(notify_rules_want(&rules, NOTIFY_PERMISSION, 0));
}
END_TEST

START_TEST(quiet_hours_are_quiet)
{
	static const struct {
		const char *text;
		int minute;
		bool quiet;
	} cases[] = {
		{"22:00-07:00", 22 * 60, true},
		{"22:00-07:00", 23 * 60 + 59, true},
		{"22:00-07:00", 0, true},
		{"22:00-07:00", 7 * 60 - 1, true},
		{"22:00-07:00", 7 * 60, false},
		{"22:00-07:00", NOON, false},
		{"12:00 - 13:30", NOON, true},
		{"12:00 - 13:30", 13 * 60 + 30, false},
		{"9:00-9:00", 9 * 60, false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct notify_rules rules = {0};
		ck_assert(instant_read_hours(str_from(cases[i].text), &rules.quiet));
		ck_assert_int_eq(notify_rules_are_quiet(&rules, cases[i].minute), cases[i].quiet);
	}
}
END_TEST

START_TEST(other_texts_are_no_hours)
{
	static const char *const texts[] = {"", "-", "22:00", "22:00-", "22-7", "24:00-7:00",
		"22:60-7:00", "22:0-7:00", "022:00-7:00", "a:00-b:00", "22:00-7:00x", "-1:00-7:00"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct quiet_hours hours;
		ck_assert_msg(!instant_read_hours(str_from(texts[i]), &hours), "%s", texts[i]);
	}
}
END_TEST

START_TEST(each_kind_has_its_delay_unless_one_is_set)
{
	struct notify_rules rules = {.delay_ms = -1};
	ck_assert_int_eq(notify_rules_delay_ms(&rules, NOTIFY_PERMISSION), 1500);
	ck_assert_int_eq(notify_rules_delay_ms(&rules, NOTIFY_QUESTION), 1500);
	ck_assert_int_eq(notify_rules_delay_ms(&rules, NOTIFY_DONE), 0);
	rules.delay_ms = 0;
	ck_assert_int_eq(notify_rules_delay_ms(&rules, NOTIFY_PERMISSION), 0);
	rules.delay_ms = 200;
	ck_assert_int_eq(notify_rules_delay_ms(&rules, NOTIFY_DONE), 200);
}
END_TEST

static Suite *rules_suite(void)
{
	Suite *suite = suite_create("notify_rules");
	TCase *tc = tcase_create("all");
	tcase_add_test(tc, kinds_are_chosen);
	tcase_add_test(tc, only_done_needs_a_long_turn);
	tcase_add_test(tc, quiet_hours_are_quiet);
	tcase_add_test(tc, other_texts_are_no_hours);
	tcase_add_test(tc, each_kind_has_its_delay_unless_one_is_set);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(rules_suite());
}
