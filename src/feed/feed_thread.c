#include "feed/feed_thread.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/number.h"
#include "feed/feed_entry.h"
#include "feed/feed_follow.h"

enum { EVENTS_BYTES = 16 * 1024 };

enum {
	FILE_EVENTS = IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF,
	DIRECTORY_EVENTS = IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR,
};

/* How a file is, as it goes to the loop's thread. */
struct status {
	enum feed_state state;
	const char *reason;
	int64_t offset, size;
};

struct feed_thread {
	struct feed_settings settings;
	pthread_t thread;
	int wake, inotify;
	struct feed_follow files[FEED_FILES]; // the thread's alone
	size_t file_count;
	bool is_started; // the first look is over

	pthread_mutex_t mutex; // of all that follows
	struct list entries;   // feed_entry::link
	size_t waiting[FEED_FILES];
	struct status status[FEED_FILES];
	uint64_t repaired, dropped, dropped_bad; // dropped: too many, between two dispatches
	bool is_stopping;
};

/* ---- watches */

static void watch_file(struct feed_thread *t, struct feed_follow *f)
{
	char through[FD_PATH_BYTES];
	if (f->file_watch >= 0) {
		(void)inotify_rm_watch(t->inotify, f->file_watch);
	}
	f->file_watch = f->fd < 0 ? -1
				  : inotify_add_watch(
					    t->inotify, fd_path(f->fd, through), FILE_EVENTS);
}

static void watch_directory(struct feed_thread *t, struct feed_follow *f)
{
	size_t bytes = (size_t)(f->name - f->path);
	char *directory = bytes > 0 ? str_dup((struct str){f->path, bytes}) : xstrdup(".");
	f->directory_watch = inotify_add_watch(t->inotify, directory, DIRECTORY_EVENTS);
	free(directory);
}

/* Whether every change of the file will be heard of. */
static bool is_watched(const struct feed_follow *f)
{
	return f->directory_watch >= 0 && !f->is_remote && (f->fd < 0 || f->file_watch >= 0);
}

/* Which files the events are about, as bits; names that are none of ours are passed over. */
static unsigned take_events(struct feed_thread *t)
{
	char *bytes = xmalloc(EVENTS_BYTES);
	unsigned files = 0;
	ssize_t size = read(t->inotify, bytes, EVENTS_BYTES);
	for (ssize_t at = 0; at < size;) {
		const struct inotify_event *e = (const void *)(bytes + at);
		for (size_t i = 0; i < t->file_count; i++) {
			struct feed_follow *f = &t->files[i];
			bool is_name = e->len > 0 && strcmp(e->name, f->name) == 0;
			bool is_self = e->len == 0;
			if ((e->mask & IN_Q_OVERFLOW) != 0 ||
				(e->wd == f->directory_watch && (is_name || is_self)) ||
				(e->wd == f->file_watch && is_self)) {
				files |= 1U << i;
			}
			if ((e->mask & IN_IGNORED) != 0 && e->wd == f->directory_watch) {
				f->directory_watch = -1;
			} else if ((e->mask & IN_IGNORED) != 0 && e->wd == f->file_watch) {
				f->file_watch = -1;
			}
		}
		at += (ssize_t)(sizeof(*e) + e->len);
	}
	free(bytes);
	return files;
}

/* ---- what is found */

/* Of a file of which too many wait, the oldest goes: nobody would see it. */
static void make_room(struct feed_thread *t, size_t file)
{
	struct feed_entry *e, *next;
	list_for_each_safe(e, next, &t->entries, link)
	{
		if (e->file == file) {
			t->dropped += e->error == NULL;
			t->dropped_bad += e->error != NULL ? (uint64_t)e->count : 0;
			t->waiting[file]--;
			list_remove(&e->link);
			free(e);
			return;
		}
	}
}

static void hand_over(struct feed_thread *t, struct list *found)
{
	struct feed_entry *e, *next;
	list_for_each_safe(e, next, found, link)
	{
		list_remove(&e->link);
		e->is_old = !t->is_started;
		if (t->waiting[e->file] >= FEED_ENTRIES) {
			make_room(t, e->file);
		}
		list_append(&t->entries, &e->link);
		t->waiting[e->file]++;
	}
	t->repaired = 0;
	for (size_t i = 0; i < t->file_count; i++) {
		struct feed_follow *f = &t->files[i];
		t->status[i] = (struct status){f->state, f->reason, f->lines.offset, f->size};
		t->repaired += f->lines.repaired;
		t->dropped += f->dropped;
		t->dropped_bad += f->dropped_bad;
		f->dropped = f->dropped_bad = 0;
	}
}

static bool look_at(struct feed_thread *t, struct feed_follow *f, int64_t now_ms)
{
	struct list found;
	list_init(&found);
	bool is_changed = feed_follow_look(f, &found, now_ms);
	if (is_changed) {
		pthread_mutex_lock(&t->mutex);
		hand_over(t, &found);
		pthread_mutex_unlock(&t->mutex);
	}
	return is_changed;
}

