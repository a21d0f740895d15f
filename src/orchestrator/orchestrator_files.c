#include "orchestrator/orchestrator_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/number.h"
#include "board/board_file.h"

enum {
	AT_ONCE = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB,
	IN_A_WHILE = IN_CREATE | IN_MODIFY,
	ITSELF = IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR,
	FILES = AT_ONCE | IN_A_WHILE | ITSELF,
	DIRECTORIES = IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | ITSELF,
};

/* ---- watches */

static void start_inotify(struct orchestrator_files *f, struct instant now)
{
	for (size_t i = 0; i < ORCHESTRATOR_WATCHES; i++) {
		f->watches[i] = -1;
	}
	file_watch_open(&f->inotify, now);
}

/* Watches one directory, in place of the one watched before. */
static void watch(
	struct orchestrator_files *f, size_t number, const char *below, struct instant now)
{
	bool is_dir = number == 0; // "state" may appear in it; other entries are ignored
	bool is_base = strcmp(f->base, f->dir) == 0;
	const char *base = is_dir ? f->dir : f->base;
	char through[FD_PATH_BYTES];
	cleanup_close int fd = board_file_open_directory(base, str_from(below));
	int wd = -1;
	if (f->inotify.fd < 0) {
		return;
	}
	if (fd >= 0) {
		wd = inotify_add_watch(f->inotify.fd, fd_path(fd, through),
			is_dir && !is_base ? DIRECTORIES : FILES);
		if (wd < 0) {
			file_watch_give_up(&f->inotify, errno, now);
			return;
		}
	}
	if (f->watches[number] >= 0 && f->watches[number] != wd) {
		(void)inotify_rm_watch(f->inotify.fd, f->watches[number]);
	}
	f->watches[number] = wd;
}

/* Whether it exists. */
static bool find_base(struct orchestrator_files *f)
{
	struct stat st;
	cleanup_close int fd = board_file_open_directory(f->dir, STR(""));
	if (fd < 0) {
		f->state = BOARD_MISSING;
		(void)snprintf(f->reason, sizeof(f->reason), "%s", strerror(-fd));
		return false;
	}
	bool has_state = board_file_kind(fd, "state", &st) == BOARD_FILE_DIRECTORY;
	const char *remote = board_file_remote(fd);
	free(f->base);
	f->base = xasprintf("%s%s", f->dir, has_state ? "/state" : "");
	f->is_remote = remote != NULL;
	if (remote != NULL) {
		(void)snprintf(f->reason, sizeof(f->reason),
			"a network file system (%s): compared every 5 s", remote);
	}
	return true;
}

static void watch_all(struct orchestrator_files *f, struct instant now)
{
	static const char *const below[] = {"", "analytics", "limits", "telemetry"};
	if (now.mono_ms >= f->inotify.retry_at_ms) {
		start_inotify(f, now);
	}
	if (!find_base(f)) {
		f->poll_at_ms = now.mono_ms + ORCHESTRATOR_POLL_MS;
		return;
	}
	if (!f->is_remote) {
		watch(f, 0, "", now);
	}
	bool is_base = strcmp(f->base, f->dir) == 0; // the same watch
	for (size_t i = is_base ? 1 : 0; !f->is_remote && i < ARRAY_SIZE(below); i++) {
		watch(f, i + 1, below[i], now);
	}
	bool is_watched = f->inotify.fd >= 0 && !f->is_remote;
	f->state = is_watched ? BOARD_WATCHING : BOARD_POLLING;
	f->poll_at_ms = is_watched ? INT64_MAX : now.mono_ms + ORCHESTRATOR_POLL_MS;
	if (!f->is_remote) {
		memcpy(f->reason, f->inotify.reason, sizeof(f->reason));
	}
}

/* ---- what inotify reports */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

/* No two files have the same name. */
static struct orchestrator_seen *find_seen(struct orchestrator_files *f, const char *name)
{
	for (int i = 0; i < ORCHESTRATOR_FILES; i++) {
		if (strcmp(base_name(orchestrator_file_path((enum orchestrator_file)i)), name) ==
			0) {
			return &f->seen[i];
		}
	}
	return NULL;
}

