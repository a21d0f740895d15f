#include "sink/sink_fifo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file_watch.h"
#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/number.h"
#include "sink/sink.h"
#include "sink/sink_hub.h"
#include "sink/sink_queue.h"

enum {
	AGAIN_MS = 1000,              // between attempts to recreate a lost pipe
	PIPE_MAX_BYTES = 1024 * 1024, // what /proc/sys/fs/pipe-max-size allows everybody
	PATH_EVENTS = IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB, // IN_ATTRIB: the link count, too
	BASE_EVENTS = IN_OPEN | IN_CLOSE | PATH_EVENTS,
};

struct sink_fifo {
	struct sink sink;
	uv_loop_t *loop;
	char *path;
	int fd;           // write end; -1: the path was lost
	uv_timer_t again; // runs while it is lost
	unsigned open_handles;
	dev_t device;
	ino_t inode;

	int inotify_fd; // -1: none
	uv_poll_t events;
	int watch;        // -1: none, so every line looks for a reader
	uint32_t watched; // its mask; 0: not asked for yet

	bool has_reader;
	enum sink_event_kind due; // what the reader is owed; 0: nothing
	struct sink_queue begun;  // the line being written
};

/* What a batch of inotify events means. */
struct news {
	bool path;     // the path may name something else now
	bool opened;   // it was opened
	bool replaced; // opened after another reader had left, and not read yet
};

static bool somebody_reads(const struct sink_fifo *f)
{
	struct pollfd p = {.fd = f->fd};
	return poll(&p, 1, 0) >= 0 && !(p.revents & POLLERR);
}

static size_t unread_bytes(const struct sink_fifo *f)
{
	int n = 0;
	return ioctl(f->fd, FIONREAD, &n) == 0 && n > 0 ? (size_t)n : 0;
}

/* Reopens the file behind a descriptor, whatever its path names now. */
static int open_again(int fd, int flags)
{
	char path[FD_PATH_BYTES];
	return open(fd_path(fd, path), flags | O_NONBLOCK | O_CLOEXEC);
}

static void set_watch(struct sink_fifo *f, uint32_t mask)
{
	if (f->inotify_fd < 0 || f->watched == mask) {
		return;
	}
	char path[FD_PATH_BYTES];
	f->watch = inotify_add_watch(f->inotify_fd, fd_path(f->fd, path), mask);
	f->watched = mask;
}

static void drop_watch(struct sink_fifo *f)
{
	if (f->inotify_fd >= 0 && f->watched != 0) {
		inotify_rm_watch(f->inotify_fd, f->watch);
		f->watch = -1;
		f->watched = 0;
	}
}

/* Drains what the reader left in the pipe, unwatched, so that our own reading does not look like
 * somebody else's. */
static void drain(struct sink_fifo *f)
{
	drop_watch(f);
	sink_queue_clear(&f->begun);
	cleanup_close int fd = open_again(f->fd, O_RDONLY);
	char nowhere[16 * 1024];
	size_t left = unread_bytes(f);
	while (fd >= 0 && left > 0) {
		ssize_t n = read(fd, nowhere, min_size(left, sizeof(nowhere)));
		if (n <= 0) {
			break;
		}
		left -= (size_t)n;
	}
}

static void write_begun(struct sink_fifo *f)
{
	struct str bytes = sink_queue_pending(&f->begun);
	while (bytes.size > 0) {
		ssize_t wrote = write(f->fd, bytes.data, bytes.size);
		if (wrote < 0) {
			f->has_reader = f->has_reader && errno != EPIPE;
			return;
		}
		sink_queue_sent(&f->begun, (size_t)wrote);
		bytes = sink_queue_pending(&f->begun);
	}
}

static void write_due(struct sink_fifo *f, struct instant now)
{
	struct str line = f->due == SINK_EVENT_UPDATE ? sink_hub_complete(f->sink.hub)
						      : sink_hub_snapshot(f->sink.hub, now);
	f->due = 0;
	int room = fcntl(f->fd, F_GETPIPE_SZ);
	if (room >= 0 && (size_t)room < line.size) {
		fcntl(f->fd, F_SETPIPE_SZ,
			line.size < PIPE_MAX_BYTES ? (int)line.size : PIPE_MAX_BYTES);
	}
	if (line.size > 0) {
		sink_queue_push(&f->begun, line);
		write_begun(f);
	}
}

