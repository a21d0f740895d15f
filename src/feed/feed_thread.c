#include "feed/feed_thread.h"

#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#include "base/fd.h"
#include "base/file_watch.h"
#include "base/instant.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/poll_thread.h"
#include "feed/feed_entry.h"
#include "feed/feed_follow.h"

enum {
	FILE_EVENTS = IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF,
	DIRECTORY_EVENTS = IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR,
};

/* A file's state, as handed to the loop's thread. */
struct status {
	enum feed_state state;
	const char *reason;
	int64_t offset, size;
};

struct feed_thread {
	struct feed_settings settings;
	struct poll_thread thread;
	struct file_watch inotify;
	struct feed_follow files[FEED_FILES]; // owned by the thread
	size_t file_count;
	bool is_started; // the first look is over

	struct list entries; // feed_entry::link; under the lock, like all that follows
	size_t waiting[FEED_FILES];
	struct status status[FEED_FILES];
	uint64_t repaired, dropped, dropped_bad; // dropped: by the limit between two dispatches
};

/* ---- watches */

static void watch_file(struct feed_thread *t, struct feed_follow *f)
{
	char through[FD_PATH_BYTES];
	if (f->file_watch >= 0) {
		(void)inotify_rm_watch(t->inotify.fd, f->file_watch);
	}
	f->file_watch = f->fd < 0 ? -1
				  : inotify_add_watch(
					    t->inotify.fd, fd_path(f->fd, through), FILE_EVENTS);
}

static void watch_directory(struct feed_thread *t, struct feed_follow *f)
{
	size_t bytes = (size_t)(f->name - f->path);
	char *directory = bytes > 0 ? str_dup((struct str){f->path, bytes}) : xstrdup(".");
	f->directory_watch = inotify_add_watch(t->inotify.fd, directory, DIRECTORY_EVENTS);
	free(directory);
}

/* Whether inotify will report every change of the file. */
static bool is_watched(const struct feed_follow *f)
{
	return f->directory_watch >= 0 && !f->is_remote && (f->fd < 0 || f->file_watch >= 0);
}

struct taking {
	struct feed_thread *t;
	unsigned files; // bits
};

/* Notes which files an event is about; ignores other names. */
static void on_event(const struct inotify_event *e, void *data)
{
	struct taking *taking = data;
	for (size_t i = 0; i < taking->t->file_count; i++) {
		struct feed_follow *f = &taking->t->files[i];
		bool is_name = e->len > 0 && strcmp(e->name, f->name) == 0;
		bool is_self = e->len == 0;
		if ((e->mask & IN_Q_OVERFLOW) != 0 ||
			(e->wd == f->directory_watch && (is_name || is_self)) ||
			(e->wd == f->file_watch && is_self)) {
			taking->files |= 1U << i;
		}
		if ((e->mask & IN_IGNORED) != 0 && e->wd == f->directory_watch) {
			f->directory_watch = -1;
		} else if ((e->mask & IN_IGNORED) != 0 && e->wd == f->file_watch) {
			f->file_watch = -1;
		}
	}
}

static unsigned take_events(struct feed_thread *t)
{
	struct taking taking = {.t = t};
	(void)file_watch_read(t->inotify.fd, on_event, &taking);
	return taking.files;
}

/* ---- input */

/* Drops the oldest of a file's waiting entries beyond the limit: nobody would see it. */
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
		poll_thread_lock(&t->thread);
		hand_over(t, &found);
		poll_thread_unlock(&t->thread);
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
			watch_directory(t, f); // before the look, so that no change is missed
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

static int64_t next_deadline(void *data)
{
	const struct feed_thread *t = data;
	int64_t now_ms = instant_now().mono_ms, due = INT64_MAX;
	for (size_t i = 0; i < t->file_count; i++) {
		due = min_int64(due, feed_follow_next_deadline(&t->files[i]));
		if (!is_watched(&t->files[i])) {
			due = min_int64(due, now_ms + FEED_LOOK_MS);
		}
	}
	return due;
}

static unsigned unwatched(const struct feed_thread *t)
{
	unsigned files = 0;
	for (size_t i = 0; i < t->file_count; i++) {
		files |= is_watched(&t->files[i]) ? 0 : 1U << i;
	}
	return files;
}

static void begin(void *data)
{
	struct feed_thread *t = data;
	look(t, ~0U);
	t->is_started = true;
}

static int descriptor(void *data)
{
	const struct feed_thread *t = data;
	return t->inotify.fd;
}

static void work(bool is_readable, void *data)
{
	struct feed_thread *t = data;
	look(t, is_readable ? take_events(t) : unwatched(t));
}

/* ---- the loop's side */

void feed_thread_dispatch(struct feed_thread *t, struct feed *feed)
{
	struct list found;
	list_init(&found);
	poll_thread_lock(&t->thread);
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
	poll_thread_unlock(&t->thread);
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
	file_watch_open(&t->inotify, instant_now()); // if that fails, files are polled every second
	poll_thread_start(&t->thread, &(const struct poll_thread_job){
					      .name = "the metrics feed",
					      .begin = begin,
					      .descriptor = descriptor,
					      .deadline = next_deadline,
					      .work = work,
					      .data = t,
				      });
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
	if (t == NULL || !poll_thread_stop(&t->thread, limit_ms)) {
		return; // leaked on purpose: the thread may still wake up
	}
	free_entries(t);
	for (size_t i = 0; i < t->file_count; i++) {
		feed_follow_finish(&t->files[i]);
	}
	file_watch_close(&t->inotify);
	free(t);
}
