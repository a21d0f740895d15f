#include "base/json_number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "support/suite.h"

START_TEST(whole_values_are_integers_however_written)
{
	static const struct {
		const char *text;
		int64_t value;
	} cases[] = {
		{"0", 0},
		{"-0", 0},
		{"0e99999999999999999999", 0},
		{"0.000", 0},
		{"1e0", 1},
		{"1E+2", 100},
		{"100e-2", 1},
		{"-1.25e2", -125},
		{"0.001e3", 1},
		{"9223372036854775807", INT64_MAX},
		{"9.223372036854775807e18", INT64_MAX},
		{"-9223372036854775808", INT64_MIN},
		{"-9223372036854775808.000", INT64_MIN},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int64_t value = 7;
		ck_assert_msg(json_to_int64(str_from(cases[i].text), &value), "%s", cases[i].text);
		ck_assert_int_eq(value, cases[i].value);
	}
}
END_TEST

START_TEST(everything_else_is_no_integer)
{
	static const char *const bad[] = {"", "-", "+1", "01", "-01", "00", "1.", ".1", "1e", "1e+",
		"1 ", " 1", "1x", "0.5", "1e-1", "1.00000000000000000000000000000000000001", "NaN",
		"9223372036854775808", "-9223372036854775809", "1e19", "1e99999999999999999999",
		"--1"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		int64_t value = 7;
		ck_assert_msg(!json_to_int64(str_from(bad[i]), &value), "%s", bad[i]);
		ck_assert_int_eq(value, 7);
	}
}
END_TEST

START_TEST(unsigned_integers_have_their_own_range)
{
	uint64_t value = 7;
	ck_assert(json_to_uint64(STR("18446744073709551615"), &value));
	ck_assert_uint_eq(value, UINT64_MAX);
	ck_assert(json_to_uint64(STR("1844674407370955161.5e1"), &value));
	ck_assert_uint_eq(value, UINT64_MAX);
	ck_assert(json_to_uint64(STR("-0"), &value));
	ck_assert_uint_eq(value, 0);
	ck_assert(!json_to_uint64(STR("18446744073709551616"), &value));
	ck_assert(!json_to_uint64(STR("-1"), &value));
	ck_assert(!json_to_uint64(STR("-9"), &value));
	ck_assert(!json_to_uint64(STR("99999999999999999999"), &value));
	ck_assert_uint_eq(value, 0);
}
END_TEST

START_TEST(doubles_are_the_nearest)
{
	static const char *const texts[] = {"0", "-0", "1", "0.1", "1e22", "1e23",
		"123456789012345e-22", "5e-324", "2.2250738585072011e-308",
		"1.7976931348623157e308", "-0.3", "1e-400", "9007199254740993",
		"0.1000000000000000055511151231257827021181583404541015625"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		double value = 7;
		double expected = strtod(texts[i], NULL);
		ck_assert_msg(json_to_double(str_from(texts[i]), &value), "%s", texts[i]);
		ck_assert_msg(
			value == expected && signbit(value) == signbit(expected), "%s", texts[i]);
	}
	static const char *const bad[] = {
		"", "1.", "01", "1e400", "-1e400", "NaN", "Infinity", "0x1"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		double value = 7;
		ck_assert_msg(!json_to_double(str_from(bad[i]), &value), "%s", bad[i]);
		ck_assert_double_eq(value, 7);
	}
}
END_TEST

START_TEST(random_doubles_survive_being_written)
{
	uint64_t state = 88172645463325252u;
	for (size_t i = 0; i < 100000; i++) {
		double number, value;
		char text[64];
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		memcpy(&number, &state, sizeof(number));
		if (number - number != 0) {
			continue; // not finite
		}
		snprintf(text, sizeof(text), i % 2 == 0 ? "%.17g" : "%.3e", number);
		ck_assert(json_to_double(str_from(text), &value));
		ck_assert_double_eq(value, strtod(text, NULL));
	}
}
END_TEST

START_TEST(very_long_numbers_are_read_in_linear_time)
{
	size_t size = 4000000;
	char *text = xmalloc(size);
	int64_t integer;
	double number;
	memset(text, '9', size);
	ck_assert(!json_to_int64((struct str){text, size}, &integer));
	ck_assert(!json_to_double((struct str){text, size}, &number));
	text[1] = '.';
	ck_assert(!json_to_int64((struct str){text, size}, &integer));
	ck_assert(json_to_double((struct str){text, size}, &number));
	ck_assert_double_eq(number, 10);
	memset(text + 2, '0', size - 2);
	ck_assert(json_to_int64((struct str){text, size}, &integer));
	ck_assert_int_eq(integer, 9);
	memset(text, '0', size);
	text[1] = '.';
	memcpy(text + size - 9, "7e3999990", 9);
	ck_assert(json_to_int64((struct str){text, size}, &integer));
	ck_assert_int_eq(integer, 7);
	ck_assert(json_to_double((struct str){text, size}, &number));
	ck_assert_double_eq(number, 7);
	free(text);
}
END_TEST

static Suite *json_number_suite(void)
{
	Suite *suite = suite_create("json_number");
	TCase *tcase = tcase_create("json_number");
	tcase_add_test(tcase, whole_values_are_integers_however_written);
	tcase_add_test(tcase, everything_else_is_no_integer);
	tcase_add_test(tcase, unsigned_integers_have_their_own_range);
	tcase_add_test(tcase, doubles_are_the_nearest);
	tcase_add_test(tcase, random_doubles_survive_being_written);
	tcase_add_test(tcase, very_long_numbers_are_read_in_linear_time);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(json_number_suite());
}
