#include "process/process_info.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/process_child.h"
#include "process/process_proc.h"
#include "support/suite.h"

static char directory[64];
static struct process_child child;
static struct process_info info;

static void setup(void)
{
	strcpy(directory, "/tmp/process-info-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	memset(&info, 0, sizeof(info));
}

static void teardown(void)
{
	process_child_finish(&child);
	process_info_finish(&info);
	rmdir(directory);
}

static void start(const struct process_child_options *options)
{
	process_child_start(&child, options);
}

START_TEST(a_process_is_described)
{
	start(&(struct process_child_options){.cwd = directory});
	uint64_t began = process_proc_start_ticks(child.pid);
	ck_assert_uint_ne(began, 0);
	ck_assert_int_eq(process_info_read(child.pid, began, &info), 0);
	ck_assert_int_eq(info.pid, child.pid);
	ck_assert_uint_eq(info.start_ticks, began);
	ck_assert_str_eq(info.name, "sleep");
	ck_assert_str_eq(info.program, "sleep");
	ck_assert_str_eq(info.script, "1000");
	ck_assert_str_eq(info.cwd, directory);
	ck_assert(!info.is_elsewhere);
}
END_TEST

START_TEST(another_start_is_another_process)
{
	start(&(struct process_child_options){0});
	uint64_t began = process_proc_start_ticks(child.pid);
	ck_assert_int_eq(process_info_read(child.pid, began - 1, &info), -ESRCH);
	ck_assert_int_eq(process_info_read(child.pid, began + 1, &info), -ESRCH);
	ck_assert_int_eq(process_info_read(child.pid, 0, &info), 0);
}
END_TEST

START_TEST(a_gone_process_is_not_there)
{
	start(&(struct process_child_options){0});
	pid_t pid = child.pid;
	process_child_kill(&child);
	ck_assert_int_eq(process_info_read(pid, 0, &info), -ESRCH);
	ck_assert_uint_eq(process_proc_start_ticks(pid), 0);
	ck_assert_int_eq(process_info_read(0, 0, &info), -ESRCH);
	ck_assert_int_eq(process_info_read(-1, 0, &info), -ESRCH);
}
END_TEST

START_TEST(another_users_is_refused)
{
	if (geteuid() != 0) {
		return;
	}
	start(&(struct process_child_options){.uid = 1234});
	ck_assert_int_eq(process_info_read(child.pid, 0, &info), -EPERM);
}
END_TEST

START_TEST(a_removed_directory_is_not_told)
{
	start(&(struct process_child_options){.cwd = directory});
	ck_assert_int_eq(rmdir(directory), 0);
	ck_assert_int_eq(process_info_read(child.pid, 0, &info), 0);
	ck_assert_ptr_null(info.cwd);
}
END_TEST

START_TEST(in_a_container_nothing_is_guessed)
{
	start(&(struct process_child_options){.clone_flags = CLONE_NEWPID, .cwd = directory});
	if (child.pid < 0) {
		return; // without the right to make one
	}
	ck_assert_int_eq(process_info_read(child.pid, 0, &info), 0);
	ck_assert(info.is_elsewhere);
	ck_assert_str_eq(info.name, "sleep");
	ck_assert_ptr_null(info.cwd);
}
END_TEST

static Suite *info_suite(void)
{
	Suite *suite = suite_create("process_info");
	TCase *tc = tcase_create("all");
	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_process_is_described);
	tcase_add_test(tc, another_start_is_another_process);
	tcase_add_test(tc, a_gone_process_is_not_there);
	tcase_add_test(tc, another_users_is_refused);
	tcase_add_test(tc, a_removed_directory_is_not_told);
	tcase_add_test(tc, in_a_container_nothing_is_guessed);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(info_suite());
}
