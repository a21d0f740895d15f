#include "sink/sink_notify.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sink/sink.h"
#include "support/loop.h"
#include "support/sessions.h"
#include "support/suite.h"

/* The notifier is a script in f.path, which writes down what it is told. */
static struct loop_fixture f;
static struct sink *sink;
static struct session s;
static char told_path[160];
static char told[1 << 16];

static char last_action[64]; // "ID ACTION TOKEN" of the last one

static void on_action(
	struct str session_id, enum notify_action action, struct str token, void *data)
{
	(void)data;
	snprintf(last_action, sizeof(last_action), "%.*s %s %.*s", STR_ARG(session_id),
		notify_action_name(action), STR_ARG(token));
}

/* The notifier is the script; nobody is asked who has the focus. */
static struct sink_notify_settings settings_bare(void)
{
	return (struct sink_notify_settings){.notifier_path = f.path,
		.focus_path = "false",
		.rules = {.kinds = ~0u, .even_focused = true, .sounds = {[NOTIFY_DONE] = "bell"}}};
}

static void setup(void)
{
	loop_fixture_init(&f);
	snprintf(told_path, sizeof(told_path), "%s/told", f.directory);
	s = sessions_bare();
	last_action[0] = '\0';
	struct sink_notify_settings settings = settings_bare();
	sink = sink_notify_open(&f.hub, &f.loop, &settings, on_action, NULL);
}

static void teardown(void)
{
	sink_hub_close(&f.hub);
	unlink(told_path);
	loop_fixture_finish(&f);
}

static void write_script(const char *body)
{
	FILE *script = fopen(f.path, "w");
	ck_assert_ptr_nonnull(script);
	fprintf(script, "#!/bin/sh\n: started >>%s\n%s", told_path, body);
	fclose(script);
	chmod(f.path, 0700);
	setenv("TOLD", told_path, 1);
}

static const char answering_script[] = "echo started >>$TOLD\n"
				       "while read -r line; do\n"
				       "echo \"$line\" >>$TOLD\n"
				       "echo '{\"id\":\"s1\",\"number\":42}'\n"
				       "echo replied >>$TOLD\n"
				       "done\n";

static int count_told(const char *what)
{
	int fd = open(told_path, O_RDONLY), n = 0;
	told[0] = '\0';
	if (fd >= 0) {
		loop_fixture_read(fd, told, sizeof(told));
		close(fd);
	}
	for (const char *at = told; (at = strstr(at, what)) != NULL; at += strlen(what)) {
		n++;
	}
	return n;
}

static void on_look(uv_timer_t *timer)
{
	(void)timer;
}

/* Lets the loop run until the script has written what so often. */
static void wait_told(const char *what, int times)
{
	uv_timer_t look;
	uv_timer_init(&f.loop, &look);
	uv_timer_start(&look, on_look, 5, 5);
	for (int i = 0; count_told(what) < times && i < 4000; i++) {
		uv_run(&f.loop, UV_RUN_ONCE);
	}
	uv_close((uv_handle_t *)&look, NULL);
	loop_fixture_turn(&f);
	ck_assert_int_eq(count_told(what), times);
}

static void wait_for_action(const char *what)
{
	for (int i = 0; last_action[0] == '\0' && i < 4000; i++) {
		uv_run(&f.loop, UV_RUN_ONCE);
	}
	ck_assert_str_eq(last_action, what);
}

static void become(enum session_state state, enum session_attention attention)
{
	s.state = state;
	s.attention = attention;
	loop_fixture_update(&f, &s);
}

START_TEST(completed_is_told_once_and_taken_away_when_work_begins)
{
	write_script(answering_script);
	become(SESSION_WORKING, SESSION_ATTENTION_NONE);
	s.worked_ms = 125000;
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	wait_told("Claude Code is done", 1);
	ck_assert_int_eq(count_told("\"body\":\"2 min\""), 1);
	ck_assert_int_eq(count_told("\"sound\":\"bell\""), 1);
	become(SESSION_WORKING, SESSION_ATTENTION_NONE);
	wait_told("\"close\":", 1);
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	wait_told("Claude Code is done", 2);
	ck_assert_int_eq(count_told("started"), 1);
}
END_TEST