/* Whether the event matters. */
static bool take_event(
	struct orchestrator_files *f, const struct inotify_event *e, struct instant now)
{
	struct orchestrator_seen *seen = e->len > 0 ? find_seen(f, e->name) : NULL;
	for (size_t i = 0; (e->mask & IN_IGNORED) != 0 && i < ORCHESTRATOR_WATCHES; i++) {
		f->watches[i] = f->watches[i] == e->wd ? -1 : f->watches[i];
	}
	for (size_t i = 0; (e->mask & IN_Q_OVERFLOW) != 0 && i < ORCHESTRATOR_FILES; i++) {
		f->seen[i].is_forced = true;
	}
	if (seen == NULL) {
		return e->len == 0 || (e->mask & IN_ISDIR) != 0;
	}
	if ((e->mask & AT_ONCE) != 0) {
		seen->is_forced = true;
		seen->first_ms = seen->due_ms = 0;
		return true;
	}
	seen->first_ms = seen->first_ms != 0 ? seen->first_ms : now.mono_ms;
	seen->due_ms = min_int64(
		now.mono_ms + ORCHESTRATOR_SETTLE_MS, seen->first_ms + ORCHESTRATOR_SETTLE_MAX_MS);
	return false;
}

struct taking {
	struct orchestrator_files *f;
	struct instant now;
	bool matters;
};

static void on_event(const struct inotify_event *e, void *data)
{
	struct taking *t = data;
	t->matters |= take_event(t->f, e, t->now);
}

bool orchestrator_files_take(struct orchestrator_files *f, struct instant now)
{
	struct taking t = {f, now, false};
	(void)file_watch_read(f->inotify.fd, on_event, &t);
	return t.matters;
}

/* ---- reading */

static void fail(struct orchestrator_reading *ret, enum orchestrator_state state, const char *error)
{
	ret->state = state;
	(void)snprintf(ret->error, sizeof(ret->error), "%s", error);
}

static void fail_open(struct orchestrator_reading *ret, int error)
{
	bool is_gone = error == ENOENT;
	ret->state = is_gone ? ORCHESTRATOR_MISSING : ORCHESTRATOR_UNREADABLE;
	if (!is_gone) {
		fail(ret, ret->state, error == ELOOP ? "a symbolic link" : strerror(error));
	}
}

/* Opens the file and fills its stat. A descriptor, or a negative errno. */
static int open_file(
	const struct orchestrator_files *f, enum orchestrator_file file, struct stat *ret)
{
	const char *path = orchestrator_file_path(file), *name = base_name(path);
	size_t directory_bytes = name > path ? (size_t)(name - path - 1) : 0;
	cleanup_close int directory = board_file_open_directory(
		f->base, (struct str){path, directory_bytes});
	if (directory < 0) {
		return directory;
	}
	if (fstatat(directory, name, ret, AT_SYMLINK_NOFOLLOW) != 0) {
		return -errno;
	}
	if (S_ISLNK(ret->st_mode) || !S_ISREG(ret->st_mode)) {
		return S_ISLNK(ret->st_mode) ? -ELOOP : -EINVAL;
	}
	int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	if (fstat(fd, ret) != 0 || !S_ISREG(ret->st_mode)) {
		close(fd);
		return -EINVAL;
	}
	return fd;
}

static int read_bytes(int fd, off_t offset, struct buf *out)
{
	int r = buf_reserve(out, out->max_bytes);
	while (r == 0 && out->size < out->max_bytes) {
		ssize_t n = pread(fd, out->data + out->size, out->max_bytes - out->size,
			offset + (off_t)out->size);
		if (n < 0 && errno != EINTR) {
			r = -errno;
		} else if (n == 0) {
			break;
		}
		out->size += n > 0 ? (size_t)n : 0;
	}
	return r;
}

