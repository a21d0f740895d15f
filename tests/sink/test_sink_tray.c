#include "sink/sink_tray.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/instant.h"
#include "sink/sink.h"
#include "support/loop.h"
#include "support/sessions.h"
#include "support/suite.h"

/* The tray program is a script in f.path, which writes down what it is told. */
static struct loop_fixture f;
static struct session s;
static char told_path[160];
static char told[1 << 16];
static char last_request[64]; // "ACTION ID TOKEN" of the last one

static void on_request(const struct tray_request *request, void *data)
{
	(void)data;
	snprintf(last_request, sizeof(last_request), "%d %.*s %.*s", (int)request->action,
		STR_ARG(request->id), STR_ARG(request->token));
}

static void write_script(const char *body)
{
	FILE *script = fopen(f.path, "w");
	ck_assert_ptr_nonnull(script);
	fprintf(script, "#!/bin/sh\necho \"started $1\" >>%s\n%s", told_path, body);
	fclose(script);
	chmod(f.path, 0700);
	setenv("TOLD", told_path, 1);
}

static const char listening_script[] = "while read -r line; do echo \"$line\" >>$TOLD; done\n";

static void setup(void)
{
	loop_fixture_init(&f);
	snprintf(told_path, sizeof(told_path), "%s/told", f.directory);
	s = sessions_bare();
	last_request[0] = '\0';
}

static void teardown(void)
{
	sink_hub_close(&f.hub);
	unlink(told_path);
	loop_fixture_finish(&f);
}

static void open_tray(const char *argument)
{
	sink_tray_open(&f.hub, &f.loop, f.path, argument, on_request, NULL);
}

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

static void become(enum session_state state)
{
	s.state = state;
	loop_fixture_update(&f, &s);
	loop_fixture_flush(&f);
}

START_TEST(the_list_is_told_at_once_and_when_something_shows)
{
	write_script(listening_script);
	list_append(&f.sessions, &s.link);
	open_tray("--symbolic");
	wait_told("session_list", 1);
	ck_assert_int_eq(count_told("started --symbolic"), 1);
	s.usage.tokens[USAGE_INPUT]++;
	s.doing = SESSION_DOING_LLM;
	become(SESSION_WORKING);
	become(SESSION_COMPLETED);
	wait_told("\"state\":\"completed\"", 1);
	ck_assert_int_eq(count_told("session_list"), 2);
	sink_hub_broadcast(&f.hub, instant_at(uv_now(&f.loop)));
	loop_fixture_flush(&f);
	sink_hub_pause(&f.hub, 60000, instant_at(uv_now(&f.loop)));
	loop_fixture_flush(&f);
	wait_told("paused_until", 1);
	ck_assert_int_eq(count_told("session_list"), 3);
}
END_TEST

START_TEST(what_its_user_chooses_is_handed_on)
{
	write_script("read -r line\n"
		     "echo 'no request'\n"
		     "echo '{\"action\":\"focus\",\"id\":\"s1\",\"token\":\"t\"}'\n"
		     "read -r line\n");
	open_tray(NULL);
	for (int i = 0; last_request[0] == '\0' && i < 4000; i++) {
		uv_run(&f.loop, UV_RUN_ONCE);
	}
	ck_assert_str_eq(last_request, "1 s1 t");
}
END_TEST

START_TEST(a_program_that_ends_is_started_again_and_told_the_list)
{
	write_script("read -r line; echo \"$line\" >>$TOLD\n");
	open_tray(NULL);
	wait_told("session_list", 1);
	wait_told("session_list", 2); // after a second
	ck_assert_int_eq(count_told("started"), 2);
}
END_TEST

START_TEST(a_missing_program_harms_nothing)
{
	open_tray(NULL);
	become(SESSION_COMPLETED);
	loop_fixture_turn(&f);
}
END_TEST

START_TEST(a_program_that_does_not_read_holds_up_nobody)
{
	write_script("sleep 600\n");
	list_append(&f.sessions, &s.link);
	open_tray(NULL);
	for (int i = 0; i < 2000; i++) {
		become(i % 2 == 0 ? SESSION_WORKING : SESSION_COMPLETED);
		loop_fixture_turn(&f);
	}
}
END_TEST

START_TEST(a_long_list_is_told_whole)
{
	enum { MANY = 2000 };
	static struct session many[MANY];
	write_script("read -r line; echo ${#line} >>$TOLD; sleep 600\n");
	for (int i = 0; i < MANY; i++) {
		many[i] = sessions_full();
		list_append(&f.sessions, &many[i].link);
	}
	open_tray(NULL);
	char expected[32];
	size_t size = sink_hub_snapshot(&f.hub, instant_at(uv_now(&f.loop))).size;
	ck_assert_uint_gt(size, 500000);
	snprintf(expected, sizeof(expected), "\n%zu\n", size - 1);
	wait_told(expected, 1);
}
END_TEST

static Suite *sink_tray_suite(void)
{
	Suite *suite = suite_create("sink_tray");
	TCase *tc = tcase_create("all");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_list_is_told_at_once_and_when_something_shows);
	tcase_add_test(tc, what_its_user_chooses_is_handed_on);
	tcase_add_test(tc, a_program_that_ends_is_started_again_and_told_the_list);
	tcase_add_test(tc, a_missing_program_harms_nothing);
	tcase_add_test(tc, a_program_that_does_not_read_holds_up_nobody);
	tcase_add_test(tc, a_long_list_is_told_whole);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(sink_tray_suite());
}