START_TEST(nothing_is_started_before_there_is_something_to_tell)
{
	write_script(answering_script);
	become(SESSION_IDLE, SESSION_ATTENTION_NONE);
	become(SESSION_WORKING, SESSION_ATTENTION_NONE);
	become(SESSION_EXPIRED, SESSION_ATTENTION_NONE);
	loop_fixture_turn(&f);
	ck_assert_int_eq(access(told_path, F_OK), -1);
}
END_TEST

START_TEST(another_attention_replaces_the_one_shown)
{
	write_script(answering_script);
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	wait_told("replied", 1);
	become(SESSION_COMPLETED, SESSION_ATTENTION_PERMISSION);
	wait_told("needs your permission", 1);
	become(SESSION_COMPLETED, SESSION_ATTENTION_QUESTION);
	wait_told("asks you something", 1);
	ck_assert_int_eq(count_told("\"replaces\":0"), 1);
	ck_assert_int_eq(count_told("\"replaces\":42"), 2);
}
END_TEST

START_TEST(done_outlives_its_session_but_a_question_does_not)
{
	write_script(answering_script);
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	become(SESSION_EXPIRED, SESSION_ATTENTION_NONE);
	become(SESSION_COMPLETED, SESSION_ATTENTION_PERMISSION);
	become(SESSION_EXPIRED, SESSION_ATTENTION_NONE);
	wait_told("\"close\":", 1);
	ck_assert_int_eq(count_told("\"summary\":"), 2);
	ck_assert_ptr_nonnull(strstr(strstr(told, "permission"), "\"close\":"));
}
END_TEST

START_TEST(what_left_the_screen_is_not_taken_away)
{
	write_script("while read -r line; do echo \"$line\" >>$TOLD\n"
		     "echo '{\"id\":\"s1\",\"number\":0}'; echo replied >>$TOLD; done\n");
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	wait_told("replied", 1);
	become(SESSION_WORKING, SESSION_ATTENTION_NONE);
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	wait_told("is done", 2);
	ck_assert_int_eq(count_told("\"close\":"), 0);
}
END_TEST

START_TEST(missing_program_harms_nothing)
{
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	become(SESSION_WORKING, SESSION_ATTENTION_NONE);
	become(SESSION_COMPLETED, SESSION_ATTENTION_PERMISSION);
	loop_fixture_turn(&f);
	ck_assert(!list_is_empty(&f.hub.sinks));
}
END_TEST

START_TEST(program_that_fails_is_left_alone_for_a_while)
{
	write_script("echo started >>$TOLD; exit 3\n");
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	uv_run(&f.loop, UV_RUN_DEFAULT); // until it has ended: nothing else keeps the loop
	for (int i = 0; i < 10; i++) {
		become(SESSION_WORKING, SESSION_ATTENTION_NONE);
		become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
		uv_run(&f.loop, UV_RUN_DEFAULT);
	}
	ck_assert_int_eq(count_told("started"), 1);
}
END_TEST

