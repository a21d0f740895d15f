#include "cli/cli_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file_watch.h"
#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_command.h"
#include "cli/cli_format.h"
#include "cli/cli_http.h"
#include "cli/cli_line.h"
#include "cli/cli_response.h"
#include "cli/cli_screen.h"
#include "cli/cli_sse.h"
#include "cli/cli_style.h"
#include "sink/sink_encode.h"

enum {
	DELAY_MIN_MS = 200,
	DELAY_MAX_MS = 5000,
	BIRTH_MS = 20,    // between a socket's file appearing and listen(2)
	MEND_MS = 1000,   // between attempts to read wrong settings
	ANSWER_MS = 2000, // a running daemon sends a list at once
	NEVER = -1,
	WORDS_BYTES = 1024 * 1024,
	TIME_BYTES = 8, // before the words, ignored when comparing lines
};

struct watch {
	const struct cli_endpoint *endpoint;
	enum config_format format;
	struct cli_screen screen;      // of a bar's format
	const struct cli_style *style; // CONFIG_FORMAT_AUTO
	struct buf words, last_words;  // of the same
	int out_fd;
	bool reader_gone;

	int fd; // the stream; -1: not connected
	struct cli_response response;
	struct cli_sse sse;
	bool heard;          // the stream has begun
	bool has_list;       // its first list has arrived
	int64_t deadline_ms; // by which it must have
	bool told_of_outage; // since it last sent something
	int64_t retry_at_ms, delay_ms;
	int inotify_fd; // on the socket's directory while not connected; -1: none
};

/* Writes all of it, waiting for a slow reader; the daemon handles the backlog. */
static void print(struct watch *w, struct str bytes)
{
	while (bytes.size > 0 && !w->reader_gone) {
		ssize_t wrote = write(w->out_fd, bytes.data, bytes.size);
		if (wrote >= 0) {
			bytes = str_skip(bytes, (size_t)wrote);
		} else if (errno == EAGAIN) {
			struct pollfd room = {.fd = w->out_fd, .events = POLLOUT};
			poll(&room, 1, NEVER);
		} else if (errno != EINTR) {
			w->reader_gone = true;
		}
	}
}

static bool is_for_bar(const struct watch *w)
{
	return cli_format_is_bar(w->format);
}

static bool wants_updates(const struct watch *w)
{
	return w->format == CONFIG_FORMAT_NDJSON || w->format == CONFIG_FORMAT_AUTO;
}

static void print_line(struct watch *w, struct str line)
{
	struct buf out;
	buf_init(&out, line.size + 1);
	buf_append_str(&out, line);
	buf_append_char(&out, '\n');
	print(w, buf_str(&out));
	buf_finish(&out);
}

/* Prints it only if something shown has changed. */
static void print_words(struct watch *w, struct str line)
{
	buf_clear(&w->words);
	cli_line_append(&w->words, line, !w->has_list, w->style);
	struct str words = buf_str(&w->words), last = buf_str(&w->last_words);
	size_t time = w->words.size > TIME_BYTES && last.size > TIME_BYTES ? TIME_BYTES : 0;
	if (!str_equal(str_skip(words, time), str_skip(last, time))) {
		print(w, words);
	}
	struct buf spare = w->last_words;
	w->last_words = w->words;
	w->words = spare;
}

/* line: from the daemon, or in its format. A bar is shown only the newest, after all have been
 * read. -EPROTO if it is invalid. */
static int show(struct watch *w, struct str line)
{
	if (is_for_bar(w)) {
		return cli_screen_take(&w->screen, line);
	}
	if (w->format == CONFIG_FORMAT_AUTO) {
		print_words(w, line);
	} else {
		print_line(w, line);
	}
	return 0;
}

static int on_event(struct str type, struct str line, void *data)
{
	struct watch *w = data;
	bool is_list = str_equal(type, STR("session_list"));
	bool is_update = str_equal(type, STR("session_update"));
	w->heard = true;
	w->told_of_outage = false;
	w->delay_ms = DELAY_MIN_MS;
	int r = 0;
	if (is_list || (is_update && wants_updates(w))) {
		r = show(w, line);
		w->has_list = true;
	}
	return w->reader_gone ? -EPIPE : r;
}

static int on_body(struct str piece, void *data)
{
	struct watch *w = data;
	return w->response.status == 200 ? cli_sse_feed(&w->sse, piece) : -EPROTO;
}

