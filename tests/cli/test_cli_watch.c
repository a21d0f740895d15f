#include "cli/cli_watch.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli_bar.h"
#include "cli/cli_http.h"
#include "cli/cli_style.h"
#include "config/config_option.h"
#include "support/suite.h"

enum { PATIENCE_MS = 20000 };

/* The watch runs in a process of its own; the test is its daemon and its reader. */
static char directory[64], path[128];
static int out;
static pid_t watcher;
static char text[1 << 16];
static struct config config; // as it is without any file

static void setup(void)
{
	signal(SIGPIPE, SIG_IGN);
	strcpy(directory, "/tmp/otel-ai-monitor-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/daemon.sock", directory);
	watcher = -1;
	config_option_defaults(&config);
}

static void teardown(void)
{
	config_finish(&config);
	if (watcher > 0) {
		kill(watcher, SIGKILL);
		waitpid(watcher, NULL, 0);
	}
	unlink(path);
	rmdir(directory);
}

static void start_watch(enum config_format format)
{
	int fds[2];
	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	watcher = fork();
	if (watcher == 0) {
		close(fds[0]);
		struct cli_endpoint endpoint = {.socket_path = path};
		struct cli_style style = {0};
		_exit(cli_watch_run(&endpoint, format, config.bar_icons, &style, fds[1]));
	}
	close(fds[1]);
	out = fds[0];
}

static void wait_readable(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	ck_assert_int_eq(poll(&p, 1, PATIENCE_MS), 1);
}

/* The next line of the watch. */
static const char *read_line(void)
{
	size_t size = 0;
	do {
		wait_readable(out);
		ck_assert_int_eq(read(out, text + size, 1), 1);
	} while (text[size++] != '\n');
	text[size - 1] = '\0';
	return text;
}

static int listen_there(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	strcpy(address.sun_path, path);
	unlink(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(fd, 4), 0);
	return fd;
}

/* A connection whose request was read, into text. */
static int take_request(int listener)
{
	wait_readable(listener);
	int fd = accept(listener, NULL, NULL);
	ck_assert_int_ge(fd, 0);
	size_t size = 0;
	while (size < 4 || memcmp(text + size - 4, "\r\n\r\n", 4) != 0) {
		wait_readable(fd);
		ck_assert_int_eq(read(fd, text + size, 1), 1);
		size++;
	}
	text[size] = '\0';
	return fd;
}

