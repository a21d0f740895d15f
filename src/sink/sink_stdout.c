#include "sink/sink_stdout.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "sink/sink.h"
#include "sink/sink_hub.h"
#include "sink/sink_queue.h"

enum { BACKLOG_BYTES = 256 * 1024 };

struct sink_stdout {
	struct sink sink;
	uv_loop_t *loop;
	ssize_t (*write)(struct sink_stdout *s, struct str bytes);
	int fd;          // ours
	int epoll_fd;    // holds fd; -1 for a file, which is always ready
	uv_poll_t ready; // of epoll_fd: uv_poll on fd would set O_NONBLOCK on what others share
	bool wants_room; // registered with epoll_fd
	bool told_full;  // a full disk has been logged
	struct sink_queue queue;
	sink_stdout_on_gone *on_gone;
	sink_stdout_reword *reword; // NULL: lines are written as they are
	struct buf words;           // what it made of the last line
	void *data;
};

static ssize_t write_plain(struct sink_stdout *s, struct str bytes)
{
	return write(s->fd, bytes.data, bytes.size);
}

static ssize_t write_careful(struct sink_stdout *s, struct str bytes)
{
	return fd_write_nonblocking(s->fd, bytes);
}

static void free_all(struct sink_stdout *s)
{
	if (s->epoll_fd >= 0) {
		close(s->epoll_fd);
	}
	close(s->fd);
	sink_queue_finish(&s->queue);
	buf_finish(&s->words);
	free(s);
}

static void on_closed(uv_handle_t *handle)
{
	free_all(handle->data);
}

static void stdout_close(struct sink *sink)
{
	struct sink_stdout *s = container_of(sink, struct sink_stdout, sink);
	list_remove(&sink->link);
	if (s->epoll_fd >= 0) {
		uv_close((uv_handle_t *)&s->ready, on_closed);
	} else {
		free_all(s);
	}
}

static void gone(struct sink_stdout *s, int r)
{
	sink_stdout_on_gone *on_gone = s->on_gone;
	void *data = s->data;
	stdout_close(&s->sink);
	if (on_gone != NULL) {
		on_gone(r, data);
	}
}

static void want_room(struct sink_stdout *s, bool wanted)
{
	if (s->epoll_fd >= 0 && s->wants_room != wanted) {
		struct epoll_event event = {.events = wanted ? EPOLLOUT : 0};
		epoll_ctl(s->epoll_fd, EPOLL_CTL_MOD, s->fd, &event);
		s->wants_room = wanted;
	}
}

/* Valid until the next line. */
static struct str reworded(struct sink_stdout *s, struct str line, bool is_first)
{
	if (s->reword == NULL) {
		return line;
	}
	buf_clear(&s->words);
	s->reword(&s->words, line, is_first, s->data);
	return buf_str(&s->words);
}

static struct str snapshot(struct sink_stdout *s)
{
	return reworded(s, sink_hub_snapshot(s->sink.hub, instant_at(uv_now(s->loop))), true);
}

/* What to write next; a fresh list for a reader that has lost its backlog. */
static struct str next_bytes(struct sink_stdout *s)
{
	if (sink_queue_wants_list(&s->queue)) {
		sink_queue_restart(&s->queue, snapshot(s));
	}
	return sink_queue_pending(&s->queue);
}

/* Errors that more room resolves: the reader's, or the disk's, which is not reported, so the next
 * line tries again. */
static bool is_passing(struct sink_stdout *s, int error)
{
	bool full = error == ENOSPC || error == EDQUOT;
	if (full && !s->told_full) {
		log_warn(
			"cannot write to stdout: %s; trying again with each line", strerror(error));
	}
	s->told_full = s->told_full || full;
	return full || error == EAGAIN;
}

/* Writes as much as possible. May end with the sink closed. */
static void advance(struct sink_stdout *s)
{
	struct str bytes = next_bytes(s);
	while (bytes.size > 0) {
		ssize_t wrote = s->write(s, bytes);
		if (wrote < 0 && is_passing(s, errno)) {
			break;
		}
		if (wrote < 0 && errno != EINTR) {
			gone(s, -errno);
			return;
		}
		s->told_full = s->told_full && wrote < 0;
		sink_queue_sent(&s->queue, wrote > 0 ? (size_t)wrote : 0);
		bytes = next_bytes(s);
	}
	want_room(s, bytes.size > 0);
}

static void stdout_publish(struct sink *sink, const struct sink_event *event)
{
	struct sink_stdout *s = container_of(sink, struct sink_stdout, sink);
	struct str line = reworded(s, event->line, false);
	if (line.size > 0 && sink_queue_push(&s->queue, line) && !s->wants_room) {
		advance(s);
	}
}

static void on_ready(uv_poll_t *handle, int status, int events)
{
	(void)events;
	struct sink_stdout *s = handle->data;
	struct epoll_event event = {0};
	if (status < 0 || epoll_wait(s->epoll_fd, &event, 1, 0) <= 0) {
		return;
	}
	if (event.events & (EPOLLERR | EPOLLHUP)) {
		gone(s, -EPIPE);
	} else {
		advance(s);
	}
}

/* Decides how to write to fd without ever waiting, and takes a descriptor of our own for it. */
static int take_descriptor(struct sink_stdout *s, int fd, bool *ret_is_file)
{
	struct stat st;
	if (fstat(fd, &st) != 0) {
		return -errno;
	}
	bool may_wait = S_ISFIFO(st.st_mode) || isatty(fd);
	*ret_is_file = !may_wait && !S_ISSOCK(st.st_mode);
	s->fd = fd_open_nonblocking(fd);
	s->write = *ret_is_file || s->fd >= 0 ? write_plain : write_careful;
	if (s->fd < 0) {
		s->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	}
	return s->fd < 0 ? -errno : 0;
}

static int watch_descriptor(struct sink_stdout *s)
{
	s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event event = {0}; // errors and hang-ups are always reported: epoll_ctl(2)
	if (s->epoll_fd < 0 || epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, s->fd, &event) != 0) {
		return -errno;
	}
	s->ready.data = s;
	int r = uv_poll_init(s->loop, &s->ready, s->epoll_fd);
	return r == 0 ? uv_poll_start(&s->ready, UV_READABLE, on_ready) : r;
}

int sink_stdout_open(struct sink_hub *hub, uv_loop_t *loop, int fd, sink_stdout_on_gone *on_gone,
	sink_stdout_reword *reword, void *data, struct sink **ret)
{
	struct sink_stdout *s = xcalloc(1, sizeof(*s));
	*s = (struct sink_stdout){
		.sink = {.publish = stdout_publish, .close = stdout_close},
		.loop = loop,
		.fd = -1,
		.epoll_fd = -1,
		.on_gone = on_gone,
		.reword = reword,
		.data = data,
	};
	sink_queue_init(&s->queue, BACKLOG_BYTES);
	buf_init(&s->words, BACKLOG_BYTES);
	bool is_file = false;
	int r = take_descriptor(s, fd, &is_file);
	if (r == 0 && !is_file) {
		r = watch_descriptor(s);
	}
	if (r < 0) {
		free_all(s);
		return r;
	}
	sink_hub_add(hub, &s->sink);
	sink_queue_push(&s->queue, snapshot(s));
	*ret = &s->sink;
	advance(s);
	return 0;
}
