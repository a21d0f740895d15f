/* Handles inotify events, one at a time. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/mem.h"
#include "board/board_file.h"
#include "board/board_tree_parts.h"

enum { READS = 4, MOVING_MS = 50 }; // reads per wake-up before the board is updated

/* ---- one file */

static struct str directory_of(struct str path)
{
	size_t size = path.size;
	while (size > 0 && path.data[size - 1] != '/') {
		size--;
	}
	return str_first(path, size > 0 ? size - 1 : 0);
}

static const char *name_of(struct str path)
{
	struct str directory = directory_of(path);
	return path.data + directory.size + (directory.size > 0 ? 1 : 0);
}

static const struct board_facts *facts_before(
	struct board_tree *t, const struct board_place *place, uint32_t cookie)
{
	const struct board_card *c = board_find(&t->board, place);
	const struct board_facts *moved = board_find_moved(&t->board, cookie);
	if (moved != NULL || c == NULL) {
		return moved;
	}
	return c->facts != NULL ? c->facts : c->told;
}

/* It has been moved again since: its facts are known, and the stop in between is still reported. */
static void put_moved_on(
	struct board_tree *t, const struct board_place *place, uint32_t cookie, struct instant now)
{
	struct board_facts *facts = board_find_moved(&t->board, cookie);
	struct board_stat stat = {0};
	if (facts != NULL) {
		(void)board_put(&t->board, place, board_facts_ref(facts), &stat, cookie, now);
	} else {
		board_drop(&t->board, place, 0, now);
	}
}

/* The entry at that place is no longer ignored. */
static void forget_place(struct board_tree *t, const struct board_place *place)
{
	char *prefix = xasprintf("%.*s/", STR_ARG(place->path));
	board_forget(&t->board, place->root, str_from(prefix));
	free(prefix);
}

static void note_other(struct board_tree *t, int directory, const struct board_place *place)
{
	struct stat st;
	enum board_file_kind kind = board_file_kind(directory, name_of(place->path), &st);
	forget_place(t, place);
	if (kind == BOARD_FILE_SYMLINK) {
		board_ignore(&t->board, place, "symlink");
	} else if (kind == BOARD_FILE_OTHER && board_place_is_task(place->path)) {
		board_ignore(&t->board, place, "not a regular file");
	}
}

void board_tree_read_file(struct board_tree *t, const struct board_place *place, uint32_t cookie,
	bool is_settled, struct instant now)
{
	struct board_stat stat = {0};
	struct board_facts *facts = NULL;
	cleanup_close int fd = board_file_open_directory(
		t->roots[place->root].path, directory_of(place->path));
	if (fd >= 0) {
		facts = board_file_read(
			fd, name_of(place->path), facts_before(t, place, cookie), false, &stat);
	}
	if (facts == NULL) {
		put_moved_on(t, place, cookie, now);
		if (fd >= 0) {
			note_other(t, fd, place);
		}
	} else if (stat.size == 0 && !is_settled && cookie == 0) {
		board_facts_unref(facts); // truncated, about to be rewritten
		board_tree_settle(t, place, now);
	} else {
		(void)board_put(&t->board, place, facts, &stat, cookie, now);
	}
}

struct board_facts *board_tree_read_whole(const struct board_place *place, void *data)
{
	struct board_tree *t = data;
	struct board_stat stat;
	cleanup_close int fd = board_file_open_directory(
		t->roots[place->root].path, directory_of(place->path));
	return fd >= 0 ? board_file_read(fd, name_of(place->path), NULL, true, &stat) : NULL;
}

/* ---- directories */

static void drop_directory(struct board_tree *t, unsigned root, struct str path, struct instant now)
{
	char *prefix = xasprintf("%.*s/", STR_ARG(path));
	board_forget(&t->board, root, str_from(prefix));
	board_sweep(&t->board, root, str_from(prefix), ++t->generation, now);
	struct board_directory *d, *next;
	list_for_each_safe(d, next, &t->directories, link)
	{
		if (d->root == root &&
			(str_equal(str_from(d->path), path) ||
				str_starts_with(str_from(d->path), str_from(prefix)))) {
			(void)inotify_rm_watch(t->inotify.fd, d->watch);
			board_tree_forget_watch(t, d->watch);
		}
	}
	free(prefix);
}

void board_tree_end_moving(struct board_tree *t, struct instant now, bool is_certain)
{
	struct board_moving *m = &t->moving;
	if (m->cookie != 0 && (is_certain || now.mono_ms >= m->ends_ms)) {
		char *path = m->path;
		m->cookie = 0;
		m->path = NULL;
		drop_directory(t, m->root, str_from(path), now);
		free(path);
	}
}

static void begin_moving(
	struct board_tree *t, const struct board_place *place, uint32_t cookie, struct instant now)
{
	board_tree_end_moving(t, now, true);
	t->moving = (struct board_moving){
		cookie, place->root, str_dup(place->path), now.mono_ms + MOVING_MS};
}