/* Writes what the reader may get now, and watches for when it may get more. */
static void advance(struct sink_fifo *f, struct instant now)
{
	bool waiting = true;
	do {
		write_begun(f);
		if (f->due != 0 && sink_queue_pending(&f->begun).size == 0 &&
			unread_bytes(f) == 0) {
			write_due(f, now);
		}
		waiting = f->has_reader && (f->due != 0 || sink_queue_pending(&f->begun).size > 0);
		set_watch(f, waiting ? BASE_EVENTS | IN_ACCESS : BASE_EVENTS);
	} while (waiting && unread_bytes(f) == 0); // it read before we watched
}

/* Checks for readers, and acts on it. */
static void look(struct sink_fifo *f, const struct news *news, struct instant now)
{
	if (f->watched == 0) {
		set_watch(f, BASE_EVENTS); // first, so that no reader is missed in between
	}
	bool reads = somebody_reads(f);
	bool left_behind = (!reads || news->replaced) &&
			   (unread_bytes(f) > 0 || sink_queue_pending(&f->begun).size > 0);
	if (left_behind) {
		drain(f);
		set_watch(f, BASE_EVENTS);
		reads = somebody_reads(f);
	}
	if (!reads) {
		f->due = 0;
	} else if (!f->has_reader || news->opened || left_behind) {
		f->due = SINK_EVENT_LIST;
	}
	f->has_reader = reads;
	advance(f, now);
}

static bool path_is_ours(const struct sink_fifo *f)
{
	struct stat st;
	return lstat(f->path, &st) == 0 && st.st_dev == f->device && st.st_ino == f->inode;
}

static int check_found(int fd, struct stat *ret)
{
	if (fstat(fd, ret) != 0) {
		return -errno;
	}
	if (!S_ISFIFO(ret->st_mode)) {
		return -EEXIST;
	}
	return ret->st_uid == geteuid() ? 0 : -EPERM;
}

/* The write end, without a reader and without waiting for one: through both
 * ends at once (fifo(7)). */
