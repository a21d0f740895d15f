#include "process/process_watch.h"

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

#include "process/process_child.h"
#include "process/process_proc.h"
#include "support/suite.h"

static uv_loop_t loop;
static struct process_child child;
static struct process_watch *watch;
static unsigned ends;
static bool stop_when_told;

static void on_end(void *data)
{
	ck_assert_ptr_eq(data, &child);
	ends++;
	if (stop_when_told) {
		process_watch_stop(watch);
		watch = NULL;
	}
}

static void setup(void)
{
	ends = 0;
	watch = NULL;
	stop_when_told = true;
	uv_loop_init(&loop);
	process_child_start(&child, &(struct process_child_options){0});
}

static void teardown(void)
{
	process_watch_stop(watch);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
	process_child_finish(&child);
}

static int start(uint64_t start_ticks)
{
	return process_watch_start(&loop, child.pid, start_ticks, on_end, &child, &watch);
}

START_TEST(the_end_is_told_once)
{
	ck_assert_int_eq(start(process_proc_start_ticks(child.pid)), 0);
	uv_run(&loop, UV_RUN_NOWAIT);
	ck_assert_uint_eq(ends, 0);
	stop_when_told = false;
	process_child_kill(&child);
	uv_run(&loop, UV_RUN_DEFAULT); // ends as nothing is left to wait for
	ck_assert_uint_eq(ends, 1);
}
END_TEST

START_TEST(it_may_be_stopped_when_told)
{
	ck_assert_int_eq(start(process_proc_start_ticks(child.pid)), 0);
	process_child_kill(&child);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_uint_eq(ends, 1);
}
END_TEST

START_TEST(a_stopped_watch_tells_nothing)
{
	ck_assert_int_eq(start(process_proc_start_ticks(child.pid)), 0);
	process_child_kill(&child);
	process_watch_stop(watch);
	watch = NULL;
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_uint_eq(ends, 0);
}
END_TEST

START_TEST(a_pid_used_again_is_not_watched)
{
	ck_assert_int_eq(start(process_proc_start_ticks(child.pid) - 1), -ESRCH);
	ck_assert_ptr_null(watch);
}
END_TEST

START_TEST(a_gone_process_is_not_watched)
{
	uint64_t began = process_proc_start_ticks(child.pid);
	pid_t pid = child.pid;
	process_child_kill(&child);
	ck_assert_int_eq(process_watch_start(&loop, pid, began, on_end, &child, &watch), -ESRCH);
}
END_TEST

START_TEST(no_descriptor_left_is_no_death)
{
	struct rlimit before, none;
	uint64_t began = process_proc_start_ticks(child.pid);
	getrlimit(RLIMIT_NOFILE, &before);
	none = before;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &none);
	int r = start(began);
	setrlimit(RLIMIT_NOFILE, &before);
	ck_assert_int_eq(r, -EMFILE);
}
END_TEST

static Suite *watch_suite(void)
{
	Suite *suite = suite_create("process_watch");
	TCase *tc = tcase_create("all");
	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_end_is_told_once);
	tcase_add_test(tc, it_may_be_stopped_when_told);
	tcase_add_test(tc, a_stopped_watch_tells_nothing);
	tcase_add_test(tc, a_pid_used_again_is_not_watched);
	tcase_add_test(tc, a_gone_process_is_not_watched);
	tcase_add_test(tc, no_descriptor_left_is_no_death);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(watch_suite());
}
