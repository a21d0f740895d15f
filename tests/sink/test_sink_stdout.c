#include "sink/sink_stdout.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/loop.h"
#include "support/sessions.h"
#include "support/suite.h"

static struct loop_fixture f;
static struct sink *sink;
static struct session s;
static char text[8 << 20];
static int gone; // what on_gone was told; 0: not called

static void on_gone(int r, void *data)
{
	(void)data;
	ck_assert_int_eq(gone, 0);
	gone = r;
}

static void setup(void)
{
	loop_fixture_init(&f);
	s = sessions_bare();
	list_append(&f.sessions, &s.link);
	gone = 0;
}

static void teardown(void)
{
	loop_fixture_finish(&f);
}

static void start(int fd)
{
	ck_assert_int_eq(sink_stdout_open(&f.hub, &f.loop, fd, on_gone, NULL, NULL, &sink), 0);
}

static void change(int turn)
{
	s.turn = turn;
	loop_fixture_update(&f, &s);
	loop_fixture_flush(&f);
}

static void open_pipe(int fds[2])
{
	ck_assert_int_eq(pipe(fds), 0);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
}

/* Every line must be whole: begin as ours do, end as ours do. */
static int count_whole_lines(void)
{
	int count = 0;
	for (char *at = text, *end; *at != '\0'; at = end + 1, count++) {
		end = strchr(at, '\n');
		ck_assert_ptr_nonnull(end);
		ck_assert_int_eq(strncmp(at, "{\"type\":\"session_", 17), 0);
		ck_assert_int_eq(end[-1], '}');
	}
	return count;
}

START_TEST(list_first_then_every_change)
{
	int fds[2];
	open_pipe(fds);
	start(fds[1]);
	change(2);
	change(3);
	loop_fixture_read(fds[0], text, sizeof(text));
	ck_assert_int_eq(count_whole_lines(), 3);
	ck_assert_int_eq(strncmp(text, "{\"type\":\"session_list\"", 22), 0);
	ck_assert_ptr_nonnull(strstr(text, "\"turn\":2"));
	ck_assert_ptr_nonnull(strstr(text, "\"turn\":3"));
	close(fds[0]);
	close(fds[1]);
}
END_TEST

START_TEST(descriptor_of_others_keeps_its_flags)
{
	int fds[2];
	open_pipe(fds);
	start(fds[1]);
	ck_assert_int_eq(fcntl(fds[1], F_GETFL) & O_NONBLOCK, 0);
	close(fds[0]);
	close(fds[1]);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	start(fds[1]);
	ck_assert_int_eq(fcntl(fds[1], F_GETFL) & O_NONBLOCK, 0);
	close(fds[0]);
	close(fds[1]);
}
END_TEST

static void check_slow_reader(int reader, int writer)
{
	fcntl(reader, F_SETFL, O_NONBLOCK);
	start(writer);
	for (int i = 2; i < 5000; i++) {
		change(i);
	}
	size_t got = loop_fixture_read(reader, text, sizeof(text)), n;
	do {
		loop_fixture_turn(&f);
		n = loop_fixture_read(reader, text + got, sizeof(text) - got);
		got += n;
	} while (n > 0);
	int count = count_whole_lines();
	ck_assert_int_gt(count, 2);
	ck_assert_int_lt(count, 4000);
	char *last = text + got - 1;
	while (last > text && last[-1] != '\n') {
		last--;
	}
	ck_assert_int_eq(strncmp(last, "{\"type\":\"session_list\"", 22), 0);
	ck_assert_ptr_nonnull(strstr(last, "\"turn\":4999"));
	change(5000);
	loop_fixture_read(reader, text, sizeof(text));
	ck_assert_int_eq(strncmp(text, "{\"type\":\"session_update\"", 24), 0);
	ck_assert_int_eq(gone, 0);
	close(reader);
	close(writer);
}

START_TEST(slow_reader_of_a_pipe_loses_the_backlog_but_no_half_line)
{
	int fds[2];
	open_pipe(fds);
	check_slow_reader(fds[0], fds[1]);
}
END_TEST

START_TEST(slow_reader_of_a_socket_loses_the_backlog_but_no_half_line)
{
	int fds[2];
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	check_slow_reader(fds[0], fds[1]);
}
END_TEST

START_TEST(reader_that_goes_is_told_even_while_nothing_happens)
{
	int fds[2];
	open_pipe(fds);
	start(fds[1]);
	loop_fixture_turn(&f);
	ck_assert_int_eq(gone, 0);
	close(fds[0]);
	loop_fixture_turn(&f);
	ck_assert_int_eq(gone, -EPIPE);
	change(2);
	close(fds[1]);
}
END_TEST

START_TEST(reader_that_went_before_the_start_is_told_too)
{
	int fds[2];
	open_pipe(fds);
	close(fds[0]);
	start(fds[1]);
	ck_assert_int_eq(gone, -EPIPE);
	close(fds[1]);
}
END_TEST

START_TEST(file_gets_every_line)
{
	int fd = open(f.path, O_CREAT | O_RDWR, 0600);
	ck_assert_int_ge(fd, 0);
	start(fd);
	change(2);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	loop_fixture_read(fd, text, sizeof(text));
	ck_assert_int_eq(count_whole_lines(), 2);
	close(fd);
}
END_TEST

START_TEST(full_disk_does_not_end_the_sink)
{
	int fd = open("/dev/full", O_WRONLY);
	ck_assert_int_ge(fd, 0);
	start(fd);
	change(2);
	ck_assert_int_eq(gone, 0);
	close(fd);
}
END_TEST

START_TEST(terminal_works_too)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	ck_assert_int_ge(master, 0);
	ck_assert_int_eq(grantpt(master), 0);
	ck_assert_int_eq(unlockpt(master), 0);
	int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	ck_assert_int_ge(slave, 0);
	start(slave);
	loop_fixture_turn(&f);
	loop_fixture_read(master, text, sizeof(text));
	ck_assert_int_eq(strncmp(text, "{\"type\":\"session_list\"", 22), 0);
	close(slave);
	close(master);
}
END_TEST

static Suite *sink_stdout_suite(void)
{
	Suite *suite = suite_create("sink_stdout");
	TCase *tc = tcase_create("all");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, list_first_then_every_change);
	tcase_add_test(tc, descriptor_of_others_keeps_its_flags);
	tcase_add_test(tc, slow_reader_of_a_pipe_loses_the_backlog_but_no_half_line);
	tcase_add_test(tc, slow_reader_of_a_socket_loses_the_backlog_but_no_half_line);
	tcase_add_test(tc, reader_that_goes_is_told_even_while_nothing_happens);
	tcase_add_test(tc, reader_that_went_before_the_start_is_told_too);
	tcase_add_test(tc, file_gets_every_line);
	tcase_add_test(tc, full_disk_does_not_end_the_sink);
	tcase_add_test(tc, terminal_works_too);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(sink_stdout_suite());
}
