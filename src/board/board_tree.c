#include "board/board_tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/number.h"
#include "board/board_file.h"
#include "board/board_tree_parts.h"

enum { WATCH_BUCKETS = 1024 };

enum {
	WATCHED = IN_CREATE | IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO |
		  IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR,
};

/* ---- watches */

static void forget_directory(struct board_tree *t, struct board_directory *d)
{
	hash_remove(&t->by_watch, &d->by_watch);
	list_remove(&d->link);
	t->directory_count--;
	free(d->path);
	free(d);
}

struct board_directory *board_tree_find_watch(struct board_tree *t, int watch)
{
	struct hash_node *n = hash_first(&t->by_watch, (uint64_t)watch);
	return n != NULL ? container_of(n, struct board_directory, by_watch) : NULL;
}

void board_tree_forget_watch(struct board_tree *t, int watch)
{
	struct board_directory *d = board_tree_find_watch(t, watch);
	if (d != NULL) {
		forget_directory(t, d);
	}
}

/* Gives up on inotify: from here on the tree is polled. */
static void give_up_watches(struct board_tree *t, int error, struct instant now)
{
	struct board_directory *d, *next;
	list_for_each_safe(d, next, &t->directories, link)
	{
		forget_directory(t, d);
	}
	file_watch_give_up(&t->inotify, error, now);
}

/* False: another root already watches it. */
static bool remember_watch(struct board_tree *t, int watch, unsigned root, struct str path)
{
	struct board_directory *d = board_tree_find_watch(t, watch);
	if (d != NULL && d->root != root) {
		return false;
	}
	if (d == NULL) {
		d = xcalloc(1, sizeof(*d));
		d->watch = watch;
		hash_add(&t->by_watch, &d->by_watch, (uint64_t)watch);
		list_append(&t->directories, &d->link);
		t->directory_count++;
	}
	char *kept = str_dup(path);
	free(d->path);
	d->path = kept;
	d->root = root;
	return true;
}

static bool is_watched(const struct board_tree *t, unsigned root)
{
	return t->inotify.fd >= 0 && !t->roots[root].is_remote;
}

static void watch(
	struct board_tree *t, unsigned root, struct str path, int directory, struct instant now)
{
	char through[FD_PATH_BYTES];
	if (!is_watched(t, root)) {
		return;
	}
	int wd = inotify_add_watch(t->inotify.fd, fd_path(directory, through), WATCHED);
	if (wd < 0) {
		give_up_watches(t, errno, now);
	} else if (!remember_watch(t, wd, root, path)) {
		struct board_root *r = &t->roots[root];
		r->is_remote = true;
		(void)snprintf(r->reason, sizeof(r->reason), "lies within another directory");
	}
}

/* ---- the walk */

struct walk {
	struct board_tree *t;
	unsigned root;
	unsigned generation;
	bool is_thorough; // rereads every file, even if its stat is unchanged
	struct instant now;
};

static bool looks_same(const struct board_card *c, const struct board_stat *stat)
{
	return c->facts != NULL && c->stat.mtime_ns == stat->mtime_ns &&
	       c->stat.size == stat->size && c->stat.inode == stat->inode;
}

static const struct board_facts *before_of(const struct board_card *c)
{
	return c == NULL ? NULL : c->facts != NULL ? c->facts : c->told;
}

static void walk_file(struct walk *w, int directory, const char *name, const struct stat *st,
	const struct board_place *place)
{
	struct board *b = &w->t->board;
	struct board_card *c = board_find(b, place);
	struct board_stat stat;
	board_file_stat(st, &stat);
	if (c != NULL && !w->is_thorough && looks_same(c, &stat)) {
		c->generation = w->generation;
		return;
	}
	if (c == NULL && b->count >= BOARD_FILES) {
		b->is_truncated = true;
		return;
	}
	struct board_facts *facts = board_file_read_regular(
		directory, name, before_of(c), false, &stat);
	if (facts != NULL && facts->is_broken && !b->is_silent && c == NULL) {
		board_facts_unref(facts); // perhaps still being written: read it again shortly
		board_tree_settle(w->t, place, w->now);
		return;
	}
	c = facts != NULL ? board_put(b, place, facts, &stat, 0, w->now) : NULL;
	if (c != NULL) {
		c->generation = w->generation;
	}
}