static void read_open(enum orchestrator_file file, int fd, const struct stat *st,
	struct orchestrator_reading *ret)
{
	bool has_lines = file == ORCHESTRATOR_DECISIONS;
	bool is_cut = has_lines && st->st_size > ORCHESTRATOR_FILE_BYTES;
	/* one byte more: shows whether the first line is whole, or the file too large */
	off_t offset = is_cut ? st->st_size - ORCHESTRATOR_FILE_BYTES - 1 : 0;
	struct buf bytes;
	buf_init(&bytes, ORCHESTRATOR_FILE_BYTES + 1);
	int r = st->st_size > ORCHESTRATOR_FILE_BYTES && !has_lines
			? 0
			: read_bytes(fd, offset, &bytes);
	if (r != 0) {
		fail(ret, ORCHESTRATOR_UNREADABLE, strerror(-r));
	} else if (!has_lines &&
		   max_int64(st->st_size, (int64_t)bytes.size) > ORCHESTRATOR_FILE_BYTES) {
		fail(ret, ORCHESTRATOR_TOO_LARGE, "larger than 4 MiB");
	} else {
		orchestrator_read(file, bytes.data, bytes.size, is_cut, ret);
	}
	ret->mtime_ms = (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / MS_NS;
	buf_finish(&bytes);
}

static bool looks_same(const struct orchestrator_seen *seen, int error, const struct stat *st)
{
	const struct stat *before = &seen->stat;
	if (!seen->is_known || seen->is_forced || seen->error != error) {
		return false;
	}
	return error != 0 || (before->st_ino == st->st_ino && before->st_dev == st->st_dev &&
				     before->st_size == st->st_size &&
				     before->st_mtim.tv_sec == st->st_mtim.tv_sec &&
				     before->st_mtim.tv_nsec == st->st_mtim.tv_nsec &&
				     before->st_ctim.tv_sec == st->st_ctim.tv_sec &&
				     before->st_ctim.tv_nsec == st->st_ctim.tv_nsec);
}

static void look_at(struct orchestrator_files *f, enum orchestrator_file file,
	orchestrator_files_found *found, void *data)
{
	struct orchestrator_seen *seen = &f->seen[file];
	struct orchestrator_reading reading = {.mtime_ms = -1};
	struct stat st = {0};
	int fd = f->state == BOARD_MISSING ? -ENOENT : open_file(f, file, &st);
	int error = fd < 0 ? -fd : 0;
	if (!looks_same(seen, error, &st)) {
		if (fd < 0) {
			fail_open(&reading, error);
		} else {
			read_open(file, fd, &st, &reading);
		}
		if (error == EINVAL) {
			fail(&reading, ORCHESTRATOR_UNREADABLE, "not a regular file");
		}
		*seen = (struct orchestrator_seen){.is_known = true, .error = error, .stat = st};
		found(file, &reading, data);
	}
	seen->first_ms = seen->due_ms = 0;
	if (fd >= 0) {
		close(fd);
	}
}

void orchestrator_files_look(struct orchestrator_files *f, struct instant now,
	orchestrator_files_found *found, void *data)
{
	watch_all(f, now); // before reading, so that no change is missed
	for (int i = 0; i < ORCHESTRATOR_FILES; i++) {
		if (f->seen[i].due_ms <= now.mono_ms) {
			look_at(f, (enum orchestrator_file)i, found, data);
		}
	}
}

int64_t orchestrator_files_next_deadline(const struct orchestrator_files *f)
{
	int64_t due = min_int64(f->poll_at_ms, f->inotify.retry_at_ms);
	for (size_t i = 0; i < ORCHESTRATOR_FILES; i++) {
		due = f->seen[i].due_ms != 0 ? min_int64(due, f->seen[i].due_ms) : due;
	}
	return due;
}

/* ---- the object */

void orchestrator_files_init(struct orchestrator_files *f, const char *dir)
{
	*f = (struct orchestrator_files){
		.dir = dir, .state = BOARD_MISSING, .inotify = FILE_WATCH_NONE};
	f->base = xstrdup(dir);
	f->poll_at_ms = INT64_MAX;
	start_inotify(f, instant_now());
}

void orchestrator_files_finish(struct orchestrator_files *f)
{
	free(f->base);
	file_watch_close(&f->inotify);
}