static int open_write_end(struct sink_fifo *f)
{
	if (mkfifo(f->path, 0600) != 0 && errno != EEXIST) {
		return -errno;
	}
	cleanup_close int found = open(f->path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (found < 0) {
		return -errno;
	}
	struct stat st;
	int r = check_found(found, &st);
	if (r < 0) {
		return r;
	}
	cleanup_close int both = open_again(found, O_RDWR);
	int fd = both >= 0 ? open_again(both, O_WRONLY) : -1;
	if (fd < 0) {
		return -errno;
	}
	f->fd = fd;
	f->device = st.st_dev;
	f->inode = st.st_ino;
	if (f->inotify_fd >= 0) {
		file_watch_parents(f->inotify_fd, f->path);
	}
	return 0;
}

static void log_failure(const struct sink_fifo *f, int r)
{
	switch (r) {
	case -EEXIST: log_error("\"%s\" is in the way: it is not a named pipe", f->path); break;
	case -EPERM: log_error("the named pipe \"%s\" belongs to another user", f->path); break;
	default: log_errno(r, "cannot make the pipe \"%s\"", f->path); break;
	}
}

static void forget_pipe(struct sink_fifo *f)
{
	drop_watch(f);
	if (f->fd >= 0) {
		close(f->fd);
		f->fd = -1;
	}
	sink_queue_clear(&f->begun);
	f->has_reader = false;
	f->due = 0;
}

static void on_again(uv_timer_t *timer)
{
	struct sink_fifo *f = timer->data;
	if (open_write_end(f) == 0) {
		uv_timer_stop(timer);
		log_info("the pipe \"%s\" is back", f->path);
		look(f, &(struct news){0}, instant_at(uv_now(f->loop)));
	}
}

static void make_again(struct sink_fifo *f)
{
	log_warn("the pipe \"%s\" was removed or replaced; making it again", f->path);
	forget_pipe(f);
	int r = open_write_end(f);
	if (r == 0) {
		look(f, &(struct news){0}, instant_at(uv_now(f->loop)));
		return;
	}
	log_failure(f, r);
	uv_timer_start(&f->again, on_again, AGAIN_MS, AGAIN_MS);
}

static void fifo_publish(struct sink *sink, const struct sink_event *event)
{
	struct sink_fifo *f = container_of(sink, struct sink_fifo, sink);
	bool may_be_heard = f->has_reader || f->watch < 0;
	if (may_be_heard && f->due < event->kind) {
		f->due = event->kind;
	}
}

static void fifo_flush(struct sink *sink, struct instant now)
{
	struct sink_fifo *f = container_of(sink, struct sink_fifo, sink);
	if (f->due == 0 || f->fd < 0) {
		return;
	}
	if (f->watch < 0) {
		look(f, &(struct news){0}, now); // without inotify, only this finds readers
	} else {
		advance(f, now);
	}
}

struct news_reading {
	const struct sink_fifo *fifo;
	struct news news;
	bool left; // a reader closed it
};

static void add_news(const struct inotify_event *event, void *data)
{
	struct news_reading *r = data;
	struct news *news = &r->news;
	if (event->wd != r->fifo->watch && (event->mask & IN_Q_OVERFLOW) == 0) {
		if ((event->mask & IN_MOVE_SELF) != 0) { // a directory above it
			news->path = true;
			(void)inotify_rm_watch(r->fifo->inotify_fd, event->wd);
		}
		return;
	}
	news->path |= (event->mask & (PATH_EVENTS | IN_Q_OVERFLOW)) != 0;
	if (event->mask & IN_CLOSE) {
		r->left = true;
	}
	if (event->mask & IN_OPEN) {
		news->opened = true;
		news->replaced |= r->left;
	}
	if (event->mask & IN_ACCESS) {
		news->replaced = false;
	}
}

static struct news read_news(const struct sink_fifo *f)
{
	struct news_reading r = {.fifo = f};
	while (file_watch_read(f->inotify_fd, add_news, &r)) {
	}
	return r.news;
}

static void on_events(uv_poll_t *handle, int status, int events)
{
	(void)status;
	(void)events;
	struct sink_fifo *f = handle->data;
	struct news news = read_news(f);
	if (f->fd < 0) {
		return;
	}
	if (news.path && !path_is_ours(f)) {
		make_again(f);
	} else {
		look(f, &news, instant_at(uv_now(f->loop)));
	}
}

static void free_all(struct sink_fifo *f)
{
	if (f->inotify_fd >= 0) {
		close(f->inotify_fd);
	}
	sink_queue_finish(&f->begun);
	free(f->path);
	free(f);
}

static void on_closed(uv_handle_t *handle)
{
	struct sink_fifo *f = handle->data;
	if (--f->open_handles == 0) {
		free_all(f);
	}
}

static void fifo_close(struct sink *sink)
{
	struct sink_fifo *f = container_of(sink, struct sink_fifo, sink);
	list_remove(&sink->link);
	if (f->fd >= 0 && path_is_ours(f)) {
		unlink(f->path);
	}
	forget_pipe(f);
	uv_close((uv_handle_t *)&f->again, on_closed);
	if (f->inotify_fd >= 0) {
		uv_close((uv_handle_t *)&f->events, on_closed);
	}
}

static void start_events(struct sink_fifo *f)
{
	f->inotify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (f->inotify_fd < 0) {
		log_errno(-errno,
			"no inotify: readers of \"%s\" get their first line with the next one",
			f->path);
		return;
	}
	file_watch_parents(f->inotify_fd, f->path);
	f->events.data = f;
	f->open_handles++;
	uv_poll_init(f->loop, &f->events, f->inotify_fd);
	uv_poll_start(&f->events, UV_READABLE, on_events);
}

int sink_fifo_open(struct sink_hub *hub, uv_loop_t *loop, const char *path, struct sink **ret)
{
	struct sink_fifo *f = xcalloc(1, sizeof(*f));
	*f = (struct sink_fifo){
		.sink = {.publish = fifo_publish, .flush = fifo_flush, .close = fifo_close},
		.loop = loop,
		.path = xstrdup(path),
		.fd = -1,
		.inotify_fd = -1,
		.watch = -1,
	};
	sink_queue_init(&f->begun, 0);
	int r = open_write_end(f);
	if (r < 0) {
		log_failure(f, r);
		free_all(f);
		return r;
	}
	f->again.data = f;
	f->open_handles = 1;
	uv_timer_init(loop, &f->again);
	start_events(f);
	sink_hub_add(hub, &f->sink);
	*ret = &f->sink;
	look(f, &(struct news){0}, instant_at(uv_now(loop)));
	if (f->watch < 0) {
		log_warn(
			"no inotify: a reader of \"%s\" gets nothing before the next change", path);
	}
	return 0;
}
