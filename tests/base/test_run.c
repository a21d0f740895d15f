#include "base/run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/instant.h"
#include "support/suite.h"

enum { OUTPUT_BYTES = 64 };

static struct buf output;

static void setup(void)
{
	buf_init(&output, OUTPUT_BYTES);
}

static void teardown(void)
{
	buf_finish(&output);
}

static int run(const char *const argv[])
{
	return run_program(&(struct run){.argv = argv, .output = &output, .drops_errors = true});
}

static int run_line(const char *script, int limit_ms)
{
	const char *argv[] = {"sh", "-c", script, NULL};
	return run_program(&(struct run){
		.argv = argv, .output = &output, .first_line = true, .limit_ms = limit_ms});
}

START_TEST(what_it_writes_is_read)
{
	ck_assert_int_eq(run((const char *[]){"echo", "a b", "$HOME", NULL}), 0);
	ck_assert(str_equal(buf_str(&output), STR("a b $HOME\n")));
}
END_TEST

START_TEST(its_input_is_empty)
{
	ck_assert_int_eq(run((const char *[]){"cat", NULL}), 0);
	ck_assert_uint_eq(output.size, 0);
}
END_TEST

START_TEST(failures_are_told_apart)
{
	ck_assert_int_eq(run((const char *[]){"no-such-program", NULL}), -ENOENT);
	ck_assert_int_eq(run((const char *[]){"/", NULL}), -EACCES);
	ck_assert_int_eq(run((const char *[]){"sh", "-c", "exit 127", NULL}), 127);
	ck_assert_int_eq(run((const char *[]){"sh", "-c", "kill -9 $$", NULL}), 128 + SIGKILL);
	ck_assert_int_eq(run((const char *[]){"yes", NULL}), -EFBIG);
}
END_TEST

START_TEST(of_a_line_its_end_is_not_kept)
{
	ck_assert_int_eq(run_line("echo one; echo two; exit 3", 10000), 3);
	ck_assert(str_equal(buf_str(&output), STR("one")));
	buf_clear(&output);
	ck_assert_int_eq(run_line("printf no-end", 10000), 0);
	ck_assert(str_equal(buf_str(&output), STR("no-end")));
}
END_TEST

START_TEST(whoever_takes_too_long_is_killed)
{
	int64_t begin_ms = instant_now().mono_ms;
	ck_assert_int_eq(run_line("echo one; exec sleep 60", 200), -ETIMEDOUT);
	ck_assert(str_equal(buf_str(&output), STR("one")));
	ck_assert_int_eq(run_line("exec sleep 60", 200), -ETIMEDOUT);
	ck_assert_int_lt(instant_now().mono_ms - begin_ms, 30000);
}
END_TEST

START_TEST(without_a_buffer_the_output_is_ours)
{
	const char *argv[] = {"true", NULL};
	ck_assert_int_eq(run_program(&(struct run){.argv = argv}), 0);
}
END_TEST

START_TEST(one_on_its_own_has_no_terminal_and_is_not_waited_for)
{
	char path[] = "/tmp/test-run-XXXXXX", script[128], text[64] = "";
	int fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	(void)snprintf(script, sizeof(script),
		"read -r _ _ _ _ _ s _ </proc/$$/stat; echo $s >%s.new; mv %s.new %s; sleep 60",
		path, path, path);
	const char *argv[] = {"sh", "-c", script, NULL};
	ck_assert_int_eq(run_detached(argv), 0);
	for (unsigned i = 0; i < 2000 && text[0] == '\0'; i++) {
		int now = open(path, O_RDONLY | O_CLOEXEC);
		(void)!read(now, text, sizeof(text) - 1);
		close(now);
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	}
	long session = strtol(text, NULL, 10);
	ck_assert_int_gt(session, 1);
	ck_assert_int_ne(session, getsid(0));
	ck_assert_int_eq(kill(-(pid_t)session, SIGTERM), 0); // it is the head of its group, too
	close(fd);
	(void)unlink(path);
	const char *missing[] = {"/nowhere/at/all", NULL};
	ck_assert_int_eq(run_detached(missing), -ENOENT);
}
END_TEST

static Suite *run_suite(void)
{
	Suite *suite = suite_create("run");
	TCase *tcase = tcase_create("run");
	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, what_it_writes_is_read);
	tcase_add_test(tcase, its_input_is_empty);
	tcase_add_test(tcase, failures_are_told_apart);
	tcase_add_test(tcase, of_a_line_its_end_is_not_kept);
	tcase_add_test(tcase, whoever_takes_too_long_is_killed);
	tcase_add_test(tcase, without_a_buffer_the_output_is_ours);
	tcase_add_test(tcase, one_on_its_own_has_no_terminal_and_is_not_waited_for);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(run_suite());
}