/* Watches follow their directories. */
static void rename_watches(struct board_tree *t, unsigned root, struct str from, struct str to)
{
	struct board_directory *d;
	list_for_each(d, &t->directories, link)
	{
		struct str path = str_from(d->path);
		if (d->root != root || !str_starts_with(path, from) ||
			(path.size > from.size && path.data[from.size] != '/')) {
			continue;
		}
		struct str rest = str_skip(path, from.size);
		char *renamed = xasprintf("%.*s%.*s", STR_ARG(to), STR_ARG(rest));
		free(d->path);
		d->path = renamed;
	}
}

static void end_rename(struct board_tree *t, const struct board_place *place, struct instant now)
{
	char *from = t->moving.path;
	char *from_prefix = xasprintf("%s/", from);
	char *to_prefix = xasprintf("%.*s/", STR_ARG(place->path));
	t->moving.cookie = 0;
	t->moving.path = NULL;
	rename_watches(t, place->root, str_from(from), place->path);
	board_forget(&t->board, place->root, str_from(from_prefix));
	board_move_directory(&t->board,
		&(const struct board_place){place->root, str_from(from_prefix)},
		str_from(to_prefix), now);
	board_tree_walk(t, place->root, place->path, false, now);
	free(from);
	free(from_prefix);
	free(to_prefix);
}

static void on_directory(struct board_tree *t, const struct inotify_event *e,
	const struct board_place *place, struct instant now)
{
	if ((e->mask & IN_MOVED_FROM) != 0) {
		begin_moving(t, place, e->cookie, now);
	} else if ((e->mask & IN_MOVED_TO) != 0 && t->moving.cookie == e->cookie &&
		   t->moving.root == place->root) {
		end_rename(t, place, now);
	} else if ((e->mask & (IN_CREATE | IN_MOVED_TO | IN_ATTRIB)) != 0) {
		board_tree_walk(t, place->root, place->path, false, now);
	} else if ((e->mask & IN_DELETE) != 0) {
		drop_directory(t, place->root, place->path, now);
	}
}

/* ---- files */

static void on_other(
	struct board_tree *t, const struct inotify_event *e, const struct board_place *place)
{
	if ((e->mask & (IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM)) != 0) {
		cleanup_close int fd = board_file_open_directory(
			t->roots[place->root].path, directory_of(place->path));
		if (fd >= 0) {
			note_other(t, fd, place);
		}
	}
}

static void on_file(struct board_tree *t, const struct inotify_event *e,
	const struct board_place *place, struct instant now)
{
	if (!board_place_is_task(place->path)) {
		on_other(t, e, place);
	} else if ((e->mask & (IN_DELETE | IN_MOVED_FROM)) != 0) {
		board_tree_unsettle(t, place);
		forget_place(t, place);
		board_drop(&t->board, place, e->cookie, now);
	} else if ((e->mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0) {
		board_tree_unsettle(t, place);
		board_tree_read_file(t, place, e->cookie, false, now);
	} else if ((e->mask & (IN_CREATE | IN_MODIFY | IN_ATTRIB)) != 0) {
		board_tree_settle(t, place, now);
	}
}

/* ---- events */

static void on_self(struct board_tree *t, const struct inotify_event *e,
	const struct board_directory *d, struct instant now)
{
	bool is_root = d->path[0] == '\0';
	if (is_root && (e->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) != 0) {
		unsigned root = d->root;
		board_tree_drop_watches(t, root);
		board_tree_check_root(t, root, false, now);
	}
}

static void on_named(struct board_tree *t, const struct inotify_event *e,
	const struct board_directory *d, struct instant now)
{
	if (board_place_is_skipped(str_from(e->name))) {
		return;
	}
	char *path = xasprintf("%s%s%s", d->path, d->path[0] != '\0' ? "/" : "", e->name);
	const struct board_place place = {d->root, str_from(path)};
	if ((e->mask & IN_ISDIR) != 0) {
		on_directory(t, e, &place, now);
	} else {
		on_file(t, e, &place, now);
	}
	free(path);
}

struct reading {
	struct board_tree *t;
	struct instant now;
	bool is_certain; // false once the kernel has dropped events
};

static void on_event(const struct inotify_event *e, void *data)
{
	struct reading *r = data;
	const struct board_directory *d = board_tree_find_watch(r->t, e->wd);
	if ((e->mask & IN_Q_OVERFLOW) != 0) {
		r->is_certain = false;
	} else if (d == NULL) {
		return; // no longer watched
	} else if ((e->mask & IN_IGNORED) != 0) {
		board_tree_forget_watch(r->t, e->wd);
	} else if (e->len == 0) {
		on_self(r->t, e, d, r->now);
	} else {
		on_named(r->t, e, d, r->now);
	}
}

void board_tree_read(struct board_tree *t, struct instant now)
{
	struct reading r = {t, now, true};
	bool is_any = false;
	for (unsigned i = 0; i < READS && file_watch_read(t->inotify.fd, on_event, &r); i++) {
		is_any = true;
	}
	if (!r.is_certain || (t->inotify.fd < 0 && is_any)) {
		board_tree_walk_all(t, !r.is_certain, now);
	}
	board_tree_arm_poll(t, now);
}
