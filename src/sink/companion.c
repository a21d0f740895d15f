#include "sink/companion.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/number.h"
#include "sink/sink_encode.h"
#include "sink/sink_queue.h"

enum {
	BACKLOG_BYTES = 64 * 1024,
	REPLY_BYTES = 64 * 1024,
	BACKOFF_MIN_MS = 1000,
	BACKOFF_MAX_MS = 5 * 60 * 1000,
	SHORTEST_LIFE_MS = 1000,  // one that ends sooner has failed, whatever its exit status
	LONG_LIFE_MS = 60 * 1000, // a failure after this resets the back-off
};

/* One process. Outlives its owner until its handles are closed. */
struct run {
	struct companion *owner; // NULL: released
	uv_process_t process;
	uv_pipe_t in, out; // as the program sees them: its stdin, its stdout
	int open_handles;
	uint64_t started_ms;
	uv_write_t write;
	struct buf writing; // what it has not read yet
	struct buf replies;
	char chunk[4096];
};

struct companion {
	uv_loop_t *loop;
	char *program, *argument;
	struct companion_settings settings;
	struct run *run; // NULL: not running
	struct sink_queue queue;
	uint64_t retry_at_ms; // not started before
	uint64_t backoff_ms;  // the last one; 0 after a good run
};

static void start(struct companion *c);

static void on_closed(uv_handle_t *handle)
{
	struct run *run = handle->data;
	if (--run->open_handles == 0) {
		buf_finish(&run->writing);
		buf_finish(&run->replies);
		free(run);
	}
}

static void close_handle(uv_handle_t *handle)
{
	if (!uv_is_closing(handle)) {
		uv_close(handle, on_closed);
	}
}

static void back_off(struct companion *c)
{
	uint64_t doubled = c->backoff_ms * 2;
	c->backoff_ms = min_uint64(max_uint64(doubled, BACKOFF_MIN_MS), BACKOFF_MAX_MS);
	c->retry_at_ms = uv_now(c->loop) + c->backoff_ms;
	sink_queue_clear(&c->queue);
}

static void tell_end(const struct companion *c)
{
	if (c->settings.on_end != NULL) {
		c->settings.on_end(c->backoff_ms, c->settings.data);
	}
}

static void write_more(struct run *run);

static void on_written(uv_write_t *request, int status)
{
	struct run *run = request->data;
	if (status == 0) {
		buf_clear(&run->writing);
		write_more(run);
	}
}

static void write_more(struct run *run)
{
	struct companion *c = run->owner;
	if (c == NULL || run->writing.size > 0 || uv_is_closing((uv_handle_t *)&run->in)) {
		return;
	}
	struct str bytes = sink_queue_pending(&c->queue);
	if (bytes.size == 0) {
		return;
	}
	buf_append_str(&run->writing, bytes);
	sink_queue_sent(&c->queue, bytes.size);
	uv_buf_t out = uv_buf_init(run->writing.data, (unsigned)run->writing.size);
	run->write.data = run;
	uv_write(&run->write, (uv_stream_t *)&run->in, &out, 1, on_written);
}

/* It ended by itself: what it had not read goes to the next one, unless it failed. */
static void on_ended(uv_process_t *process, int64_t status, int signal_number)
{
	struct run *run = process->data;
	struct companion *c = run->owner;
	close_handle((uv_handle_t *)&run->process);
	close_handle((uv_handle_t *)&run->in);
	close_handle((uv_handle_t *)&run->out);
	if (c == NULL) {
		return;
	}
	run->owner = NULL;
	c->run = NULL;
	bool unfinished = run->writing.size > 0 || sink_queue_pending(&c->queue).size > 0;
	uint64_t lived_ms = uv_now(c->loop) - run->started_ms;
	bool too_soon = lived_ms < SHORTEST_LIFE_MS;
	if (status != 0 || signal_number != 0 || (unfinished && too_soon) ||
		c->settings.on_end != NULL) {
		c->backoff_ms = lived_ms < LONG_LIFE_MS ? c->backoff_ms : 0;
		back_off(c);
		log_warn("the %s \"%s\" ended (status %d, signal %d); not tried again for %d s",
			c->settings.name, c->program, (int)status, signal_number,
			(int)(c->backoff_ms / 1000));
		tell_end(c);
		return;
	}
	c->backoff_ms = 0;
	if (unfinished) {
		sink_queue_push_over_oldest(&c->queue, buf_str(&run->writing));
		start(c);
	}
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
	(void)suggested;
	struct run *run = handle->data;
	*ret = uv_buf_init(run->chunk, sizeof(run->chunk));
}