static void answer(int fd, const char *bytes)
{
	ck_assert_int_eq(write(fd, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
}

#define HEAD                                                                                       \
	"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
#define EVENT(type, chunk_size, data)                                                              \
	chunk_size "\r\nevent: session_" type "\nid: 1\ndata: " data "\n\n\r\n"

static void assert_unreachable(void)
{
	const char *line = read_line();
	ck_assert_ptr_nonnull(strstr(line, "{\"type\":\"session_list\""));
	ck_assert_ptr_nonnull(strstr(line, "\"error\":\"unreachable\""));
	ck_assert_ptr_nonnull(strstr(line, "\"sessions\":[]"));
}

START_TEST(one_line_per_outage_and_the_daemons_lines_between)
{
	start_watch(CONFIG_FORMAT_NDJSON);
	assert_unreachable();
	for (int i = 0; i < 2; i++) {
		int listener = listen_there();
		int fd = take_request(listener);
		ck_assert_int_eq(
			strncmp(text,
				"GET /api/stream?types=session_list,session_update HTTP/1.1\r\n",
				60),
			0);
		ck_assert_ptr_nonnull(strstr(text, "\r\nHost: localhost\r\n"));
		answer(fd, HEAD EVENT("list", "29", "{\"a\":1}"));
		ck_assert_str_eq(read_line(), "{\"a\":1}");
		answer(fd, EVENT("update", "2b", "{\"b\":2}"));
		ck_assert_str_eq(read_line(), "{\"b\":2}");
		close(fd);
		close(listener);
		unlink(path);
		assert_unreachable();
	}
}
END_TEST

START_TEST(lists_only_asks_for_lists_and_prints_nothing_else)
{
	int listener = listen_there();
	start_watch(CONFIG_FORMAT_LIST);
	int fd = take_request(listener);
	ck_assert_int_eq(strncmp(text, "GET /api/stream?format=list HTTP", 32), 0);
	answer(fd, HEAD EVENT("update", "2b", "{\"b\":2}") EVENT("list", "29", "{\"a\":1}"));
	ck_assert_str_eq(read_line(), "{\"a\":1}");
	close(fd);
	close(listener);
}
END_TEST

START_TEST(closed_output_ends_it_while_nothing_happens)
{
	int listener = listen_there();
	start_watch(CONFIG_FORMAT_NDJSON);
	int fd = take_request(listener);
	answer(fd, HEAD EVENT("list", "29", "{\"a\":1}"));
	read_line();
	close(out);
	int status = -1;
	ck_assert_int_eq(waitpid(watcher, &status, 0), watcher);
	watcher = -1;
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	close(fd);
	close(listener);
}
END_TEST

START_TEST(closed_output_ends_it_while_the_daemon_is_away)
{
	start_watch(CONFIG_FORMAT_NDJSON);
	assert_unreachable();
	close(out);
	int status = -1;
	ck_assert_int_eq(waitpid(watcher, &status, 0), watcher);
	watcher = -1;
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
END_TEST

START_TEST(other_servers_are_an_outage)
{
	static const char *const answers[] = {
		"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
		"SSH-2.0-OpenSSH_9.2\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
		"",
	};
	int listener = listen_there();
	start_watch(CONFIG_FORMAT_NDJSON);
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		int fd = take_request(listener);
		answer(fd, answers[i]);
		close(fd);
		if (i == 0) {
			assert_unreachable();
		}
	}
	int fd = take_request(listener);
	answer(fd, HEAD EVENT("list", "29", "{\"a\":1}"));
	ck_assert_str_eq(read_line(), "{\"a\":1}"); // and no second word about the outage
	close(fd);
	close(listener);
}
END_TEST

START_TEST(bars_are_shown_every_state_once_and_what_works_moves)
{
	start_watch(CONFIG_FORMAT_PLAIN);
	ck_assert_str_eq(read_line(), "✗");
	int listener = listen_there();
	int fd = take_request(listener);
	ck_assert_int_eq(strncmp(text, "GET /api/stream?format=list HTTP", 32), 0);
	answer(fd, HEAD EVENT("list", "31", "{\"sessions\":[]}"));
	ck_assert_str_eq(read_line(), "");
	answer(fd, EVENT("list", "31", "{\"sessions\":[]}")
			   EVENT("list", "44", "{\"sessions\":[{\"state\":\"working\"}]}"));
	char seen[4][32];
	for (int i = 0; i < 4; i++) {
		strcpy(seen[i], read_line());
		ck_assert_int_eq(strcmp(strchr(seen[i], ' '), " 1"), 0);
		ck_assert(i == 0 || strcmp(seen[i], seen[i - 1]) != 0);
	}
	answer(fd, EVENT("list", "46", "{\"sessions\":[{\"state\":\"completed\"}]}"));
	const char *line = read_line();
	while (strcmp(line, "✓ 1") != 0) { // frames may still be in the pipe
		ck_assert_ptr_nonnull(strstr(line, " 1"));
		line = read_line();
	}
	struct pollfd quiet = {.fd = out, .events = POLLIN};
	ck_assert_int_eq(poll(&quiet, 1, 3 * CLI_BAR_FRAME_MS), 0);
	close(fd);
	ck_assert_str_eq(read_line(), "✗");
	close(listener);
}
END_TEST

START_TEST(people_are_shown_one_line_per_change)
{
	int listener = listen_there();
	start_watch(CONFIG_FORMAT_AUTO);
	int fd = take_request(listener);
	ck_assert_int_eq(
		strncmp(text, "GET /api/stream?types=session_list,session_update HTTP", 54), 0);
	answer(fd, HEAD EVENT("list", "31", "{\"sessions\":[]}"));
	ck_assert_int_eq(strncmp(read_line() + 8, "  no sessions yet; ", 19), 0);
	answer(fd, EVENT("update", "64",
			   "{\"session_id\":\"a\",\"tool\":\"codex\",\"project\":\"api\","
			   "\"state\":\"idle\"}"));
	ck_assert_str_eq(read_line() + 8, "  idle                 api (codex)");
	close(fd);
	close(listener);
	ck_assert_str_eq(read_line() + 8, "  otel-ai-monitor is not running; waiting");
}
END_TEST

static Suite *cli_watch_suite(void)
{
	Suite *suite = suite_create("cli_watch");
	TCase *tc = tcase_create("all");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, one_line_per_outage_and_the_daemons_lines_between);
	tcase_add_test(tc, lists_only_asks_for_lists_and_prints_nothing_else);
	tcase_add_test(tc, closed_output_ends_it_while_nothing_happens);
	tcase_add_test(tc, closed_output_ends_it_while_the_daemon_is_away);
	tcase_add_test(tc, other_servers_are_an_outage);
	tcase_add_test(tc, bars_are_shown_every_state_once_and_what_works_moves);
	tcase_add_test(tc, people_are_shown_one_line_per_change);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(cli_watch_suite());
}
