#include "process/process_env.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process/process_child.h"
#include "support/suite.h"

static struct process_child child;
static struct process_env place;

static const char *const environment[] = {"TMUX_PANE=%5", "KITTY_WINDOW_ID=12", "HOME=/x", NULL};

static void setup(void)
{
	memset(&place, 0, sizeof(place));
}

static void teardown(void)
{
	process_child_finish(&child);
	process_env_finish(&place);
}

static void start(const struct process_child_options *options)
{
	process_child_start(&child, options);
}

START_TEST(known_variables_are_picked)
{
	static const char text[] = "PATH=/bin\0TMUX_PANE=%5\0XTMUX=no\0TMUX_PANE=%6\0"
				   "KITTY_WINDOW_ID=\0noequals\0WEZTERM_PANE=a=b\0WINDOWID=cut";
	struct str values[PROCESS_VARIABLE_COUNT];
	process_env_pick((struct str){text, sizeof(text) - 1}, values);
	ck_assert(str_equal(values[PROCESS_TMUX_PANE], STR("%5")));
	ck_assert(str_equal(values[PROCESS_WEZTERM_PANE], STR("a=b")));
	ck_assert_ptr_null(values[PROCESS_TMUX].data);
	ck_assert_ptr_null(values[PROCESS_KITTY_WINDOW_ID].data);
	ck_assert_ptr_null(values[PROCESS_WINDOWID].data);
	process_env_pick((struct str){NULL, 0}, values);
	ck_assert_ptr_null(values[PROCESS_TMUX_PANE].data);
}
END_TEST

START_TEST(a_huge_value_is_left_out)
{
	char text[PROCESS_VALUE_BYTES + 64] = "TMUX=";
	struct str values[PROCESS_VARIABLE_COUNT];
	memset(text + 5, 'x', PROCESS_VALUE_BYTES);
	process_env_pick((struct str){text, 5 + PROCESS_VALUE_BYTES + 1}, values);
	ck_assert_uint_eq(values[PROCESS_TMUX].size, PROCESS_VALUE_BYTES);
	text[5 + PROCESS_VALUE_BYTES] = 'x';
	process_env_pick((struct str){text, 5 + PROCESS_VALUE_BYTES + 2}, values);
	ck_assert_ptr_null(values[PROCESS_TMUX].data);
}
END_TEST

START_TEST(a_place_is_the_environment_and_the_ancestors)
{
	start(&(struct process_child_options){.environment = environment});
	ck_assert_int_eq(process_env_read(child.pid, &place), 0);
	ck_assert_str_eq(place.variables[PROCESS_TMUX_PANE], "%5");
	ck_assert_str_eq(place.variables[PROCESS_KITTY_WINDOW_ID], "12");
	ck_assert_ptr_null(place.variables[PROCESS_SWAYSOCK]);
	ck_assert_int_eq(process_env_generation(&place, child.pid), 0);
	ck_assert_int_eq(process_env_generation(&place, getpid()), 1);
	ck_assert_int_eq(process_env_generation(&place, 1), -1);
}
END_TEST

START_TEST(who_is_gone_or_in_a_container_has_no_place)
{
	start(&(struct process_child_options){0});
	pid_t pid = child.pid;
	process_child_kill(&child);
	ck_assert_int_eq(process_env_read(pid, &place), -ESRCH);
	start(&(struct process_child_options){
		.clone_flags = CLONE_NEWPID, .environment = environment});
	if (child.pid >= 0) { // with the right to make one
		ck_assert_int_eq(process_env_read(child.pid, &place), -ESRCH);
	}
}
END_TEST

static Suite *place_suite(void)
{
	Suite *suite = suite_create("process_place");
	TCase *tc = tcase_create("all");
	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, known_variables_are_picked);
	tcase_add_test(tc, a_huge_value_is_left_out);
	tcase_add_test(tc, a_place_is_the_environment_and_the_ancestors);
	tcase_add_test(tc, who_is_gone_or_in_a_container_has_no_place);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(place_suite());
}