START_TEST(program_that_ends_well_is_started_again)
{
	write_script("echo started >>$TOLD; read -r line; echo \"$line\" >>$TOLD\n");
	static char second[] = "s2";
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	uv_run(&f.loop, UV_RUN_DEFAULT); // until it has ended: nothing else keeps the loop
	ck_assert_int_eq(count_told("is done"), 1);
	s.id = second;
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	uv_run(&f.loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(count_told("is done"), 2);
	ck_assert_int_eq(count_told("started"), 2);
}
END_TEST

START_TEST(program_that_does_not_read_holds_up_nobody)
{
	write_script("echo started >>$TOLD; exec sleep 60\n");
	static char project[2000];
	memset(project, 'x', sizeof(project) - 1);
	s.project = project;
	for (int i = 0; i < 5000; i++) {
		become(SESSION_WORKING, SESSION_ATTENTION_NONE);
		become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	}
	wait_told("started", 1);
	sink->close(sink);
}
END_TEST

START_TEST(what_the_user_sends_away_is_told_and_not_taken_away_again)
{
	write_script("read -r line\n"
		     "echo '{\"id\":\"s1\",\"number\":42}'\n"
		     "echo '{\"id\":\"s1\",\"number\":0,\"action\":\"dismiss\"}'\n"
		     "echo replied >>$TOLD\n"
		     "while read -r line; do echo \"$line\" >>$TOLD; done\n");
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	wait_told("replied", 1);
	wait_for_action("s1 dismiss ");
	s.reason = SESSION_REASON_ACKNOWLEDGED;
	become(SESSION_IDLE, SESSION_ATTENTION_NONE);
	s.reason = SESSION_REASON_TURN_END;
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	wait_told("Claude Code is done", 1);
	ck_assert_int_eq(count_told("\"close\":"), 0);
}
END_TEST

START_TEST(what_the_user_wants_to_see_is_told_with_the_token)
{
	write_script("read -r line\n"
		     "echo '{\"id\":\"s1\",\"number\":42}'\n"
		     "echo '{\"id\":\"s1\",\"number\":0,\"action\":\"focus\",\"token\":\"t1\"}'\n"
		     "while read -r line; do :; done\n");
	become(SESSION_COMPLETED, SESSION_ATTENTION_PERMISSION);
	wait_for_action("s1 focus t1");
}
END_TEST

START_TEST(a_request_for_silence_is_handed_on)
{
	write_script("read -r line\n"
		     "echo '{\"id\":\"s1\",\"number\":42}'\n"
		     "echo '{\"id\":\"s1\",\"number\":0,\"action\":\"mute\"}'\n"
		     "while read -r line; do :; done\n");
	become(SESSION_COMPLETED, SESSION_ATTENTION_PERMISSION);
	wait_for_action("s1 mute ");
}
END_TEST

START_TEST(a_muted_session_is_told_of_no_more)
{
	static char other[] = "s2";
	write_script(answering_script);
	become(SESSION_COMPLETED, SESSION_ATTENTION_PERMISSION);
	wait_told("replied", 1);
	s.muted = true;
	become(SESSION_COMPLETED, SESSION_ATTENTION_PERMISSION);
	wait_told("\"close\":42", 1);
	become(SESSION_WORKING, SESSION_ATTENTION_NONE);
	become(SESSION_COMPLETED, SESSION_ATTENTION_PERMISSION);
	s.muted = false;
	s.id = other;
	become(SESSION_COMPLETED, SESSION_ATTENTION_QUESTION);
	wait_told("asks you something", 1);
	ck_assert_int_eq(count_told("needs your permission"), 1);
}
END_TEST

START_TEST(what_is_over_stays_told_until_it_was_seen)
{
	write_script(answering_script);
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	wait_told("replied", 1);
	s.reason = SESSION_REASON_IDLE_TIMEOUT;
	become(SESSION_IDLE, SESSION_ATTENTION_DONE);
	s.reason = SESSION_REASON_ACTIVITY; // a compaction that was asked for
	s.doing = SESSION_DOING_COMPACT;
	become(SESSION_WORKING, SESSION_ATTENTION_NONE);
	s.doing = SESSION_DOING_NOTHING;
	s.reason = SESSION_REASON_IDLE_TIMEOUT;
	become(SESSION_IDLE, SESSION_ATTENTION_DONE);
	s.reason = SESSION_REASON_ACKNOWLEDGED;
	become(SESSION_IDLE, SESSION_ATTENTION_NONE);
	wait_told("\"close\":42", 1);
	ck_assert_int_eq(count_told("\"summary\":"), 1);
}
END_TEST

/* What ran beside asked, and was answered: the session is again what it was. */
START_TEST(after_a_request_from_aside_nothing_is_shown_anew)
{
	write_script(answering_script);
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	become(SESSION_IDLE, SESSION_ATTENTION_DONE);
	become(SESSION_COMPLETED, SESSION_ATTENTION_PERMISSION);
	become(SESSION_IDLE, SESSION_ATTENTION_DONE);
	wait_told("\"close\":", 1);
	ck_assert_int_eq(count_told("is done"), 1);
	ck_assert_int_eq(count_told("needs your permission"), 1);
}
END_TEST

START_TEST(a_failure_that_is_known_later_replaces_the_text_quietly)
{
	write_script(answering_script);
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	wait_told("replied", 1);
	become(SESSION_IDLE, SESSION_ATTENTION_ERROR);
	wait_told("stopped with an error", 1);
	ck_assert_int_eq(count_told("\"quiet\":1,\"replaces\":42"), 1);
	ck_assert_int_eq(count_told("\"summary\":"), 2);
}
END_TEST

START_TEST(a_failure_that_is_known_later_is_told_where_done_was_not)
{
	struct sink_notify_settings settings = settings_bare();
	settings.rules.kinds = 1u << NOTIFY_ERROR;
	sink_notify_set(sink, &settings);
	write_script(answering_script);
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	become(SESSION_COMPLETED, SESSION_ATTENTION_ERROR);
	wait_told("stopped with an error", 1);
	ck_assert_int_eq(count_told("\"quiet\":0"), 1);
}
END_TEST

START_TEST(another_permission_has_its_tool_named)
{
	write_script(answering_script);
	s.doing = SESSION_DOING_TOOL;
	s.doing_tool = "Bash";
	become(SESSION_COMPLETED, SESSION_ATTENTION_PERMISSION);
	wait_told("replied", 1);
	become(SESSION_COMPLETED, SESSION_ATTENTION_PERMISSION);
	s.doing_tool = "Edit";
	become(SESSION_COMPLETED, SESSION_ATTENTION_PERMISSION);
	wait_told("wants to use Edit", 1);
	ck_assert_int_eq(count_told("\"summary\":"), 2);
}
END_TEST

/* The tokens of a turn's last call come some seconds after its end. */
START_TEST(cost_is_told_once_it_is_complete)
{
	write_script(answering_script);
	s.has_usage = s.usage.has_cost = true;
	s.turn = s.spent_turn = 2;
	s.usage.cost_nano_usd = 9420000000; // with what the turns before have cost
	s.spent_turn_nano_usd = 420000000;
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	wait_told("replied", 1);
	ck_assert_int_eq(count_told("$"), 0);
	s.usage.cost_nano_usd = 9690000000;
	s.spent_turn_nano_usd = 690000000;
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	wait_told("$0.69", 1);
	ck_assert_int_eq(count_told("\"quiet\":1,\"replaces\":42"), 1);
	ck_assert_int_eq(count_told("\"summary\":"), 2);
}
END_TEST

START_TEST(in_a_pause_nothing_is_told_before_it_ends)
{
	struct instant now = {.mono_ms = (int64_t)uv_now(&f.loop), .wall_ms = 0};
	write_script(answering_script);
	sink_hub_pause(&f.hub, 3600000, now);
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	become(SESSION_COMPLETED, SESSION_ATTENTION_PERMISSION);
	loop_fixture_turn(&f);
	ck_assert_int_eq(access(told_path, F_OK), -1);
	sink_hub_pause(&f.hub, 0, now);
	wait_told("needs your permission", 1);
	ck_assert_int_eq(count_told("\"summary\":"), 1);
}
END_TEST

START_TEST(what_the_rules_leave_out_takes_away_what_was_told_before)
{
	struct sink_notify_settings settings = settings_bare();
	settings.rules.kinds = 1u << NOTIFY_PERMISSION;
	sink_notify_set(sink, &settings);
	write_script(answering_script);
	become(SESSION_COMPLETED, SESSION_ATTENTION_QUESTION);
	become(SESSION_COMPLETED, SESSION_ATTENTION_PERMISSION);
	wait_told("replied", 1);
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	wait_told("\"close\":42", 1);
	ck_assert_int_eq(count_told("\"summary\":"), 1);
}
END_TEST

START_TEST(a_short_turn_is_done_silently)
{
	struct sink_notify_settings settings = settings_bare();
	settings.rules.min_duration_ms = 10000;
	sink_notify_set(sink, &settings);
	write_script(answering_script);
	become(SESSION_WORKING, SESSION_ATTENTION_NONE);
	s.worked_ms = 9999;
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	become(SESSION_WORKING, SESSION_ATTENTION_NONE);
	become(SESSION_COMPLETED, SESSION_ATTENTION_ERROR);
	become(SESSION_WORKING, SESSION_ATTENTION_NONE);
	s.worked_ms = 10000;
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	wait_told("is done", 1);
	ck_assert_int_eq(count_told("stopped with an error"), 1);
}
END_TEST

START_TEST(what_was_not_so_for_long_is_not_told)
{
	struct sink_notify_settings settings = settings_bare();
	settings.rules.delay_ms = 200;
	sink_notify_set(sink, &settings);
	write_script(answering_script);
	become(SESSION_COMPLETED, SESSION_ATTENTION_PERMISSION);
	become(SESSION_WORKING, SESSION_ATTENTION_NONE);
	become(SESSION_COMPLETED, SESSION_ATTENTION_QUESTION);
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	become(SESSION_EXPIRED, SESSION_ATTENTION_NONE); // which done outlives
	wait_told("is done", 1);
	ck_assert_int_eq(count_told("\"summary\":"), 1);
}
END_TEST

START_TEST(an_old_answer_about_the_focus_says_nothing_of_what_came_since)
{
	char check_path[160], go_path[180];
	write_script(answering_script);
	snprintf(check_path, sizeof(check_path), "%s/check", f.directory);
	snprintf(go_path, sizeof(go_path), "%s.go", told_path);
	FILE *check = fopen(check_path, "w");
	fprintf(check, "#!/bin/sh\necho asked >>$TOLD\n"
		       "while [ ! -e $TOLD.go ]; do sleep 0.01; done\n");
	fclose(check);
	chmod(check_path, 0700);
	struct sink_notify_settings settings = settings_bare();
	settings.rules.even_focused = false;
	settings.focus_path = check_path;
	settings.rules.delay_ms = 1;
	sink_notify_set(sink, &settings);
	s.pid = getpid();
	become(SESSION_WORKING, SESSION_ATTENTION_NONE);
	become(SESSION_COMPLETED, SESSION_ATTENTION_PERMISSION);
	wait_told("asked", 1);
	settings.focus_path = "false";
	settings.rules.delay_ms = 500;
	sink_notify_set(sink, &settings);
	become(SESSION_COMPLETED, SESSION_ATTENTION_QUESTION);
	close(open(go_path, O_WRONLY | O_CREAT, 0600));
	wait_told("asks you something", 1);
	ck_assert_int_eq(count_told("permission"), 0);
	unlink(check_path);
	unlink(go_path);
}
END_TEST

/* Stands for the program that knows who has the focus: whoever is at a path that is there. */
static void write_check(char path[static 160])
{
	snprintf(path, 160, "%s/check", f.directory);
	FILE *check = fopen(path, "w");
	fprintf(check, "#!/bin/sh\necho looked >>$TOLD\ntest ! -e $TOLD.away\n");
	fclose(check);
	chmod(path, 0700);
}

static void use_check(const char *path)
{
	struct sink_notify_settings settings = settings_bare();
	settings.rules.even_focused = false;
	settings.focus_path = path;
	sink_notify_set(sink, &settings);
	s.pid = 4711;
}

START_TEST(what_was_in_view_is_told_when_it_is_no_more)
{
	char check_path[160], away_path[180];
	write_script(answering_script);
	write_check(check_path);
	use_check(check_path);
	snprintf(away_path, sizeof(away_path), "%s.away", told_path);
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	wait_told("looked", 1);
	become(SESSION_IDLE, SESSION_ATTENTION_DONE);
	wait_told("looked", 2);
	ck_assert_int_eq(count_told("\"summary\":"), 0);
	close(open(away_path, O_WRONLY | O_CREAT, 0600));
	wait_told("is done", 1);
	loop_fixture_turn(&f);
	unlink(check_path);
	unlink(away_path);
}
END_TEST

START_TEST(what_is_held_back_goes_with_its_reason)
{
	char check_path[160];
	write_script(answering_script);
	write_check(check_path);
	use_check(check_path);
	become(SESSION_COMPLETED, SESSION_ATTENTION_PERMISSION);
	wait_told("looked", 1);
	become(SESSION_WORKING, SESSION_ATTENTION_NONE);
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	wait_told("looked", 2);
	become(SESSION_EXPIRED, SESSION_ATTENTION_NONE);
	uv_run(&f.loop, UV_RUN_DEFAULT); // nothing is waited for: it ends
	ck_assert_int_eq(count_told("\"summary\":"), 0);
	ck_assert_int_eq(count_told("looked"), 2);
	unlink(check_path);
}
END_TEST

START_TEST(without_the_program_nobody_is_asked_for_the_focus)
{
	struct sink_notify_settings settings = settings_bare();
	settings.rules.even_focused = false;
	settings.focus_path = NULL;
	sink_notify_set(sink, &settings);
	write_script(answering_script);
	s.pid = 4711;
	become(SESSION_COMPLETED, SESSION_ATTENTION_DONE);
	wait_told("is done", 1);
	ck_assert_int_eq(count_told("\"focus\":0"), 1); // and it is not offered
}
END_TEST

START_TEST(a_command_is_run_with_what_is_told)
{
	struct sink_notify_settings settings = settings_bare();
	static const char *const command[] = {
		"sh", "-c", "echo \"$1|$2|$3\" >>$TOLD", "x", "{summary}", "{body}", "{attention}"};
	static char project[] = "a b; echo no";
	settings.notifier_path = NULL;
	settings.command = command;
	settings.command_size = ARRAY_SIZE(command);
	sink_notify_set(sink, &settings);
	setenv("TOLD", told_path, 1);
	s.project = project;
	become(SESSION_COMPLETED, SESSION_ATTENTION_PERMISSION);
	wait_told("Claude Code needs your permission|a b; echo no|permission", 1);
}
END_TEST

static Suite *sink_notify_suite(void)
{
	Suite *suite = suite_create("sink_notify");
	TCase *tc = tcase_create("all");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, completed_is_told_once_and_taken_away_when_work_begins);
	tcase_add_test(tc, nothing_is_started_before_there_is_something_to_tell);
	tcase_add_test(tc, another_attention_replaces_the_one_shown);
	tcase_add_test(tc, done_outlives_its_session_but_a_question_does_not);
	tcase_add_test(tc, what_left_the_screen_is_not_taken_away);
	tcase_add_test(tc, missing_program_harms_nothing);
	tcase_add_test(tc, program_that_fails_is_left_alone_for_a_while);
	tcase_add_test(tc, program_that_ends_well_is_started_again);
	tcase_add_test(tc, program_that_does_not_read_holds_up_nobody);
	tcase_add_test(tc, what_the_user_sends_away_is_told_and_not_taken_away_again);
	tcase_add_test(tc, what_the_user_wants_to_see_is_told_with_the_token);
	tcase_add_test(tc, a_request_for_silence_is_handed_on);
	tcase_add_test(tc, a_muted_session_is_told_of_no_more);
	tcase_add_test(tc, what_is_over_stays_told_until_it_was_seen);
	tcase_add_test(tc, after_a_request_from_aside_nothing_is_shown_anew);
	tcase_add_test(tc, a_failure_that_is_known_later_replaces_the_text_quietly);
	tcase_add_test(tc, a_failure_that_is_known_later_is_told_where_done_was_not);
	tcase_add_test(tc, another_permission_has_its_tool_named);
	tcase_add_test(tc, cost_is_told_once_it_is_complete);
	tcase_add_test(tc, in_a_pause_nothing_is_told_before_it_ends);
	tcase_add_test(tc, what_the_rules_leave_out_takes_away_what_was_told_before);
	tcase_add_test(tc, a_short_turn_is_done_silently);
	tcase_add_test(tc, what_was_not_so_for_long_is_not_told);
	tcase_add_test(tc, what_was_in_view_is_told_when_it_is_no_more);
	tcase_add_test(tc, what_is_held_back_goes_with_its_reason);
	tcase_add_test(tc, an_old_answer_about_the_focus_says_nothing_of_what_came_since);
	tcase_add_test(tc, without_the_program_nobody_is_asked_for_the_focus);
	tcase_add_test(tc, a_command_is_run_with_what_is_told);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(sink_notify_suite());
}