static void walk_directory(struct walk *w, int parent, const char *name, struct str path);

static void walk_entry(struct walk *w, int directory, const char *name, struct str path)
{
	struct board *b = &w->t->board;
	const struct board_place place = {w->root, path};
	struct stat st;
	enum board_file_kind kind = board_file_kind(directory, name, &st);
	if (kind == BOARD_FILE_SYMLINK) {
		board_ignore(b, &place, "symlink");
	} else if (kind == BOARD_FILE_DIRECTORY && board_place_parts(path) >= BOARD_PATH_PARTS) {
		board_ignore(b, &place, "too deep");
	} else if (kind == BOARD_FILE_DIRECTORY) {
		walk_directory(w, directory, name, path);
	} else if (kind == BOARD_FILE_OTHER && board_place_is_task(str_from(name))) {
		board_ignore(b, &place, "not a regular file");
	} else if (kind == BOARD_FILE_REGULAR && board_place_is_task(str_from(name))) {
		walk_file(w, directory, name, &st, &place);
	}
}

static bool is_agent(struct str path)
{
	enum board_lane lane = board_place_lane(path);
	return board_place_parts(path) == 2 && (lane == BOARD_ASSIGNED || lane == BOARD_DONE);
}

/* An open directory and everything below it. */
static void walk_open(struct walk *w, int directory, struct str path)
{
	struct board *b = &w->t->board;
	const struct board_place place = {w->root, path};
	char **names;
	size_t count;
	if (w->t->directory_count >= BOARD_DIRECTORIES) {
		b->is_truncated = true;
		return;
	}
	watch(w->t, w->root, path, directory, w->now); // before reading: nothing is missed
	if (board_file_list(directory, &names, &count) != 0) {
		board_ignore(b, &place, "not readable");
		return;
	}
	if (is_agent(path)) {
		board_add_agent(b, &place);
	}
	for (size_t i = 0; i < count; i++) {
		char *below = xasprintf(
			"%.*s%s%s", STR_ARG(path), path.size > 0 ? "/" : "", names[i]);
		walk_entry(w, directory, names[i], str_from(below));
		free(below);
	}
	board_file_free_names(names, count);
}

// NOLINTNEXTLINE(misc-no-recursion): walk_entry() bounds the depth
static void walk_directory(struct walk *w, int parent, const char *name, struct str path)
{
	cleanup_close int fd = board_file_open_below(parent, name);
	if (fd >= 0) {
		walk_open(w, fd, path);
	} else if (fd != -ENOENT) {
		board_ignore(
			&w->t->board, &(const struct board_place){w->root, path}, "not readable");
	}
}

void board_tree_walk(
	struct board_tree *t, unsigned root, struct str path, bool is_thorough, struct instant now)
{
	cleanup_close int fd = board_file_open_directory(t->roots[root].path, path);
	char *prefix = xasprintf("%.*s%s", STR_ARG(path), path.size > 0 ? "/" : "");
	struct walk w = {t, root, ++t->generation, is_thorough, now};
	board_forget(&t->board, root, str_from(prefix));
	if (fd >= 0 && board_place_parts(path) < BOARD_PATH_PARTS) {
		walk_open(&w, fd, path);
	} else if (fd >= 0) {
		board_ignore(&t->board, &(const struct board_place){root, path}, "too deep");
	}
	board_sweep(&t->board, root, str_from(prefix), w.generation, now);
	free(prefix);
}

/* ---- roots */

