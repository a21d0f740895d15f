#include "focus/focus_window.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/suite.h"

/* A window manager of few words: each connection is answered by the next of its answers. What it
 * was asked it writes to a pipe. */
static char directory[64], path[128];
static pid_t server;
static int asked_fd;
static struct process_env place;

struct answer {
	const char *bytes;
	size_t size;
};

#define ANSWER(literal)                                                                            \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

static void serve(int listener, int asked, const struct answer *answers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char question[512];
		int fd = accept(listener, NULL, NULL);
		ssize_t size = read(fd, question, sizeof(question));
		if (size < 0 || write(asked, question, (size_t)size) != size ||
			write(fd, answers[i].bytes, answers[i].size) < 0) {
			_exit(1);
		}
		close(fd);
	}
	_exit(0);
}

static void start(const char *at, const struct answer *answers, size_t count)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int ends[2], listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	snprintf(path, sizeof(path), "%s/%s", directory, at);
	strcpy(address.sun_path, path);
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(listener, 4), 0);
	ck_assert_int_eq(pipe(ends), 0);
	server = fork();
	if (server == 0) {
		serve(listener, ends[1], answers, count);
	}
	close(listener);
	close(ends[1]);
	asked_fd = ends[0];
}

/* All that the server was asked, for strstr(3) from its n-th byte on. */
static const char *asked(size_t from)
{
	static char text[1024];
	size_t size = 0;
	ssize_t n;
	while ((n = read(asked_fd, text + size, sizeof(text) - 1 - size)) > 0) {
		size += (size_t)n;
	}
	text[size] = '\0';
	ck_assert_uint_ge(size, from);
	return text + from;
}

