#include "process/process_launch.h"

#include "base/buf.h"
#include "support/suite.h"

enum { MAX_BYTES = 64 * 1024 };

static uv_loop_t loop;
static struct process_launcher *launcher;
static struct buf output;
static int status;
static unsigned ends;

static void on_output(int exit_status, struct str text, void *data)
{
	ck_assert_ptr_eq(data, &output);
	buf_append_str(&output, text);
	status = exit_status;
	ends++;
}

static void on_end(int exit_status, void *data)
{
	ck_assert_ptr_eq(data, &output);
	status = exit_status;
	ends++;
}

static void setup(void)
{
	ends = 0;
	status = -2;
	buf_init(&output, MAX_BYTES);
	uv_loop_init(&loop);
	launcher = process_launcher_create(&loop);
}

static void teardown(void)
{
	process_launcher_close(launcher);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
	buf_finish(&output);
}

static int run_shell(const char *script)
{
	const char *const argv[] = {"sh", "-c", script, NULL};
	int r = process_launch_read(launcher, argv, MAX_BYTES, on_output, &output);
	ck_assert_uint_eq(ends, 0);
	uv_run(&loop, UV_RUN_DEFAULT);
	return r;
}

START_TEST(what_it_writes_is_all_there_at_its_end)
{
	ck_assert_int_eq(run_shell("printf 'one\\n'; sleep 0.05; exec seq 1 5000"), 0);
	ck_assert_uint_eq(ends, 1);
	ck_assert_int_eq(status, 0);
	ck_assert(str_starts_with(buf_str(&output), STR("one\n1\n2\n")));
	ck_assert(str_ends_with(buf_str(&output), STR("\n4999\n5000\n")));
}
END_TEST

START_TEST(what_closes_its_output_is_waited_for)
{
	ck_assert_int_eq(run_shell("echo x; exec >&-; sleep 0.05; exit 3"), 0);
	ck_assert_uint_eq(ends, 1);
	ck_assert_int_eq(status, 3);
	ck_assert(str_equal(buf_str(&output), STR("x\n")));
}
END_TEST

START_TEST(too_much_is_no_answer)
{
	ck_assert_int_eq(run_shell("exec yes"), 0);
	ck_assert_uint_eq(ends, 1);
	ck_assert_int_lt(status, 0);
}
END_TEST

START_TEST(what_cannot_be_started_is_told_at_once)
{
	const char *const argv[] = {"/nowhere/program", NULL};
	ck_assert_int_lt(process_launch_read(launcher, argv, MAX_BYTES, on_output, &output), 0);
	ck_assert_int_lt(process_launch(launcher, argv, NULL, on_end, &output), 0);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_uint_eq(ends, 0);
}
END_TEST

START_TEST(nobody_is_told_after_the_launcher_is_closed)
{
	const char *const argv[] = {"sleep", "1000", NULL};
	ck_assert_int_eq(process_launch_read(launcher, argv, MAX_BYTES, on_output, &output), 0);
	ck_assert_int_eq(process_launch(launcher, argv, NULL, on_end, &output), 0);
	process_launcher_close(launcher);
	launcher = NULL;
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_uint_eq(ends, 0);
}
END_TEST

START_TEST(a_program_that_is_not_read_has_its_end_told)
{
	const char *const argv[] = {"sh", "-c", "exec yes | head -c 100000; exit $((X + 1))", NULL};
	ck_assert_int_eq(process_launch(launcher, argv, "X=4", on_end, &output), 0);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_uint_eq(ends, 1);
	ck_assert_int_eq(status, 5);
}
END_TEST

static Suite *process_launch_suite(void)
{
	Suite *suite = suite_create("process_launch");
	TCase *tests = tcase_create("all");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, what_it_writes_is_all_there_at_its_end);
	tcase_add_test(tests, what_closes_its_output_is_waited_for);
	tcase_add_test(tests, too_much_is_no_answer);
	tcase_add_test(tests, what_cannot_be_started_is_told_at_once);
	tcase_add_test(tests, nobody_is_told_after_the_launcher_is_closed);
	tcase_add_test(tests, a_program_that_is_not_read_has_its_end_told);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(void)
{
	return suite_run(process_launch_suite());
}
