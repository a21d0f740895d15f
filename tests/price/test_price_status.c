#include <check.h>
#include <stdio.h>

#include "price/price_status.h"
#include "support/suite.h"

static struct price_status status;

START_TEST(calls_are_counted_by_model)
{
	status = (struct price_status){0};
	price_status_add_mismatch(&status, STR("Opal-1"));
	price_status_add_mismatch(&status, STR(" opal-1 "));
	price_status_add_mismatch(&status, STR("opal-2"));
	ck_assert_uint_eq(status.mismatch_count, 2);
	ck_assert_str_eq(status.mismatches[0].model, "opal-1");
	ck_assert_uint_eq(status.mismatches[0].calls, 2);
	ck_assert_uint_eq(status.mismatches[1].calls, 1);
	ck_assert_uint_eq(status.mismatched_calls, 3);
}
END_TEST

START_TEST(names_and_their_number_have_a_ceiling)
{
	status = (struct price_status){0};
	char name[300];
	for (int i = 0; i < 100; i++) {
		int size = snprintf(name, sizeof(name), "m%d", i);
		price_status_add_mismatch(&status, (struct str){name, (size_t)size});
	}
	price_status_add_mismatch(&status, STR("m3"));
	ck_assert_uint_eq(status.mismatch_count, PRICE_MISMATCH_MODELS);
	ck_assert_uint_eq(status.mismatches[3].calls, 2);
	ck_assert_uint_eq(status.mismatched_calls, 101);
	status = (struct price_status){0};
	(void)snprintf(name, sizeof(name), "%0299d", 0);
	price_status_add_mismatch(&status, str_from(name));
	price_status_add_mismatch(&status, str_from(name));
	ck_assert_uint_eq(str_from(status.mismatches[0].model).size, PRICE_NAME_BYTES);
	ck_assert_uint_eq(status.mismatches[0].calls, 2);
}
END_TEST

static Suite *price_status_suite(void)
{
	Suite *suite = suite_create("price_status");
	TCase *c = tcase_create("mismatches");
	tcase_add_test(c, calls_are_counted_by_model);
	tcase_add_test(c, names_and_their_number_have_a_ceiling);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(price_status_suite());
}
