/* What is taken off a model's name, and what is not. */
#include <check.h>

#include "base/mem.h"
#include "price/price_name.h"
#include "support/suite.h"

START_TEST(endings_are_cut_one_at_a_time)
{
	static const struct {
		struct str name, rest; // the same: nothing is cut
	} names[] = {
		{STR_INIT("m[1m]"), STR_INIT("m")},
		{STR_INIT("m[a][b]"), STR_INIT("m[a]")},
		{STR_INIT("m1]"), STR_INIT("m1]")},
		{STR_INIT("m[1m"), STR_INIT("m[1m")},
		{STR_INIT("[1m]"), STR_INIT("")},
		{STR_INIT("m@20251101"), STR_INIT("m")},
		{STR_INIT("m@"), STR_INIT("m")},
		{STR_INIT("m-v1"), STR_INIT("m")},
		{STR_INIT("m-v12:34"), STR_INIT("m")},
		{STR_INIT("m-v1:"), STR_INIT("m-v1:")},
		{STR_INIT("m-v:1"), STR_INIT("m-v:1")},
		{STR_INIT("m-v"), STR_INIT("m-v")},
		{STR_INIT("mv1"), STR_INIT("mv1")},
		{STR_INIT("v1"), STR_INIT("v1")},
		{STR_INIT("m-latest"), STR_INIT("m")},
		{STR_INIT("mlatest"), STR_INIT("mlatest")},
		{STR_INIT("m-2025-04-14"), STR_INIT("m")},
		{STR_INIT("m-20250414"), STR_INIT("m")},
		{STR_INIT("m-0414"), STR_INIT("m")},
		{STR_INIT("m20250414"), STR_INIT("m20250414")},
		{STR_INIT("m-19991231"), STR_INIT("m-19991231")},
		{STR_INIT("m-2025-4-14"), STR_INIT("m-2025-4-14")},
		{STR_INIT("m-1332"), STR_INIT("m-1332")},
		{STR_INIT("m-0000"), STR_INIT("m-0000")},
		{STR_INIT("m-0132"), STR_INIT("m-0132")},
		{STR_INIT("m-4"), STR_INIT("m-4")},
		{STR_INIT(""), STR_INIT("")},
		{STR_INIT("m-0414[1m]"), STR_INIT("m-0414")},
	};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct str name = names[i].name;
		bool cut = price_name_cut_ending(&name);
		ck_assert_msg(str_equal(name, names[i].rest), "%.*s", STR_ARG(names[i].name));
		ck_assert_int_eq(cut, !str_equal(names[i].name, names[i].rest));
	}
}
END_TEST

START_TEST(the_longest_prefix_is_cut)
{
	static const struct str prefixes[] = {
		STR_INIT("a."), STR_INIT("eu.a."), STR_INIT("eu."), STR_INIT("b/")};
	struct str name = STR("b/eu.a.m");
	ck_assert(price_name_cut_prefix(&name, prefixes, ARRAY_SIZE(prefixes)));
	ck_assert(str_equal(name, STR("eu.a.m")));
	ck_assert(price_name_cut_prefix(&name, prefixes, ARRAY_SIZE(prefixes)));
	ck_assert(str_equal(name, STR("m")));
	ck_assert(!price_name_cut_prefix(&name, prefixes, ARRAY_SIZE(prefixes)));
	ck_assert(str_equal(name, STR("m")));
}
END_TEST

static Suite *price_name_suite(void)
{
	Suite *suite = suite_create("price_name");
	TCase *c = tcase_create("cuts");
	tcase_add_test(c, endings_are_cut_one_at_a_time);
	tcase_add_test(c, the_longest_prefix_is_cut);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(price_name_suite());
}
