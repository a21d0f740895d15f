#include "process/process_watch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "process/process_proc.h"

struct process_watch {
	uv_poll_t poll;
	int fd;
	process_watch_on_end *on_end;
	void *data;
};

static void on_closed(uv_handle_t *handle)
{
	struct process_watch *watch = handle->data;
	close(watch->fd);
	free(watch);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct process_watch *watch = poll->data;
	(void)events;
	uv_poll_stop(poll);
	if (status == 0) {
		watch->on_end(watch->data);
	}
}

/* The descriptor close-on-exec, or a negative errno. */
static int open_process(int64_t pid, uint64_t start_ticks)
{
	int fd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
	if (fd < 0) {
		return -errno;
	}
	/* read after opening: the same process has had the pid all along */
	if (process_proc_start_ticks(pid) != start_ticks) {
		close(fd);
		return -ESRCH;
	}
	return fd;
}

int process_watch_start(uv_loop_t *loop, int64_t pid, uint64_t start_ticks,
	process_watch_on_end *on_end, void *data, struct process_watch **ret)
{
	int fd = open_process(pid, start_ticks);
	if (fd < 0) {
		return fd;
	}
	struct process_watch *watch = xcalloc(1, sizeof(*watch));
	*watch = (struct process_watch){.fd = fd, .on_end = on_end, .data = data};
	int r = uv_poll_init(loop, &watch->poll, fd);
	if (r < 0) {
		close(fd);
		free(watch);
		return r;
	}
	watch->poll.data = watch;
	uv_poll_start(&watch->poll, UV_READABLE, on_readable);
	*ret = watch;
	return 0;
}

void process_watch_stop(struct process_watch *watch)
{
	if (watch != NULL) {
		uv_poll_stop(&watch->poll);
		uv_close((uv_handle_t *)&watch->poll, on_closed);
	}
}
