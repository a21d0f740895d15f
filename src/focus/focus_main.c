/* otel-ai-monitor-focus: brings the window and the pane of a process to the front. A program of its
 * own, so that neither the daemon nor a hook carries what it takes to speak with a desktop. */
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "focus/focus.h"

enum { EXIT_USAGE = 2, PATIENCE_S = 5, WHY_BYTES = 4096 };

/* A desktop that does not answer is not waited for. */
static void on_alarm(int number)
{
	static const char message[] = "otel-ai-monitor-focus: the desktop gave no answer\n";
	(void)number;
	(void)!write(STDERR_FILENO, message, sizeof(message) - 1);
	_exit(EXIT_FAILURE);
}

static int run(int64_t pid, enum focus_wish wish)
{
	struct buf why;
	buf_init(&why, WHY_BYTES);
	int r = focus_process(pid, wish, &why);
	if (r != FOCUS_YES && wish == FOCUS_BRING) {
		log_warn("no window found of process %" PRId64 " (%.*s)", pid,
			STR_ARG(buf_str(&why)));
	}
	buf_finish(&why);
	return r == FOCUS_YES ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	int64_t pid;
	bool checks = argc == 3 && strcmp(argv[1], "--check") == 0;
	log_set_name("otel-ai-monitor-focus");
	if ((argc != 2 && !checks) || !str_to_int64(str_from(argv[argc - 1]), &pid) || pid <= 0) {
		log_error("usage: otel-ai-monitor-focus [--check] PID");
		return EXIT_USAGE;
	}
	signal(SIGALRM, on_alarm);
	alarm(PATIENCE_S);
	return run(pid, checks ? FOCUS_CHECK : FOCUS_BRING);
}