static void set_state(struct board_tree *t, unsigned root)
{
	struct board_root *r = &t->roots[root];
	r->state = is_watched(t, root) ? BOARD_WATCHING : BOARD_POLLING;
	if (r->state == BOARD_WATCHING) {
		r->reason[0] = '\0';
	} else if (!r->is_remote) {
		memcpy(r->reason, t->inotify.reason, sizeof(r->reason));
	}
}

static void note_remote(struct board_root *r, int directory)
{
	const char *remote = board_file_remote(directory);
	r->is_remote = remote != NULL;
	if (remote != NULL) {
		(void)snprintf(r->reason, sizeof(r->reason),
			"a network file system (%s): compared every 5 s", remote);
	}
}

void board_tree_drop_watches(struct board_tree *t, unsigned root)
{
	struct board_directory *d, *next;
	list_for_each_safe(d, next, &t->directories, link)
	{
		if (d->root == root) {
			(void)inotify_rm_watch(t->inotify.fd, d->watch);
			forget_directory(t, d);
		}
	}
}

static void set_missing(struct board_tree *t, unsigned root, int error, struct instant now)
{
	struct board_root *r = &t->roots[root];
	r->state = BOARD_MISSING;
	(void)snprintf(r->reason, sizeof(r->reason), "%s", strerror(error));
	board_forget(&t->board, root, STR(""));
	board_sweep(&t->board, root, STR(""), ++t->generation, now);
	board_tree_drop_watches(t, root);
}

void board_tree_check_root(
	struct board_tree *t, unsigned root, bool is_thorough, struct instant now)
{
	struct board_root *r = &t->roots[root];
	int fd = board_file_open_directory(r->path, STR(""));
	if (fd < 0) {
		set_missing(t, root, -fd, now);
		return;
	}
	note_remote(r, fd);
	close(fd);
	t->board.is_silent = !r->was_there;
	board_tree_walk(t, root, STR(""), is_thorough, now);
	t->board.is_silent = false;
	r->was_there = true;
	set_state(t, root);
}

void board_tree_arm_poll(struct board_tree *t, struct instant now)
{
	bool is_needed = t->board.is_truncated && t->board.count < BOARD_FILES;
	for (size_t i = 0; i < t->root_count; i++) {
		is_needed |= t->roots[i].state != BOARD_WATCHING;
	}
	if (!is_needed) {
		t->poll_at_ms = INT64_MAX;
	} else if (t->poll_at_ms == INT64_MAX) {
		t->poll_at_ms = now.mono_ms + BOARD_POLL_MS;
	}
}

void board_tree_walk_all(struct board_tree *t, bool is_thorough, struct instant now)
{
	t->board.is_truncated = false;
	for (size_t i = 0; i < t->root_count; i++) {
		board_tree_check_root(t, (unsigned)i, is_thorough, now);
	}
	for (size_t i = 0; i < t->root_count; i++) {
		if (t->roots[i].state != BOARD_MISSING) {
			set_state(t, (unsigned)i); // watches may have run out since
		}
	}
	board_tree_arm_poll(t, now);
}

/* Logs what is not watched and what did not fit. */
static void compare_again(struct board_tree *t, struct instant now)
{
	bool is_all = t->board.is_truncated;
	t->poll_at_ms = INT64_MAX;
	t->board.is_truncated = false;
	for (size_t i = 0; i < t->root_count; i++) {
		if (is_all || t->roots[i].state != BOARD_WATCHING) {
			board_tree_check_root(t, (unsigned)i, false, now);
		}
	}
	board_tree_arm_poll(t, now);
}

void board_tree_start(struct board_tree *t, struct instant now)
{
	file_watch_open(&t->inotify, now);
	board_tree_walk_all(t, false, now);
}

/* ---- deadlines */

static uint64_t settle_hash(const struct board_place *place)
{
	return str_hash(place->path) * 31 + place->root;
}

