#include "focus/focus_command.h"

#include <errno.h>

#include "base/buf.h"
#include "support/suite.h"

static struct buf output;

static void setup(void)
{
	buf_init(&output, 64);
}

static void teardown(void)
{
	buf_finish(&output);
}

START_TEST(what_it_writes_is_read)
{
	ck_assert_int_eq(
		focus_command_run((const char *[]){"echo", "a b", "$HOME", NULL}, &output), 0);
	ck_assert(str_equal(buf_str(&output), STR("a b $HOME\n")));
}
END_TEST

START_TEST(failures_are_told_apart)
{
	ck_assert_int_eq(
		focus_command_run((const char *[]){"no-such-program", NULL}, &output), -ENOENT);
	ck_assert_int_eq(focus_command_run((const char *[]){"false", NULL}, &output), -ECANCELED);
	ck_assert_int_eq(focus_command_run((const char *[]){"yes", NULL}, &output), -EFBIG);
}
END_TEST

static Suite *command_suite(void)
{
	Suite *suite = suite_create("focus_command");
	TCase *tc = tcase_create("all");
	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_it_writes_is_read);
	tcase_add_test(tc, failures_are_told_apart);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(command_suite());
}