/* files: bits. */
static void look(struct feed_thread *t, unsigned files)
{
	int64_t now_ms = instant_now().mono_ms;
	bool is_changed = false;
	for (size_t i = 0; i < t->file_count; i++) {
		struct feed_follow *f = &t->files[i];
		int fd = f->fd;
		ino_t inode = f->inode;
		if (f->directory_watch < 0) {
			watch_directory(t, f); // before it is looked at: nothing is missed then
		}
		if ((files >> i & 1) == 0 && feed_follow_next_deadline(f) > now_ms) {
			continue;
		}
		is_changed |= look_at(t, f, now_ms);
		if (f->fd != fd || f->inode != inode) {
			watch_file(t, f);
			is_changed |= look_at(t, f, now_ms);
		}
	}
	if (is_changed) {
		t->settings.wake(t->settings.data);
	}
}

static int wait_ms(const struct feed_thread *t)
{
	int64_t now_ms = instant_now().mono_ms, due = INT64_MAX;
	for (size_t i = 0; i < t->file_count; i++) {
		due = min_int64(due, feed_follow_next_deadline(&t->files[i]));
		if (!is_watched(&t->files[i])) {
			due = min_int64(due, now_ms + FEED_LOOK_MS);
		}
	}
	return due == INT64_MAX ? -1 : (int)max_int64(0, due - now_ms);
}

static bool is_stopping(struct feed_thread *t)
{
	pthread_mutex_lock(&t->mutex);
	bool is = t->is_stopping;
	pthread_mutex_unlock(&t->mutex);
	return is;
}

static unsigned unwatched(const struct feed_thread *t)
{
	unsigned files = 0;
	for (size_t i = 0; i < t->file_count; i++) {
		files |= is_watched(&t->files[i]) ? 0 : 1U << i;
	}
	return files;
}

static void *run(void *data)
{
	struct feed_thread *t = data;
	look(t, ~0U);
	t->is_started = true;
	while (!is_stopping(t)) {
		struct pollfd fds[] = {
			{.fd = t->wake, .events = POLLIN},
			{.fd = t->inotify, .events = POLLIN},
		};
		int n = poll(fds, ARRAY_SIZE(fds), wait_ms(t));
		unsigned files = (fds[1].revents & POLLIN) != 0 ? take_events(t) : 0;
		look(t, n == 0 ? unwatched(t) : files);
	}
	return NULL;
}

/* ---- the loop's side */

void feed_thread_dispatch(struct feed_thread *t, struct feed *feed)
{
	struct list found;
	list_init(&found);
	pthread_mutex_lock(&t->mutex);
	while (!list_is_empty(&t->entries)) {
		struct list *link = t->entries.next;
		list_remove(link);
		list_append(&found, link);
	}
	memset(t->waiting, 0, sizeof(t->waiting));
	for (size_t i = 0; i < feed->file_count; i++) {
		feed->files[i].state = t->status[i].state;
		feed->files[i].reason = t->status[i].reason;
		feed->files[i].offset = t->status[i].offset;
		feed->files[i].size = t->status[i].size;
	}
	feed->repaired = t->repaired;
	feed->total += t->dropped;
	feed->skipped += t->dropped_bad;
	t->dropped = t->dropped_bad = 0;
	pthread_mutex_unlock(&t->mutex);
	struct feed_entry *e, *next;
	list_for_each_safe(e, next, &found, link)
	{
		list_remove(&e->link);
		if (e->error == NULL && !e->is_old) {
			t->settings.on_entry(e, t->settings.data);
		}
		feed_add(feed, e);
	}
}

struct feed_thread *feed_thread_start(const struct feed_settings *settings)
{
	struct feed_thread *t = xcalloc(1, sizeof(*t));
	t->settings = *settings;
	t->file_count = min_size(settings->path_count, FEED_FILES);
	for (size_t i = 0; i < t->file_count; i++) {
		feed_follow_init(&t->files[i], settings->paths[i], i);
		t->status[i].state = FEED_MISSING;
	}
	list_init(&t->entries);
	pthread_mutex_init(&t->mutex, NULL);
	t->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	t->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC); // -1: looked at every second
	int r = pthread_create(&t->thread, NULL, run, t);
	if (r != 0) {
		log_errno(-r, "cannot start the thread of the metrics feed");
		abort();
	}
	return t;
}

static void free_entries(struct feed_thread *t)
{
	while (!list_is_empty(&t->entries)) {
		struct feed_entry *e = list_entry(t->entries.next, struct feed_entry, link);
		list_remove(&e->link);
		free(e);
	}
}

void feed_thread_stop(struct feed_thread *t, int64_t limit_ms)
{
	const uint64_t one = 1;
	struct timespec limit;
	if (t == NULL) {
		return;
	}
	pthread_mutex_lock(&t->mutex);
	t->is_stopping = true;
	pthread_mutex_unlock(&t->mutex);
	(void)!write(t->wake, &one, sizeof(one));
	(void)clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += (time_t)(limit_ms / 1000);
	if (pthread_timedjoin_np(t->thread, NULL, &limit) != 0) {
		log_warn("the metrics feed is left behind: its file system does not answer");
		(void)pthread_detach(t->thread);
		return; // all of it, for a thread that may come back
	}
	free_entries(t);
	for (size_t i = 0; i < t->file_count; i++) {
		feed_follow_finish(&t->files[i]);
	}
	pthread_mutex_destroy(&t->mutex);
	close(t->wake);
	if (t->inotify >= 0) {
		close(t->inotify);
	}
	free(t);
}
