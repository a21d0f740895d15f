#include "process/process_launch.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
	process_launch_on_end *on_end; // NULL: nobody listens
	void *data;
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
		free(c);
	}
}

static void close_child(struct child *c)
{
	uv_close((uv_handle_t *)&c->process, on_closed);
	uv_close((uv_handle_t *)&c->patience, on_closed);
}

static void on_ended(uv_process_t *process, int64_t exit_status, int signal_number)
{
	struct child *c = process->data;
	if (c->launcher != NULL) {
		list_remove(&c->link);
		c->launcher->count--;
	}
	if (c->on_end != NULL) {
		c->on_end(signal_number != 0 ? -1 : (int)exit_status, c->data);
	}
	close_child(c);
}

static void on_patience_ended(uv_timer_t *timer)
{
	struct child *c = timer->data;
	log_warn("process %d did not end within %d s and is killed", c->process.pid,
		PATIENCE_MS / 1000);
	uv_process_kill(&c->process, SIGKILL);
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
	cleanup_free char **environment = variable != NULL ? environment_with(variable) : NULL;
	uv_stdio_container_t stdio[] = {
		{.flags = UV_IGNORE},
		{.flags = UV_IGNORE},
		{.flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO},
	};
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

int process_launch(struct process_launcher *launcher, const char *const argv[],
	const char *variable, process_launch_on_end *on_end, void *data)
{
	if (launcher->count >= CHILDREN_MAX) {
		return log_errno(-EAGAIN, "cannot start \"%s\" beside %d others",
			log_shown(str_from(argv[0])), CHILDREN_MAX);
	}
	struct child *c = xcalloc(1, sizeof(*c));
	c->launcher = launcher;
	c->on_end = on_end;
	c->data = data;
	c->open_handles = 2;
	c->process.data = c->patience.data = c;
	uv_timer_init(launcher->loop, &c->patience);
	int r = spawn(c, launcher->loop, argv, variable);
	if (r < 0) {
		close_child(c);
		return log_errno(r, "cannot start \"%s\"", log_shown(str_from(argv[0])));
	}
	uv_timer_start(&c->patience, on_patience_ended, PATIENCE_MS, 0);
	list_append(&launcher->children, &c->link);
	launcher->count++;
	return 0;
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
		uv_process_kill(&c->process, SIGKILL); // on_ended closes its handles
	}
	free(launcher);
}
