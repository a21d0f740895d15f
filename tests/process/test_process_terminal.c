#include "process/process_env.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/suite.h"

/* A shell that runs another one on a terminal that is ours, and tells of which process that is. */
START_TEST(the_terminal_is_the_next_ancestor_that_is_not_on_it)
{
	int ends[2], terminal;
	pid_t inner = 0;
	ck_assert_int_eq(pipe(ends), 0);
	pid_t outer = forkpty(&terminal, NULL, NULL, NULL);
	if (outer == 0) {
		pid_t child = fork();
		if (child == 0) {
			pause();
			_exit(0);
		}
		(void)!write(ends[1], &child, sizeof(child));
		pause();
		_exit(0);
	}
	ck_assert_int_gt(outer, 0);
	ck_assert_int_eq(read(ends[0], &inner, sizeof(inner)), sizeof(inner));
	ck_assert_int_eq(process_env_terminal(outer), getpid());
	ck_assert_int_eq(process_env_terminal(inner), getpid());
	kill(inner, SIGKILL);
	kill(outer, SIGKILL);
	waitpid(outer, NULL, 0);
	close(terminal);
}
END_TEST

START_TEST(who_has_no_terminal_is_shown_by_nobody)
{
	pid_t child = fork();
	if (child == 0) {
		setsid();
		pause();
		_exit(0);
	}
	while (getsid(child) != child) {
		poll(NULL, 0, 1);
	}
	ck_assert_int_eq(process_env_terminal(child), 0);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	ck_assert_int_eq(process_env_terminal(child), 0);
	ck_assert_int_eq(process_env_terminal(0), 0);
	ck_assert_int_eq(process_env_terminal(1), 0);
}
END_TEST

static Suite *terminal_suite(void)
{
	Suite *suite = suite_create("process_terminal");
	TCase *tc = tcase_create("all");
	tcase_add_test(tc, the_terminal_is_the_next_ancestor_that_is_not_on_it);
	tcase_add_test(tc, who_has_no_terminal_is_shown_by_nobody);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(terminal_suite());
}
