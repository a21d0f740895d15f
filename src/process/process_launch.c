#include "process/process_launch.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"

enum { PATIENCE_MS = 10000, CHILDREN_MAX = 16 };

struct child {
	struct list link; // of process_launcher::children
	struct process_launcher *launcher;
	uv_process_t process;
	uv_timer_t patience;
	unsigned open_handles;
	process_launch_on_end *on_end; // NULL: no listener
	void *data;
	/* Of a program that is read: */
	uv_pipe_t pipe;
	process_launch_on_output *on_output; // NULL: no reader
	struct buf output;
	bool has_pipe;   // among the open handles
	bool is_running; // its end is reported once process and output have ended
	bool is_at_end;  // of the output
	int exit_status; // once it does not run
};

struct process_launcher {
	uv_loop_t *loop;
	struct list children;
	size_t count;
};

static void on_closed(uv_handle_t *handle)
{
	struct child *c = handle->data;
	if (--c->open_handles == 0) {
		buf_finish(&c->output);
		free(c);
	}
}

static void close_child(struct child *c)
{
	uv_close((uv_handle_t *)&c->process, on_closed);
	uv_close((uv_handle_t *)&c->patience, on_closed);
	if (c->has_pipe) {
		uv_close((uv_handle_t *)&c->pipe, on_closed);
	}
}

/* Once it has ended and all that it wrote is here. */
static void finish(struct child *c)
{
	if (c->is_running || (c->has_pipe && !c->is_at_end)) {
		return;
	}
	if (c->launcher != NULL) {
		list_remove(&c->link);
		c->launcher->count--;
	}
	if (c->on_end != NULL) {
		c->on_end(c->exit_status, c->data);
	}
	if (c->on_output != NULL) {
		c->on_output(
			c->output.overflowed ? -1 : c->exit_status, buf_str(&c->output), c->data);
	}
	close_child(c);
}

static void on_ended(uv_process_t *process, int64_t exit_status, int signal_number)
{
	struct child *c = process->data;
	c->is_running = false;
	c->exit_status = signal_number != 0 ? -1 : (int)exit_status;
	finish(c);
}

static void on_room_wanted(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
	static char piece[4096]; // emptied before the next one wants it
	(void)handle;
	(void)suggested;
	*ret = uv_buf_init(piece, sizeof(piece));
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *piece)
{
	struct child *c = stream->data;
	if (size > 0) {
		buf_append(&c->output, piece->base, (size_t)size);
		if (c->output.overflowed) {
			uv_process_kill(&c->process, SIGKILL);
		}
	} else if (size < 0) {
		(void)uv_read_stop(stream);
		c->is_at_end = true;
		finish(c);
	}
}

static void on_patience_ended(uv_timer_t *timer)
{
	struct child *c = timer->data;
	log_warn("process %d did not end within %d s and is killed", c->process.pid,
		PATIENCE_MS / 1000);
	if (c->is_running) {
		uv_process_kill(&c->process, SIGKILL);
	}
	c->is_at_end = true; // whoever still holds its output
	finish(c);
}

/* Our own with the variable in front, for the caller to free. */
static char **environment_with(const char *variable)
{
	size_t count = 0;
	while (environ[count] != NULL) {
		count++;
	}
	char **all = xcalloc(count + 2, sizeof(*all));
	all[0] = (char *)variable;
	memcpy(all + 1, environ, count * sizeof(*all));
	return all;
}

static int spawn(struct child *c, uv_loop_t *loop, const char *const argv[], const char *variable)
{
	const uv_stdio_container_t read_output = {
		.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, // as the child sees it
		.data.stream = (uv_stream_t *)&c->pipe,
	};
	cleanup_free char **environment = variable != NULL ? environment_with(variable) : NULL;
	uv_stdio_container_t stdio[] = {
		{.flags = UV_IGNORE},
		{.flags = UV_IGNORE},
		{.flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO},
	};
	if (c->has_pipe) {
		stdio[STDOUT_FILENO] = read_output;
	}
	uv_process_options_t options = {
		.file = argv[0],
		.args = (char **)argv,
		.env = environment,
		.exit_cb = on_ended,
		.stdio = stdio,
		.stdio_count = ARRAY_SIZE(stdio),
	};
	return uv_spawn(loop, &c->process, &options);
}

/* Takes over the child, which may be read. */
static int launch(struct process_launcher *launcher, struct child *c, const char *const argv[],
	const char *variable)
{
	c->launcher = launcher;
	c->open_handles = c->has_pipe ? 3 : 2;
	c->process.data = c->patience.data = c->pipe.data = c;
	uv_timer_init(launcher->loop, &c->patience);
	if (c->has_pipe) {
		uv_pipe_init(launcher->loop, &c->pipe, 0);
	}
	int r = spawn(c, launcher->loop, argv, variable);
	if (r < 0) {
		close_child(c);
		return log_errno(r, "cannot start \"%s\"", log_shown(str_from(argv[0])));
	}
	if (c->has_pipe) {
		(void)uv_read_start((uv_stream_t *)&c->pipe, on_room_wanted, on_read);
	}
	c->is_running = true;
	uv_timer_start(&c->patience, on_patience_ended, PATIENCE_MS, 0);
	list_append(&launcher->children, &c->link);
	launcher->count++;
	return 0;
}

static int check_room(const struct process_launcher *launcher, const char *program)
{
	if (launcher->count >= CHILDREN_MAX) {
		return log_errno(-EAGAIN, "cannot start \"%s\" beside %d others",
			log_shown(str_from(program)), CHILDREN_MAX);
	}
	return 0;
}

int process_launch(struct process_launcher *launcher, const char *const argv[],
	const char *variable, process_launch_on_end *on_end, void *data)
{
	int r = check_room(launcher, argv[0]);
	if (r < 0) {
		return r;
	}
	struct child *c = xcalloc(1, sizeof(*c));
	c->on_end = on_end;
	c->data = data;
	return launch(launcher, c, argv, variable);
}

int process_launch_read(struct process_launcher *launcher, const char *const argv[],
	size_t max_bytes, process_launch_on_output *on_output, void *data)
{
	int r = check_room(launcher, argv[0]);
	if (r < 0) {
		return r;
	}
	struct child *c = xcalloc(1, sizeof(*c));
	buf_init(&c->output, max_bytes);
	c->on_output = on_output;
	c->data = data;
	c->has_pipe = true;
	return launch(launcher, c, argv, NULL);
}

struct process_launcher *process_launcher_create(uv_loop_t *loop)
{
	struct process_launcher *launcher = xcalloc(1, sizeof(*launcher));
	launcher->loop = loop;
	list_init(&launcher->children);
	return launcher;
}

void process_launcher_close(struct process_launcher *launcher)
{
	if (launcher == NULL) {
		return;
	}
	struct child *c, *next;
	list_for_each_safe(c, next, &launcher->children, link)
	{
		list_remove(&c->link);
		c->launcher = NULL;
		c->on_end = NULL;
		c->on_output = NULL;
		uv_process_kill(&c->process, SIGKILL); // on_ended closes its handles
	}
	free(launcher);
}