/* Passes on complete lines. */
static void take_lines(struct run *run)
{
	size_t done = 0, size;
	char *line;
	while (run->owner != NULL && (line = buf_line(&run->replies, &done, &size)) != NULL) {
		run->owner->settings.on_reply(line, size, run->owner->settings.data);
	}
	buf_consume(&run->replies, done);
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *chunk)
{
	struct run *run = stream->data;
	if (size < 0) {
		uv_read_stop(stream);
		return;
	}
	if (buf_append(&run->replies, chunk->base, (size_t)size) != 0) {
		buf_clear(&run->replies); // a line that never ends is not ours
	}
	take_lines(run);
}

static int spawn(struct companion *c, struct run *run)
{
	char *args[] = {c->program, c->argument, NULL};
	uv_stdio_container_t stdio[] = {
		{.flags = UV_CREATE_PIPE | UV_READABLE_PIPE,
			.data.stream = (uv_stream_t *)&run->in},
		{.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
			.data.stream = (uv_stream_t *)&run->out},
		{.flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO},
	};
	uv_process_options_t options = {
		.file = c->program,
		.args = args,
		.exit_cb = on_ended,
		.stdio = stdio,
		.stdio_count = ARRAY_SIZE(stdio),
	};
	return uv_spawn(c->loop, &run->process, &options);
}

static struct run *create_run(struct companion *c)
{
	struct run *run = xcalloc(1, sizeof(*run));
	run->owner = c;
	run->started_ms = uv_now(c->loop);
	run->open_handles = 3;
	buf_init(&run->writing, BACKLOG_BYTES + SINK_MAX_LINE_BYTES);
	buf_init(&run->replies, REPLY_BYTES);
	uv_pipe_init(c->loop, &run->in, 0);
	uv_pipe_init(c->loop, &run->out, 0);
	run->process.data = run->in.data = run->out.data = run;
	return run;
}

static void start(struct companion *c)
{
	struct run *run = create_run(c);
	int r = spawn(c, run);
	if (r != 0) {
		run->owner = NULL;
		close_handle((uv_handle_t *)&run->process);
		close_handle((uv_handle_t *)&run->in);
		close_handle((uv_handle_t *)&run->out);
		back_off(c);
		log_errno(r, "cannot start the %s \"%s\"; not tried again for %d s",
			c->settings.name, c->program, (int)(c->backoff_ms / 1000));
		tell_end(c);
		return;
	}
	c->run = run;
	uv_read_start((uv_stream_t *)&run->out, on_alloc, on_read);
	write_more(run);
}

struct companion *companion_create(uv_loop_t *loop, const struct companion_settings *settings)
{
	struct companion *c = xcalloc(1, sizeof(*c));
	*c = (struct companion){
		.loop = loop, .program = xstrdup(settings->program), .settings = *settings};
	c->argument = settings->argument != NULL ? xstrdup(settings->argument) : NULL;
	sink_queue_init(&c->queue, BACKLOG_BYTES);
	return c;
}

void companion_send(struct companion *c, struct str line)
{
	if (c->run == NULL && uv_now(c->loop) < c->retry_at_ms) {
		return;
	}
	if (c->settings.is_state) {
		sink_queue_clear(&c->queue); // only whole lines: a partial one is in run::writing
	}
	sink_queue_push_over_oldest(&c->queue, line);
	if (c->run == NULL) {
		start(c);
	} else {
		write_more(c->run);
	}
}

void companion_close(struct companion *c)
{
	if (c == NULL) {
		return;
	}
	if (c->run != NULL) {
		c->run->owner = NULL;
		uv_process_kill(&c->run->process, SIGTERM); // on_ended closes its handles
		close_handle((uv_handle_t *)&c->run->in);
		close_handle((uv_handle_t *)&c->run->out);
	}
	sink_queue_finish(&c->queue);
	free(c->program);
	free(c->argument);
	free(c);
}
