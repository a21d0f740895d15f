#include "feed/feed_follow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "board/board_file.h"
#include "feed/feed_entry.h"

enum { PIECE_BYTES = 64 * 1024 };

void feed_follow_init(struct feed_follow *f, const char *path, size_t number)
{
	const char *slash = strrchr(path, '/');
	*f = (struct feed_follow){
		.path = path,
		.name = slash != NULL ? slash + 1 : path,
		.number = number,
		.fd = -1,
		.state = FEED_MISSING,
		.file_watch = -1,
		.directory_watch = -1,
	};
	feed_lines_init(&f->lines, f->name);
}

static void close_file(struct feed_follow *f)
{
	if (f->fd >= 0) {
		close(f->fd);
	}
	f->fd = -1;
	f->has_rest = f->has_more = false;
}

void feed_follow_finish(struct feed_follow *f)
{
	close_file(f);
	feed_lines_finish(&f->lines);
}

/* Whether the state has changed. */
static bool set_state(struct feed_follow *f, enum feed_state state, const char *reason)
{
	bool is_new = f->state != state || f->reason != reason;
	f->state = state;
	f->reason = reason;
	return is_new;
}

/* Nobody would see the oldest of too many. */
static void drop_oldest(struct feed_follow *f, struct list *entries)
{
	struct feed_entry *e = list_entry(entries->next, struct feed_entry, link);
	f->dropped += e->error == NULL;
	f->dropped_bad += e->error != NULL ? (uint64_t)e->count : 0;
	list_remove(&e->link);
	free(e);
}

static void add(struct feed_follow *f, struct feed_entry *e, struct list *entries)
{
	struct feed_entry *last = list_entry(entries->prev, struct feed_entry, link);
	e->file = f->number;
	if (f->found > 0 && last->error != NULL && e->error != NULL) {
		last->count += e->count;
		free(e);
		return;
	}
	list_append(entries, &e->link);
	if (f->found == FEED_ENTRIES) {
		drop_oldest(f, entries);
	} else {
		f->found++;
	}
}

static void read_from(struct feed_follow *f, int64_t offset, bool skips_first)
{
	f->read_bytes = offset;
	f->has_rest = f->has_more = false;
	feed_lines_restart(&f->lines, offset, skips_first);
}

/* ---- bytes */

/* Whether there was anything. */
static bool read_on(struct feed_follow *f, struct list *entries)
{
	char *piece = xmalloc(PIECE_BYTES);
	int64_t begin = f->read_bytes;
	ssize_t n = 1;
	while (f->read_bytes - begin < FEED_STEP_BYTES &&
		(n = pread(f->fd, piece, PIECE_BYTES, f->read_bytes)) > 0) {
		struct str bytes = {piece, (size_t)n};
		struct feed_entry *e;
		f->read_bytes += n;
		while (bytes.size > 0) {
			if ((e = feed_lines_next(&f->lines, &bytes)) != NULL) {
				add(f, e, entries);
			}
		}
	}
	f->has_more = n > 0;
	mem_free_pointer(&piece);
	return f->read_bytes > begin;
}

static void take_rest(struct feed_follow *f, struct list *entries)
{
	struct feed_entry *e = feed_lines_take_rest(&f->lines);
	f->has_rest = false;
	if (e != NULL) {
		add(f, e, entries);
	}
}

/* ---- the file at the path */

static const char *open_error(int error)
{
	return error == EACCES || error == EPERM ? "not allowed to read it" : "cannot be opened";
}

/* A file that exists when the daemon starts is read from near its end; later ones from the start.
 */
static bool open_file(struct feed_follow *f)
{
	struct stat st;
	int fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		bool is_missing = errno == ENOENT || errno == ENOTDIR;
		return set_state(f, is_missing ? FEED_MISSING : FEED_UNREADABLE,
			is_missing ? NULL : open_error(errno));
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return set_state(f, FEED_UNREADABLE, "not a regular file");
	}
	f->fd = fd;
	f->device = st.st_dev;
	f->inode = st.st_ino;
	f->is_remote = board_file_remote(fd) != NULL;
	bool is_long = !f->is_started && st.st_size > FEED_FIRST_BYTES;
	read_from(f, is_long ? st.st_size - FEED_FIRST_BYTES : 0, is_long);
	(void)set_state(f, FEED_FOLLOWING, NULL);
	return true;
}

enum place { SAME_FILE, OTHER_FILE, NO_FILE };

/* Whether the path still names the open file. */
static enum place look_at_path(const struct feed_follow *f)
{
	struct stat st;
	if (stat(f->path, &st) != 0) {
		return NO_FILE;
	}
	return st.st_dev == f->device && st.st_ino == f->inode ? SAME_FILE : OTHER_FILE;
}

/* Whether the open file has been unlinked. */
static bool is_deleted(const struct feed_follow *f)
{
	struct stat st;
	return fstat(f->fd, &st) != 0 || st.st_nlink == 0;
}

static bool look_at_open(struct feed_follow *f, struct list *entries, int64_t now_ms)
{
	struct stat st;
	bool is_changed = false;
	if (fstat(f->fd, &st) == 0) {
		is_changed = st.st_size != f->size;
		f->size = st.st_size;
	}
	if (f->size < f->read_bytes) { // truncated
		read_from(f, 0, false);
	}
	if (read_on(f, entries)) {
		f->grown_ms = now_ms;
		f->has_rest = f->lines.line.size > 0;
		is_changed = true;
	} else if (f->has_rest && now_ms >= f->grown_ms + FEED_REST_MS) {
		take_rest(f, entries);
		is_changed = true;
	}
	return is_changed;
}

bool feed_follow_look(struct feed_follow *f, struct list *entries, int64_t now_ms)
{
	bool is_changed = false;
	f->found = 0;
	if (f->fd >= 0) {
		enum place place = look_at_path(f); // before reading: nothing is missed
		is_changed = look_at_open(f, entries, now_ms);
		is_changed |= set_state(f, place == NO_FILE ? FEED_MISSING : FEED_FOLLOWING, NULL);
		/* a renamed file may grow until its successor appears */
		if (!f->has_more && (place == OTHER_FILE || (place == NO_FILE && is_deleted(f)))) {
			take_rest(f, entries);
			close_file(f);
			f->size = f->read_bytes = 0;
			feed_lines_restart(&f->lines, 0, false);
			is_changed = true;
		}
	}
	if (f->fd < 0) {
		is_changed |= open_file(f);
		if (f->fd >= 0) {
			(void)look_at_open(f, entries, now_ms);
		}
	}
	f->is_started = true;
	return is_changed;
}

int64_t feed_follow_next_deadline(const struct feed_follow *f)
{
	if (f->has_more) {
		return 0;
	}
	return f->has_rest ? f->grown_ms + FEED_REST_MS : INT64_MAX;
}
