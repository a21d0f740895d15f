#include "base/instant.h"
#include "sink/sink_fifo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/loop.h"
#include "support/sessions.h"
#include "support/suite.h"

static struct loop_fixture f;
static struct sink *sink;
static struct session s;
static char text[4 << 20];

static void setup(void)
{
	loop_fixture_init(&f);
	s = sessions_bare();
	list_append(&f.sessions, &s.link);
	ck_assert_int_eq(sink_fifo_open(&f.hub, &f.loop, f.path, &sink), 0);
}

static void teardown(void)
{
	loop_fixture_finish(&f);
}

/* As a shell would: waits until somebody writes, and nobody keeps it waiting. */
static int open_reader(void)
{
	int fd = open(f.path, O_RDONLY);
	ck_assert_int_ge(fd, 0);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	loop_fixture_turn(&f);
	return fd;
}

static void change(int turn)
{
	s.turn = turn;
	loop_fixture_update(&f, &s);
	loop_fixture_flush(&f);
}

static size_t unread(int fd)
{
	int n = 0;
	ck_assert_int_eq(ioctl(fd, FIONREAD, &n), 0);
	return (size_t)n;
}

static void assert_one_line(const char *beginning, int turn)
{
	char wanted[32];
	snprintf(wanted, sizeof(wanted), "\"turn\":%d,", turn);
	size_t size = strlen(text);
	ck_assert_msg(strncmp(text, beginning, strlen(beginning)) == 0, "got: %s", text);
	ck_assert_ptr_eq(strchr(text, '\n'), text + size - 1);
	ck_assert_ptr_nonnull(strstr(text, wanted));
	ck_assert_ptr_nonnull(strstr(text, "\"sessions\":["));
}

#define LIST   "{\"type\":\"session_list\""
#define UPDATE "{\"type\":\"session_update\""

START_TEST(pipe_is_private_and_removed_at_the_end)
{
	struct stat st;
	ck_assert_int_eq(lstat(f.path, &st), 0);
	ck_assert(S_ISFIFO(st.st_mode));
	ck_assert_int_eq(st.st_mode & 07777, 0600);
	sink->close(sink);
	ck_assert_int_ne(lstat(f.path, &st), 0);
}
END_TEST

START_TEST(reader_gets_a_list_at_once_and_nothing_old)
{
	change(2);
	change(3);
	int fd = open_reader();
	loop_fixture_read(fd, text, sizeof(text));
	assert_one_line(LIST, 3);
	close(fd);
}
END_TEST

START_TEST(each_change_is_a_complete_line)
{
	int fd = open_reader();
	loop_fixture_read(fd, text, sizeof(text));
	change(2);
	loop_fixture_read(fd, text, sizeof(text));
	assert_one_line(UPDATE, 2);
	change(3);
	loop_fixture_read(fd, text, sizeof(text));
	assert_one_line(UPDATE, 3);
	close(fd);
}
END_TEST

START_TEST(changes_of_one_turn_share_a_line)
{
	int fd = open_reader();
	loop_fixture_read(fd, text, sizeof(text));
	s.turn = 2;
	loop_fixture_update(&f, &s);
	s.turn = 3;
	loop_fixture_update(&f, &s);
	sink_hub_broadcast(&f.hub, instant_at(uv_now(&f.loop)));
	ck_assert_uint_eq(unread(fd), 0);
	loop_fixture_flush(&f);
	loop_fixture_read(fd, text, sizeof(text));
	assert_one_line(UPDATE, 3);
	close(fd);
}
END_TEST

START_TEST(broadcast_alone_is_a_list)
{
	int fd = open_reader();
	loop_fixture_read(fd, text, sizeof(text));
	s.turn = 4;
	sink_hub_broadcast(&f.hub, instant_at(uv_now(&f.loop)));
	loop_fixture_flush(&f);
	loop_fixture_read(fd, text, sizeof(text));
	assert_one_line(LIST, 4);
	close(fd);
}
END_TEST

