/* otel-ai-monitor-focus: raises the window and the pane of a process. A program of its own, to keep
 * the code for desktops out of the daemon and the hooks. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "focus/focus.h"
#include "focus/focus_ask.h"
#include "focus/focus_search.h"
#include "process/process_env.h"

enum { EXIT_USAGE = 2, PATIENCE_S = 5, WHY_BYTES = 4096, OUTPUT_BYTES = 4096, PATH_BYTES = 256 };

/* Does not wait for a desktop that does not answer. */
static void on_alarm(int number)
{
	static const char message[] = "otel-ai-monitor-focus: the desktop gave no answer\n";
	(void)number;
	(void)!write(STDERR_FILENO, message, sizeof(message) - 1);
	_exit(EXIT_FAILURE);
}

/* ---- whether anybody sits in front of the screen: org.freedesktop.login1(5) */

/* Properties as busctl writes them, one a line. False if they cannot be had. */
static bool get(const char *object, const char *interface, const char *first, const char *second,
	struct buf *ret_output)
{
	const char *const argv[] = {"busctl", "--system", "--auto-start=no", "--timeout=2",
		"get-property", "org.freedesktop.login1", object, interface, first, second, NULL};
	return focus_ask_program(argv, ret_output) == 0;
}

/* The session that our user's desktop runs in: (so) "c1" "/org/freedesktop/login1/session/c1". */
static bool find_session(char ret_path[PATH_BYTES])
{
	struct buf output;
	buf_init(&output, OUTPUT_BYTES);
	bool found = get("/org/freedesktop/login1/user/self", "org.freedesktop.login1.User",
		"Display", NULL, &output);
	buf_append_char(&output, '\0');
	found = found && sscanf(output.data, "(so) \"%*[^\"]\" \"%255[^\"]\"", ret_path) == 1;
	buf_finish(&output);
	return found;
}

/* Whether logind considers our user's session on this machine's screen locked or idle. False
 * without logind, or if the desktop does not report it. */
static bool seat_is_left(void)
{
	char path[PATH_BYTES];
	struct buf output;
	buf_init(&output, OUTPUT_BYTES);
	bool is_left = find_session(path) &&
		       get(path, "org.freedesktop.login1.Session", "LockedHint", "IdleHint",
			       &output) &&
		       str_contains(buf_str(&output), STR("b true"));
	buf_finish(&output);
	return is_left;
}

/* ---- the command line */

/* The words behind --check: PID, or NAME [DIRECTORY]. */
static int find(char *const *words, int count, int64_t *ret_pid, struct buf *why)
{
	if (count == 1 && str_to_int64(str_from(words[0]), ret_pid)) {
		return *ret_pid > 0 ? 0 : -EINVAL;
	}
	return count == 1 || count == 2
		       ? focus_search(words[0], count == 2 ? words[1] : NULL, ret_pid, why)
		       : -EINVAL;
}

static int run(char *const *words, int count, enum focus_mode mode, struct buf *why)
{
	int64_t pid;
	int r = find(words, count, &pid, why);
	if (r == -EINVAL) {
		log_error("usage: otel-ai-monitor-focus [--check] PID|NAME [DIRECTORY]");
		return EXIT_USAGE;
	}
	if (r == 0) {
		r = focus_process(pid, mode, why);
	}
	if (r != FOCUS_YES && mode == FOCUS_BRING) {
		log_warn("no window found (%.*s)", STR_ARG(buf_str(why)));
	}
	if (r == FOCUS_YES && mode == FOCUS_CHECK && seat_is_left()) {
		return PROCESS_UNATTENDED;
	}
	return r == FOCUS_YES ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	bool checks = argc > 1 && strcmp(argv[1], "--check") == 0;
	int first = checks ? 2 : 1;
	struct buf why;
	log_set_name("otel-ai-monitor-focus");
	signal(SIGALRM, on_alarm);
	alarm(PATIENCE_S);
	buf_init(&why, WHY_BYTES);
	int exit_status = run(argv + first, argc - first, checks ? FOCUS_CHECK : FOCUS_BRING, &why);
	buf_finish(&why);
	return exit_status;
}
