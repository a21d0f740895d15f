#include "focus/focus_window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/suite.h"

/* The terminal's own program is a script that writes down how it was called and answers. */
static char directory[64], path[128], called_path[128], called[256];
static struct process_env place;
static int64_t outer;

static void setup(void)
{
	strcpy(directory, "/tmp/focus-pane-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(called_path, sizeof(called_path), "%s/called", directory);
	snprintf(path, sizeof(path), "%s:/usr/bin:/bin", directory);
	setenv("PATH", path, 1);
	place = (struct process_env){0};
	outer = 0;
}

static void teardown(void)
{
	unlink(called_path);
	unlink(path);
	rmdir(directory);
}

static void install(const char *name, const char *answer)
{
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	FILE *script = fopen(path, "w");
	ck_assert_ptr_nonnull(script);
	fprintf(script, "#!/bin/sh\necho \"$*\" >>%s\ncat <<'END'\n%s\nEND\n", called_path, answer);
	fclose(script);
	chmod(path, 0700);
}

static const char *how_called(void)
{
	FILE *file = fopen(called_path, "r");
	ck_assert_ptr_nonnull(file);
	called[fread(called, 1, sizeof(called) - 1, file)] = '\0';
	fclose(file);
	return called;
}

static void in_kitty(char *window)
{
	static char socket[] = "unix:/run/kitty";
	place.variables[PROCESS_KITTY_LISTEN_ON] = socket;
	place.variables[PROCESS_KITTY_WINDOW_ID] = window;
}

/* Two tabs; in each, its window is in front, but only the second tab has the focus. */
static const char kitty_tree[] = "[{\"id\": 1, \"is_focused\": true, \"tabs\": ["
				 "{\"id\": 1, \"is_focused\": false, \"windows\": [{\"id\": 1, "
				 "\"pid\": 30, \"is_focused\": true,"
				 "\"env\": {}, \"foreground_processes\": [{\"pid\": 31}]}]},"
				 "{\"id\": 2, \"is_focused\": true, \"windows\": [{\"id\": 2, "
				 "\"pid\": 40, \"is_focused\": true},"
				 "{\"id\": 3, \"pid\": 41, \"is_focused\": false}]}]}]";

START_TEST(in_kitty_window_and_tab_must_have_the_focus)
{
	static char behind[] = "1", front[] = "2", beside[] = "3", gone[] = "4";
	install("kitten", kitty_tree);
	in_kitty(behind);
	ck_assert_int_eq(focus_kitty(&place, FOCUS_CHECK, &outer), FOCUS_NO);
	in_kitty(front);
	ck_assert_int_eq(focus_kitty(&place, FOCUS_CHECK, &outer), FOCUS_YES);
	in_kitty(beside);
	ck_assert_int_eq(focus_kitty(&place, FOCUS_CHECK, &outer), FOCUS_NO);
	in_kitty(gone);
	ck_assert_int_eq(focus_kitty(&place, FOCUS_CHECK, &outer), FOCUS_NOT_THERE);
	ck_assert_int_eq(outer, 0);
}
END_TEST

START_TEST(an_old_kitty_goes_by_its_older_name)
{
	static char window[] = "7";
	install("kitty", "");
	in_kitty(window);
	ck_assert_int_eq(focus_kitty(&place, FOCUS_BRING, &outer), FOCUS_YES);
	ck_assert_str_eq(how_called(), "@ --to unix:/run/kitty focus-window --match=id:7\n");
}
END_TEST

START_TEST(wezterm_is_asked_by_its_pane)
{
	static char socket[] = "/run/wezterm", pane[] = "5", other[] = "6";
	place.variables[PROCESS_WEZTERM_UNIX_SOCKET] = socket;
	place.variables[PROCESS_WEZTERM_PANE] = pane;
	install("wezterm", "[{\"pid\": 3, \"focused_pane_id\": 5}]");
	ck_assert_int_eq(focus_wezterm(&place, FOCUS_CHECK, &outer), FOCUS_YES);
	ck_assert_int_eq(focus_wezterm(&place, FOCUS_BRING, &outer), FOCUS_YES);
	place.variables[PROCESS_WEZTERM_PANE] = other;
	ck_assert_int_eq(focus_wezterm(&place, FOCUS_CHECK, &outer), FOCUS_NO);
	ck_assert_str_eq(how_called(), "cli list-clients --format json\n"
				       "cli activate-pane --pane-id 5\n"
				       "cli list-clients --format json\n");
	ck_assert_str_eq(getenv("WEZTERM_UNIX_SOCKET"), "/run/wezterm");
}
END_TEST

static Suite *pane_suite(void)
{
	Suite *suite = suite_create("focus_pane");
	TCase *tc = tcase_create("all");
	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, in_kitty_window_and_tab_must_have_the_focus);
	tcase_add_test(tc, an_old_kitty_goes_by_its_older_name);
	tcase_add_test(tc, wezterm_is_asked_by_its_pane);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(pane_suite());
}