START_TEST(reader_that_lags_gets_the_newest_when_it_reads)
{
	int fd = open_reader();
	change(2);
	change(3);
	size_t waiting = unread(fd);
	change(4);
	ck_assert_uint_eq(unread(fd), waiting);
	loop_fixture_read(fd, text, sizeof(text));
	assert_one_line(LIST, 1);
	s.turn = 5;
	loop_fixture_turn(&f);
	loop_fixture_read(fd, text, sizeof(text));
	assert_one_line(UPDATE, 4);
	ck_assert_ptr_nonnull(strstr(text, "\"turn\":5"));
	close(fd);
}
END_TEST

START_TEST(line_that_is_half_read_is_not_written_over)
{
	int fd = open_reader();
	ck_assert_int_eq(read(fd, text, 10), 10);
	loop_fixture_turn(&f);
	change(2);
	loop_fixture_turn(&f);
	loop_fixture_read(fd, text + 10, sizeof(text) - 10);
	assert_one_line(LIST, 1);
	loop_fixture_turn(&f);
	loop_fixture_read(fd, text, sizeof(text));
	assert_one_line(UPDATE, 2);
	close(fd);
}
END_TEST

START_TEST(next_reader_sees_nothing_that_the_last_left)
{
	int fd = open_reader();
	change(2);
	close(fd);
	loop_fixture_turn(&f);
	change(3);
	fd = open_reader();
	loop_fixture_read(fd, text, sizeof(text));
	assert_one_line(LIST, 3);
	ck_assert_int_eq(read(fd, text, 10), -1); // one line, no more
	close(fd);
}
END_TEST

START_TEST(next_reader_sees_no_half_line)
{
	int fd = open_reader();
	ck_assert_int_eq(read(fd, text, 10), 10);
	close(fd);
	loop_fixture_turn(&f);
	fd = open_reader();
	loop_fixture_read(fd, text, sizeof(text));
	assert_one_line(LIST, 1);
	close(fd);
}
END_TEST

START_TEST(reader_that_comes_as_the_last_one_goes_sees_no_half_line)
{
	int fd = open_reader();
	ck_assert_int_eq(read(fd, text, 10), 10);
	close(fd);
	fd = open_reader(); // before the loop has heard of the close
	loop_fixture_read(fd, text, sizeof(text));
	assert_one_line(LIST, 1);
	close(fd);
}
END_TEST

START_TEST(reader_that_was_told_all_and_comes_again_gets_a_list_again)
{
	for (int turn = 2; turn < 10; turn++) {
		int fd = open_reader();
		loop_fixture_read(fd, text, sizeof(text));
		assert_one_line(LIST, s.turn);
		change(turn);
		loop_fixture_read(fd, text, sizeof(text));
		assert_one_line(UPDATE, turn);
		close(fd);
	}
}
END_TEST

START_TEST(line_larger_than_any_pipe_arrives_whole)
{
	static char project[3 << 20];
	memset(project, 'x', sizeof(project) - 1);
	s.project = project;
	int fd = open_reader();
	size_t got = 0, n;
	while ((n = loop_fixture_read(fd, text + got, sizeof(text) - got)) > 0) {
		got += n;
		change(2); // must not come in between
		loop_fixture_turn(&f);
		if (memchr(text, '\n', got) != NULL) {
			break;
		}
	}
	ck_assert_uint_gt(got, sizeof(project));
	assert_one_line(LIST, 1);
	s.project = NULL;
	loop_fixture_read(fd, text, sizeof(text));
	ck_assert_int_eq(strncmp(text, UPDATE, strlen(UPDATE)), 0);
	close(fd);
}
END_TEST

START_TEST(reader_that_leaves_in_the_middle_of_a_large_line_harms_nobody)
{
	static char project[3 << 20];
	memset(project, 'x', sizeof(project) - 1);
	s.project = project;
	int fd = open_reader();
	ck_assert_int_eq(read(fd, text, 1000), 1000);
	loop_fixture_turn(&f);
	close(fd);
	s.project = NULL;
	loop_fixture_turn(&f);
	fd = open_reader();
	loop_fixture_read(fd, text, sizeof(text));
	assert_one_line(LIST, 1);
	close(fd);
}
END_TEST

