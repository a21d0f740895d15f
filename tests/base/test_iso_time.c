/* Times as programs write them. */
#include <check.h>
#include <stdlib.h>
#include <time.h>

#include "base/iso_time.h"
#include "base/mem.h"
#include "support/suite.h"

START_TEST(texts)
{
	static const struct {
		struct str text;
		int64_t ms; // 0: no time
	} rows[] = {
		{STR_INIT("2026-03-09T10:00:00Z"), 1773050400000},
		{STR_INIT("2026-03-09 10:00:00.123456z"), 1773050400123},
		{STR_INIT("2026-03-09T10:00:00,9Z"), 1773050400900},
		{STR_INIT("2026-03-09T11:00+01"), 1773050400000},
		{STR_INIT("2026-03-09T04:30-0530"), 1773050400000},
		{STR_INIT("2026-03-09T11:30:00+01:30"), 1773050400000},
		{STR_INIT("2026-03-09T11:00:00"), 1773050400000},
		{STR_INIT("2026-07-09T12:00"), 1783591200000},
		{STR_INIT("2026-03-09"), 0},
		{STR_INIT("2026-02-29T10:00Z"), 0},
		{STR_INIT("2026-03-09T24:00Z"), 0},
		{STR_INIT("2026-03-09T10:00:00.Z"), 0},
		{STR_INIT("2026-03-09T10:00:00 Z"), 0},
		{STR_INIT("2026-03-09t10:00:00Z"), 0},
		{STR_INIT("2026-03-09T10:00:00+1"), 0},
		{STR_INIT("2026-03-09T10:00:00+01:"), 0},
		{STR_INIT("2026-3-9T10:00:00Z"), 0},
		{STR_INIT(""), 0},
	};
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int64_t ms = 0;
		ck_assert_msg(iso_time_read(rows[i].text, &ms) == (rows[i].ms != 0), "%s",
			rows[i].text.data);
		ck_assert_int_eq(ms, rows[i].ms);
	}
}
END_TEST

START_TEST(numbers)
{
	static const struct {
		struct str text;
		int64_t ms; // 0: no time
	} rows[] = {
		{STR_INIT("1773052500"), 1773052500000},
		{STR_INIT("1773052500.2506"), 1773052500251},
		{STR_INIT("1773052500250"), 1773052500250},
		{STR_INIT("1773052500250499"), 1773052500250},
		{STR_INIT("1773052500250000000"), 1773052500250},
		{STR_INIT("-1.5"), -1500},
		{STR_INIT("1e300"), 0},
		{STR_INIT("x"), 0},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int64_t ms = 0;
		ck_assert(iso_time_read_number(rows[i].text, &ms) == (rows[i].ms != 0));
		ck_assert_int_eq(ms, rows[i].ms);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("iso_time");
	TCase *tcase = tcase_create("iso_time");
	tcase_add_test(tcase, texts);
	tcase_add_test(tcase, numbers);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
