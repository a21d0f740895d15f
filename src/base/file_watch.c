#include "base/file_watch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/mem.h"

enum { READ_BYTES = 16 * 1024 };

static const char *reason_of(int error)
{
	switch (error) {
	case ENOSPC: return "no watches are left: raise fs.inotify.max_user_watches";
	case EMFILE: return "no instance is left: raise fs.inotify.max_user_instances";
	default: return strerror(error);
	}
}

void file_watch_open(struct file_watch *w, struct instant now)
{
	*w = FILE_WATCH_NONE;
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (w->fd < 0) {
		file_watch_give_up(w, errno, now);
	}
}

void file_watch_give_up(struct file_watch *w, int error, struct instant now)
{
	file_watch_close(w);
	(void)snprintf(w->reason, sizeof(w->reason), "inotify: %s", reason_of(error));
	w->retry_at_ms = now.mono_ms + FILE_WATCH_RETRY_MS;
}

void file_watch_close(struct file_watch *w)
{
	if (w->fd >= 0) {
		close(w->fd);
	}
	w->fd = -1;
}

void file_watch_parents(int fd, const char *path)
{
	cleanup_free char *parent = xstrdup(path);
	char *slash;
	while ((slash = strrchr(parent, '/')) != NULL && slash != parent) {
		*slash = '\0';
		(void)inotify_add_watch(fd, parent, IN_MOVE_SELF | IN_ONLYDIR | IN_MASK_ADD);
	}
}

bool file_watch_read(int fd, file_watch_take *take, void *data)
{
	_Alignas(struct inotify_event) char bytes[READ_BYTES];
	ssize_t size = read(fd, bytes, sizeof(bytes));
	for (const char *at = bytes; at < bytes + size;) {
		const struct inotify_event *event = (const void *)at;
		at += sizeof(*event) + event->len;
		take(event, data);
	}
	return size > 0;
}