START_TEST(pipe_that_was_removed_is_made_again)
{
	int fd = open_reader();
	ck_assert_int_eq(unlink(f.path), 0);
	loop_fixture_turn(&f);
	struct stat st;
	ck_assert_int_eq(lstat(f.path, &st), 0);
	ck_assert(S_ISFIFO(st.st_mode));
	loop_fixture_read(fd, text, sizeof(text));
	ck_assert_int_eq(read(fd, text, 1), 0); // the old one has ended
	close(fd);
	fd = open_reader();
	loop_fixture_read(fd, text, sizeof(text));
	assert_one_line(LIST, 1);
	close(fd);
}
END_TEST

START_TEST(pipe_that_was_replaced_by_a_file_is_left_alone)
{
	ck_assert_int_eq(unlink(f.path), 0);
	int fd = open(f.path, O_CREAT | O_WRONLY, 0600);
	ck_assert_int_ge(fd, 0);
	close(fd);
	loop_fixture_turn(&f);
	change(2);
	sink->close(sink);
	struct stat st;
	ck_assert_int_eq(lstat(f.path, &st), 0);
	ck_assert(S_ISREG(st.st_mode));
	ck_assert_int_eq(st.st_size, 0);
}
END_TEST

START_TEST(pipe_comes_back_once_its_path_is_free)
{
	struct stat st;
	ck_assert_int_eq(unlink(f.path), 0);
	ck_assert_int_eq(mkdir(f.path, 0700), 0);
	loop_fixture_turn(&f);
	change(2);
	ck_assert_int_eq(rmdir(f.path), 0);
	while (lstat(f.path, &st) != 0) { // the test's own time limit ends it
		(void)uv_run(&f.loop, UV_RUN_ONCE);
	}
	ck_assert(S_ISFIFO(st.st_mode));
	close(open_reader());
}
END_TEST

START_TEST(pipe_of_ours_is_used_and_other_things_are_refused)
{
	struct stat before, after;
	ck_assert_int_eq(lstat(f.path, &before), 0);
	struct sink *second = NULL;
	ck_assert_int_eq(sink_fifo_open(&f.hub, &f.loop, f.path, &second), 0);
	ck_assert_int_eq(lstat(f.path, &after), 0);
	ck_assert_uint_eq(before.st_ino, after.st_ino);
	second = NULL;
	ck_assert_int_eq(sink_fifo_open(&f.hub, &f.loop, f.directory, &second), -EEXIST);
	ck_assert_ptr_null(second);
	char missing[160];
	snprintf(missing, sizeof(missing), "%s/missing/pipe", f.directory);
	ck_assert_int_eq(sink_fifo_open(&f.hub, &f.loop, missing, &second), -ENOENT);
}
END_TEST

static Suite *sink_fifo_suite(void)
{
	Suite *suite = suite_create("sink_fifo");
	TCase *tc = tcase_create("all");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, pipe_is_private_and_removed_at_the_end);
	tcase_add_test(tc, reader_gets_a_list_at_once_and_nothing_old);
	tcase_add_test(tc, each_change_is_a_complete_line);
	tcase_add_test(tc, changes_of_one_turn_share_a_line);
	tcase_add_test(tc, broadcast_alone_is_a_list);
	tcase_add_test(tc, reader_that_lags_gets_the_newest_when_it_reads);
	tcase_add_test(tc, line_that_is_half_read_is_not_written_over);
	tcase_add_test(tc, next_reader_sees_nothing_that_the_last_left);
	tcase_add_test(tc, next_reader_sees_no_half_line);
	tcase_add_test(tc, reader_that_comes_as_the_last_one_goes_sees_no_half_line);
	tcase_add_test(tc, reader_that_was_told_all_and_comes_again_gets_a_list_again);
	tcase_add_test(tc, line_larger_than_any_pipe_arrives_whole);
	tcase_add_test(tc, reader_that_leaves_in_the_middle_of_a_large_line_harms_nobody);
	tcase_add_test(tc, pipe_that_was_removed_is_made_again);
	tcase_add_test(tc, pipe_of_ours_is_used_and_other_things_are_refused);
	tcase_add_test(tc, pipe_that_was_replaced_by_a_file_is_left_alone);
	tcase_add_test(tc, pipe_comes_back_once_its_path_is_free);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(sink_fifo_suite());
}