/* The directory in which the daemon's socket will appear. */
static void watch_directory(struct watch *w)
{
	if (w->endpoint->socket_path == NULL || w->inotify_fd >= 0) {
		return;
	}
	const char *slash = strrchr(w->endpoint->socket_path, '/');
	size_t size = slash != NULL ? (size_t)(slash - w->endpoint->socket_path) : 0;
	cleanup_free char *directory = slash == NULL ? xstrdup(".")
				       : size == 0   ? xstrdup("/")
						     : str_dup((struct str){
							       w->endpoint->socket_path, size});
	w->inotify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (w->inotify_fd >= 0 &&
		inotify_add_watch(w->inotify_fd, directory, IN_CREATE | IN_MOVED_TO) < 0) {
		close(w->inotify_fd);
		w->inotify_fd = -1;
	}
}

static void unwatch_directory(struct watch *w)
{
	if (w->inotify_fd >= 0) {
		close(w->inotify_fd);
		w->inotify_fd = -1;
	}
}

static void on_directory_event(const struct inotify_event *event, void *data)
{
	struct watch *w = data;
	const char *slash = strrchr(w->endpoint->socket_path, '/');
	const char *name = slash != NULL ? slash + 1 : w->endpoint->socket_path;
	if (event->len > 0 && strcmp(event->name, name) == 0) {
		w->delay_ms = DELAY_MIN_MS;
		w->retry_at_ms = instant_now().mono_ms + BIRTH_MS;
	}
}

static void show_nothing(struct watch *w, void (*encode)(struct buf *out, struct instant now))
{
	struct buf line;
	buf_init(&line, SINK_MAX_LINE_BYTES);
	encode(&line, instant_now());
	show(w, (struct str){line.data, line.size - 1}); // without its '\n'
	buf_finish(&line);
}

static void tell_of_outage(struct watch *w)
{
	if (!w->told_of_outage) {
		show_nothing(w, sink_encode_unreachable);
		w->told_of_outage = true;
	}
}

static void draw_bar(struct watch *w)
{
	if (is_for_bar(w)) {
		print(w, cli_screen_draw(&w->screen, instant_now().wall_ms));
	}
}

/* r says why; a status other than 200 deserves a message: something else listens there. */
static void lose(struct watch *w, int r)
{
	if (w->fd >= 0) {
		close(w->fd);
		w->fd = -1;
	}
	if (r == -EPROTO && !w->told_of_outage) {
		log_warn("not otel-ai-monitor (HTTP status %d); retrying", w->response.status);
	}
	watch_directory(w);
	tell_of_outage(w);
	w->retry_at_ms = instant_now().mono_ms + w->delay_ms;
	w->delay_ms = w->delay_ms * 2 < DELAY_MAX_MS ? w->delay_ms * 2 : DELAY_MAX_MS;
}

static void begin(struct watch *w)
{
	bool with_cost = w->endpoint->with_cost;
	const char *path = with_cost ? "/api/stream?types=session_list,session_update&cost=1"
				     : "/api/stream?types=session_list,session_update";
	if (!wants_updates(w)) {
		path = with_cost ? "/api/stream?format=list&cost=1" : "/api/stream?format=list";
	}
	cli_response_init(&w->response, on_body, w);
	cli_sse_reset(&w->sse);
	w->heard = w->has_list = false;
	w->fd = cli_http_ask(
		w->endpoint, &(struct cli_request){"GET", path, "text/event-stream", NULL});
	if (w->fd < 0) {
		lose(w, w->fd);
		return;
	}
	unwatch_directory(w);
	w->deadline_ms = instant_now().mono_ms + ANSWER_MS;
}

static void read_stream(struct watch *w)
{
	char chunk[64 * 1024];
	ssize_t size = read(w->fd, chunk, sizeof(chunk));
	if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
		return;
	}
	int r = size < 0 ? -errno : 0;
	if (size > 0) {
		r = cli_response_feed(&w->response, (struct str){chunk, (size_t)size});
	}
	bool wrong_status = w->response.status != 0 && w->response.status != 200;
	if (size <= 0 || r < 0 || w->response.complete || wrong_status) {
		lose(w, wrong_status ? -EPROTO : r);
	}
}

static int wait_ms(const struct watch *w)
{
	if (w->fd >= 0 && w->heard) {
		return is_for_bar(w) ? cli_screen_rest_ms(&w->screen, instant_now().wall_ms)
				     : NEVER;
	}
	int64_t left = (w->fd >= 0 ? w->deadline_ms : w->retry_at_ms) - instant_now().mono_ms;
	return left > 0 ? (int)left : 0;
}

static void wait_for_news(struct watch *w)
{
	struct pollfd fds[] = {
		{.fd = w->out_fd},
		{.fd = w->fd, .events = POLLIN},
		{.fd = w->inotify_fd, .events = POLLIN},
	};
	if (poll(fds, ARRAY_SIZE(fds), wait_ms(w)) < 0) {
		return;
	}
	if (fds[0].revents & (POLLERR | POLLHUP | POLLNVAL)) {
		w->reader_gone = true;
		return;
	}
	if (fds[1].revents != 0) {
		read_stream(w);
	} else if (w->fd >= 0 && !w->heard && instant_now().mono_ms >= w->deadline_ms) {
		lose(w, -ETIMEDOUT);
	}
	if (fds[2].revents != 0 && w->inotify_fd >= 0) {
		(void)file_watch_read(w->inotify_fd, on_directory_event, w);
	}
}

