/* otel-ai-monitor-notifier: desktop notifications for the daemon, which starts this program when it
 * has something to tell and feeds it lines through a pipe. Ends at the end of its input, or when it
 * has been idle for a minute and nothing of it is on the screen that its user might dismiss. With
 * --check it only says which notification server there is. */
#include <errno.h>
#include <glib-unix.h>
#include <glib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "notifier/notifier_screen.h"
#include "sink/notify_line.h"

enum { LINE_BYTES = 256 * 1024, IDLE_S = 60, CHECK_S = 5 };

struct notifier {
	GMainLoop *loop;
	struct buf input;
	guint idle;
};

static void handle_lines(struct notifier *n)
{
	size_t done = 0, size;
	char *line;
	while ((line = buf_line(&n->input, &done, &size)) != NULL) {
		struct notify_command command;
		if (notify_line_read(line, size, &command)) {
			notifier_screen_handle(&command);
		} else {
			log_warn("a line from the daemon makes no sense and is ignored");
		}
	}
	buf_consume(&n->input, done);
}

static gboolean on_idle(gpointer data)
{
	struct notifier *n = data;
	if (!notifier_screen_is_empty()) {
		return G_SOURCE_CONTINUE;
	}
	n->idle = 0;
	g_main_loop_quit(n->loop);
	return G_SOURCE_REMOVE;
}

static void restart_idle(struct notifier *n)
{
	if (n->idle != 0) {
		g_source_remove(n->idle);
	}
	n->idle = g_timeout_add_seconds(IDLE_S, on_idle, n);
}

static gboolean on_input(gint fd, GIOCondition condition, gpointer data)
{
	(void)condition;
	struct notifier *n = data;
	char chunk[4096];
	ssize_t size = read(fd, chunk, sizeof(chunk));
	if (size < 0 && errno == EINTR) {
		return G_SOURCE_CONTINUE;
	}
	if (size <= 0 || buf_append(&n->input, chunk, (size_t)size) != 0) {
		g_main_loop_quit(n->loop);
		return G_SOURCE_REMOVE;
	}
	handle_lines(n);
	restart_idle(n);
	return G_SOURCE_CONTINUE;
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	log_set_name("otel-ai-monitor-notifier");
	if (argc == 2 && strcmp(argv[1], "--check") == 0) {
		alarm(CHECK_S); // D-Bus itself would wait for 25 s
		return notifier_screen_check() ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	struct notifier n = {.loop = g_main_loop_new(NULL, FALSE)};
	buf_init(&n.input, LINE_BYTES);
	notifier_screen_init();
	g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, &n);
	restart_idle(&n);
	g_main_loop_run(n.loop);
	notifier_screen_finish();
	buf_finish(&n.input);
	g_main_loop_unref(n.loop);
	return EXIT_SUCCESS;
}