static struct board_settle *find_settle(struct board_tree *t, const struct board_place *place)
{
	struct hash_node *n = hash_first(&t->settling, settle_hash(place));
	for (; n != NULL; n = hash_next(n)) {
		struct board_settle *s = container_of(n, struct board_settle, node);
		if (s->root == place->root && str_equal(str_from(s->path), place->path)) {
			return s;
		}
	}
	return NULL;
}

void board_tree_unsettle(struct board_tree *t, const struct board_place *place)
{
	struct board_settle *s = find_settle(t, place);
	if (s != NULL) {
		hash_remove(&t->settling, &s->node);
		list_remove(&s->link);
		free(s->path);
		free(s);
	}
}

void board_tree_settle(struct board_tree *t, const struct board_place *place, struct instant now)
{
	board_tree_unsettle(t, place);
	struct board_settle *s = xcalloc(1, sizeof(*s));
	s->root = place->root;
	s->path = str_dup(place->path);
	s->due_ms = now.mono_ms + BOARD_SETTLE_MS;
	hash_add(&t->settling, &s->node, settle_hash(place));
	list_append(&t->settle_order, &s->link);
}

static void read_settled(struct board_tree *t, struct instant now)
{
	while (!list_is_empty(&t->settle_order)) {
		struct board_settle *s = list_entry(
			t->settle_order.next, struct board_settle, link);
		if (s->due_ms > now.mono_ms) {
			return;
		}
		char *path = xstrdup(s->path);
		const struct board_place place = {s->root, str_from(path)};
		board_tree_unsettle(t, &place);
		board_tree_read_file(t, &place, 0, true, now);
		free(path);
	}
}

void board_tree_tick(struct board_tree *t, struct instant now)
{
	board_tree_end_moving(t, now, false);
	read_settled(t, now);
	if (now.mono_ms >= t->inotify.retry_at_ms) {
		file_watch_open(&t->inotify, now);
		board_tree_walk_all(t, false, now);
	} else if (now.mono_ms >= t->poll_at_ms) {
		compare_again(t, now);
	}
	board_tick(&t->board, now);
}

int64_t board_tree_next_deadline(const struct board_tree *t)
{
	int64_t due = min_int64(board_next_deadline(&t->board), t->poll_at_ms);
	due = min_int64(due, t->inotify.retry_at_ms);
	if (!list_is_empty(&t->settle_order)) {
		due = min_int64(
			due, list_entry(t->settle_order.next, struct board_settle, link)->due_ms);
	}
	return t->moving.cookie != 0 ? min_int64(due, t->moving.ends_ms) : due;
}

/* ---- the object */

int board_tree_fd(const struct board_tree *t)
{
	return t->inotify.fd;
}

void board_tree_init(struct board_tree *t, const char *const *roots, size_t count)
{
	*t = (struct board_tree){.inotify = FILE_WATCH_NONE};
	board_init(&t->board);
	hash_init(&t->by_watch, WATCH_BUCKETS);
	hash_init(&t->settling, WATCH_BUCKETS);
	list_init(&t->directories);
	list_init(&t->settle_order);
	t->root_count = min_size(count, BOARD_ROOTS);
	for (size_t i = 0; i < t->root_count; i++) {
		t->roots[i].path = xstrdup(roots[i]);
		t->roots[i].state = BOARD_MISSING;
	}
	t->poll_at_ms = INT64_MAX;
}

void board_tree_finish(struct board_tree *t)
{
	struct board_directory *d, *next;
	list_for_each_safe(d, next, &t->directories, link)
	{
		forget_directory(t, d);
	}
	while (!list_is_empty(&t->settle_order)) {
		struct board_settle *s = list_entry(
			t->settle_order.next, struct board_settle, link);
		list_remove(&s->link);
		free(s->path);
		free(s);
	}
	for (size_t i = 0; i < t->root_count; i++) {
		free(t->roots[i].path);
	}
	free(t->moving.path);
	hash_finish(&t->by_watch);
	hash_finish(&t->settling);
	board_finish(&t->board);
	file_watch_close(&t->inotify);
}