static void init(struct watch *w, enum config_format format, const struct config_list *icons,
	const struct cli_style *style, int fd)
{
	*w = (struct watch){
		.format = format,
		.style = style,
		.out_fd = fd,
		.fd = -1,
		.delay_ms = DELAY_MIN_MS,
		.inotify_fd = -1,
	};
	cli_sse_init(&w->sse, SINK_MAX_LINE_BYTES, on_event, w);
	cli_screen_init(&w->screen, format, icons);
	buf_init(&w->words, WORDS_BYTES);
	buf_init(&w->last_words, WORDS_BYTES);
}

static void finish(struct watch *w)
{
	if (w->fd >= 0) {
		close(w->fd);
	}
	unwatch_directory(w);
	cli_sse_finish(&w->sse);
	cli_screen_finish(&w->screen);
	buf_finish(&w->words);
	buf_finish(&w->last_words);
}

int cli_watch_run(const struct cli_endpoint *endpoint, enum config_format format,
	const struct config_list *icons, const struct cli_style *style, int fd)
{
	struct watch w;
	init(&w, format, icons, style, fd);
	w.endpoint = endpoint;
	while (!w.reader_gone) {
		if (w.fd < 0 && instant_now().mono_ms >= w.retry_at_ms) {
			begin(&w);
		}
		draw_bar(&w);
		if (!w.reader_gone) {
			wait_for_news(&w);
		}
	}
	finish(&w);
	return EXIT_SUCCESS;
}

static enum config_format format_of(const struct config *config, const struct cli_style *style)
{
	enum config_format format = (enum config_format)config->format;
	return format == CONFIG_FORMAT_AUTO && (config->json || !style->is_terminal)
		       ? CONFIG_FORMAT_NDJSON
		       : format;
}

static int run(const struct config *config)
{
	signal(SIGPIPE, SIG_IGN);
	struct cli_endpoint endpoint = cli_endpoint_of(config);
	struct cli_style style = cli_style_of(config, STDOUT_FILENO);
	return cli_watch_run(
		&endpoint, format_of(config, &style), config->bar_icons, &style, STDOUT_FILENO);
}

static int on_fault(const struct config *flags, bool is_first)
{
	signal(SIGPIPE, SIG_IGN);
	if (is_first) {
		struct watch w;
		struct cli_style style = cli_style_of(flags, STDOUT_FILENO);
		init(&w, format_of(flags, &style), flags->bar_icons, &style, STDOUT_FILENO);
		show_nothing(&w, sink_encode_misconfigured);
		draw_bar(&w);
		finish(&w);
	}
	struct pollfd reader = {.fd = STDOUT_FILENO};
	bool is_gone = poll(&reader, 1, MEND_MS) > 0; // only for the reader to leave
	return is_gone ? EXIT_SUCCESS : CLI_LOOK_AGAIN;
}

static const struct config_option options[] = {
	CLI_OPTION_JSON("print every update and list as JSON, as --format ndjson does"),
	CLI_OPTION_FORMAT("what to print; default: lines for people on a terminal, else NDJSON"),
};

static const struct cli_setting settings[] = {CLI_ICONS, {"show-cost", NULL}, CLI_REACH};

const struct cli_command cli_watch_command = {
	.name = "watch",
	.run = run,
	.on_fault = on_fault,
	.summary = "print changes as they happen, for bars and scripts",
	.about = "Prints the daemon's updates, as one JSON object per line or in the format of a "
		 "status bar, starting with the current state. Reconnects whenever the daemon "
		 "restarts; ends when its output is closed. While the configuration file has "
		 "errors it shows that, and continues once they are fixed. On a terminal it prints "
		 "a line of words for each change.",
	.examples =
		"  otel-ai-monitor watch --format list    for eww: (deflisten ai \"...\")\n"
		"  otel-ai-monitor watch --format waybar  with \"return-type\": \"json\"\n"
		"  otel-ai-monitor watch --format waybar --show-cost\n"
		"  otel-ai-monitor watch --format plain --icon-working work --icon-idle none\n"
		"  otel-ai-monitor watch --json |\n"
		"    jq -r 'select(.type == \"session_update\") | \"\\(.project) \\(.state)\"'\n",
	.options = options,
	.option_count = ARRAY_SIZE(options),
	.settings = settings,
};