static void setup(void)
{
	strcpy(directory, "/tmp/focus-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	place = (struct process_env){.line = {30, 20, 10}, .line_size = 3};
	server = 0;
}

static void teardown(void)
{
	if (server > 0) {
		kill(server, SIGKILL);
		waitpid(server, NULL, 0);
		close(asked_fd);
		unlink(path);
	}
	rmdir(directory);
}

#define SWAY_TREE(focused)                                                                         \
	"{\"id\":1,\"nodes\":[{\"id\":5,\"pid\":10,\"focused\":false},{\"id\":6,\"pid\":20,"       \
	"\"focused\":" focused "},{\"id\":7,\"pid\":99,\"focused\":false}]}"

static const char tree[] = SWAY_TREE("false"), focused_tree[] = SWAY_TREE("true");

/* The message that carries a payload of sway's, type 4. */
static struct answer sway_message(const char *payload)
{
	static char bytes[512];
	uint32_t size = (uint32_t)strlen(payload), type = 4;
	memcpy(bytes, "i3-ipc", 6);
	memcpy(bytes + 6, &size, 4);
	memcpy(bytes + 10, &type, 4);
	memcpy(bytes + 14, payload, size);
	return (struct answer){bytes, 14 + size};
}

START_TEST(sway_focuses_the_nearest_container)
{
	struct answer answers[] = {
		sway_message(tree), ANSWER("i3-ipc\x13\0\0\0\0\0\0\0[{\"success\": true}]")};
	start("sway", answers, ARRAY_SIZE(answers));
	place.variables[PROCESS_SWAYSOCK] = path;
	ck_assert_int_eq(focus_sway(&place, FOCUS_BRING), FOCUS_YES);
	ck_assert_str_eq(asked(14 + 14), "[con_id=6] focus");
}
END_TEST

START_TEST(sway_tells_who_has_the_focus)
{
	struct answer answers[] = {sway_message(focused_tree)};
	start("sway", answers, 1);
	place.variables[PROCESS_SWAYSOCK] = path;
	ck_assert_int_eq(focus_sway(&place, FOCUS_CHECK), FOCUS_YES);
}
END_TEST

START_TEST(a_process_without_a_window_is_not_there)
{
	struct answer answers[] = {sway_message(tree)};
	start("sway", answers, 1);
	place = (struct process_env){.line = {77}, .line_size = 1};
	place.variables[PROCESS_SWAYSOCK] = path;
	ck_assert_int_eq(focus_sway(&place, FOCUS_BRING), FOCUS_NOT_THERE);
}
END_TEST

START_TEST(broken_answers_are_errors)
{
	static const struct answer broken[] = {ANSWER(""), ANSWER("i3-ipc"),
		ANSWER("i3-ipc\xff\xff\xff\x7f\0\0\0\0{}"), ANSWER("i3-ipc\2\0\0\0\4\0\0\0{x")};
	start("sway", &broken[_i], 1);
	place.variables[PROCESS_SWAYSOCK] = path;
	ck_assert_int_lt(focus_sway(&place, FOCUS_BRING), 0);
}
END_TEST

START_TEST(hyprland_focuses_by_address)
{
	static const struct answer answers[] = {
		ANSWER("[{\"address\":\"0x1\",\"pid\":99,\"focusHistoryID\":0},"
		       "{\"address\":\"0x2\",\"pid\":20,\"focusHistoryID\":1}]"),
		ANSWER("ok")};
	static char instance[] = "abc";
	char parent[128], hypr[128];
	snprintf(hypr, sizeof(hypr), "%s/hypr", directory);
	snprintf(parent, sizeof(parent), "%s/hypr/abc", directory);
	mkdir(hypr, 0700);
	mkdir(parent, 0700);
	start("hypr/abc/.socket.sock", answers, ARRAY_SIZE(answers));
	place.variables[PROCESS_XDG_RUNTIME_DIR] = directory;
	place.variables[PROCESS_HYPRLAND_INSTANCE_SIGNATURE] = instance;
	ck_assert_int_eq(focus_hyprland(&place, FOCUS_BRING), FOCUS_YES);
	ck_assert_str_eq(asked(0), "j/clientsdispatch focuswindow address:0x2");
	unlink(path);
	rmdir(parent);
	rmdir(hypr);
}
END_TEST

START_TEST(niri_focuses_by_number)
{
	static const struct answer answers[] = {
		ANSWER("{\"Ok\":{\"Windows\":[{\"id\":3,\"pid\":10,\"is_focused\":true}]}}\n"),
		ANSWER("{\"Ok\":\"Handled\"}\n")};
	start("niri", answers, ARRAY_SIZE(answers));
	place.variables[PROCESS_NIRI_SOCKET] = path;
	ck_assert_int_eq(focus_niri(&place, FOCUS_BRING), FOCUS_YES);
	ck_assert_str_eq(asked(0), "\"Windows\"\n{\"Action\":{\"FocusWindow\":{\"id\":3}}}\n");
}
END_TEST

START_TEST(niri_tells_that_another_has_the_focus)
{
	static const struct answer answers[] = {
		ANSWER("{\"Ok\":{\"Windows\":[{\"id\":3,\"pid\":10,\"is_focused\":false}]}}\n")};
	start("niri", answers, 1);
	place.variables[PROCESS_NIRI_SOCKET] = path;
	ck_assert_int_eq(focus_niri(&place, FOCUS_CHECK), FOCUS_NO);
}
END_TEST

START_TEST(a_manager_that_is_gone_is_an_error)
{
	static char nowhere[] = "/nowhere/socket";
	place.variables[PROCESS_SWAYSOCK] = place.variables[PROCESS_NIRI_SOCKET] = nowhere;
	ck_assert_int_eq(focus_sway(&place, FOCUS_BRING), -ENOENT);
	ck_assert_int_eq(focus_niri(&place, FOCUS_CHECK), -ENOENT);
}
END_TEST

static Suite *window_suite(void)
{
	Suite *suite = suite_create("focus_window");
	TCase *tc = tcase_create("all");
	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, sway_focuses_the_nearest_container);
	tcase_add_test(tc, sway_tells_who_has_the_focus);
	tcase_add_test(tc, a_process_without_a_window_is_not_there);
	tcase_add_loop_test(tc, broken_answers_are_errors, 0, 4);
	tcase_add_test(tc, hyprland_focuses_by_address);
	tcase_add_test(tc, niri_focuses_by_number);
	tcase_add_test(tc, niri_tells_that_another_has_the_focus);
	tcase_add_test(tc, a_manager_that_is_gone_is_an_error);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(window_suite());
}
