#include "board/board.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "board/board_index.h"

enum { BUCKETS = 16384 };

void board_init(struct board *b)
{
	*b = (struct board){0};
	hash_init(&b->by_path, BUCKETS);
	hash_init(&b->by_id, BUCKETS);
	hash_init(&b->gone_by_id, 1024);
	list_init(&b->due);
}

/* ---- as shown */

struct str board_shown_id(struct str path, const struct board_facts *f)
{
	struct str given = f->fields[BOARD_ID];
	return given.data != NULL ? given : board_place_stem(path);
}

struct str board_shown_title(struct str path, const struct board_facts *f)
{
	struct str given = f->fields[BOARD_TITLE];
	return given.data != NULL ? given : board_shown_id(path, f);
}

struct str board_shown_agent(struct str path, const struct board_facts *f)
{
	struct str given = f->fields[BOARD_AGENT], agent = board_place_agent(path);
	return given.data != NULL ? given : agent.data != NULL ? agent : STR("unassigned");
}

struct str board_shown_status(struct str path, const struct board_facts *f)
{
	struct str given = f->fields[BOARD_STATUS];
	return given.data != NULL ? given : str_from(board_lane_status(board_shown_lane(path, f)));
}

struct str board_shown_priority(const struct board_facts *f)
{
	return f->fields[BOARD_PRIORITY];
}

enum board_lane board_shown_lane(struct str path, const struct board_facts *f)
{
	return f->is_broken ? BOARD_OTHER : board_place_lane(path);
}

struct str board_shown_group(struct str path, const struct board_facts *f)
{
	enum board_lane lane = board_shown_lane(path, f);
	struct str agent = board_place_agent(path);
	if (lane != BOARD_ASSIGNED && lane != BOARD_DONE) {
		return (struct str){0};
	}
	return agent.data != NULL ? agent : board_shown_agent(path, f);
}

/* ---- cards */

static void changed(struct board *b)
{
	board_index_free(b->index);
	b->index = NULL;
}

static uint64_t path_hash(const struct board_place *place)
{
	return str_hash(place->path) * 31 + place->root;
}

static struct board_place place_of(const struct board_card *c)
{
	return (struct board_place){c->root, board_card_path(c)};
}

struct board_card *board_find(struct board *b, const struct board_place *place)
{
	struct hash_node *n = hash_first(&b->by_path, path_hash(place));
	for (; n != NULL; n = hash_next(n)) {
		struct board_card *c = container_of(n, struct board_card, by_path);
		if (c->root == place->root && str_equal(board_card_path(c), place->path)) {
			return c;
		}
	}
	return NULL;
}

static int compare_places(const struct board_place *a, const struct board_place *b)
{
	size_t size = min_size(a->path.size, b->path.size);
	int order = (a->root > b->root) - (a->root < b->root);
	if (order == 0) {
		order = memcmp(a->path.data, b->path.data, size);
	}
	return order != 0 ? order : (a->path.size > b->path.size) - (a->path.size < b->path.size);
}

/* Where in the order a place is, or belongs. */
static size_t position_of(const struct board *b, const struct board_place *place)
{
	size_t low = 0, high = b->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct board_place there = place_of(b->cards[middle]);
		if (compare_places(&there, place) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static void enter(struct board *b, struct board_card *c)
{
	struct board_place place = place_of(c);
	size_t at = position_of(b, &place);
	b->cards = xgrow(b->cards, b->count, &b->capacity, sizeof(struct board_card *));
	memmove(b->cards + at + 1, b->cards + at, (b->count - at) * sizeof(struct board_card *));
	b->cards[at] = c;
	b->count++;
}

static void leave(struct board *b, const struct board_card *c)
{
	struct board_place place = place_of(c);
	size_t at = position_of(b, &place);
	b->count--;
	memmove(b->cards + at, b->cards + at + 1, (b->count - at) * sizeof(struct board_card *));
}

static uint64_t id_hash(const struct board_card *c, const struct board_facts *f)
{
	return str_hash(board_shown_id(board_card_path(c), f));
}

/* The facts of a card, which become its own; NULL: the file is gone. */
static void set_facts(struct board *b, struct board_card *c, struct board_facts *facts)
{
	if (c->facts != NULL) {
		hash_remove(&b->by_id, &c->by_id);
		b->bytes -= c->facts->bytes;
		board_facts_unref(c->facts);
	}
	if (c->facts == NULL && facts != NULL) {
		enter(b, c);
	} else if (c->facts != NULL && facts == NULL) {
		leave(b, c);
	}
	c->facts = facts;
	if (facts != NULL) {
		c->lane = board_shown_lane(board_card_path(c), facts);
		hash_add(&b->by_id, &c->by_id, id_hash(c, facts));
		b->bytes += facts->bytes;
	}
	changed(b);
}

static void set_told(struct board_card *c, struct board_facts *told)
{
	struct board_facts *before = c->told;
	c->told = told != NULL ? board_facts_ref(told) : NULL;
	board_facts_unref(before);
}

static struct board_card *add_card(struct board *b, const struct board_place *place)
{
	struct board_card *c = xcalloc(1, sizeof(*c) + place->path.size + 1);
	memcpy(c->path, place->path.data, place->path.size);
	c->path_bytes = place->path.size;
	c->root = place->root;
	for (size_t i = 0; i < BOARD_TIMES; i++) {
		c->seen_ms[i] = BOARD_NO_TIME;
	}
	hash_add(&b->by_path, &c->by_path, path_hash(place));
	return c;
}

static bool is_held_gone(const struct board_card *c)
{
	return c->facts == NULL && c->told != NULL;
}

static bool is_held_new(const struct board_card *c)
{
	return c->facts != NULL && c->told == NULL;
}

/* Something happens to it at a time, or no longer does. */
static void set_due(struct board *b, struct board_card *c, bool is_due)
{
	if (is_due && c->due.next == NULL) {
		list_append(&b->due, &c->due);
	} else if (!is_due) {
		list_remove(&c->due);
	}
}

static void hold(struct board *b, struct board_card *c, struct instant now)
{
	c->hold_ends_ms = now.mono_ms + BOARD_HOLD_MS;
	set_due(b, c, true);
}

static void release(struct board *b, struct board_card *c)
{
	if (is_held_gone(c)) {
		hash_remove(&b->gone_by_id, &c->by_id);
	}
	c->hold_ends_ms = 0;
	c->cookie = 0;
	set_due(b, c, c->is_pending);
}

/* Nothing is known of it any more. */
static void remove_card(struct board *b, struct board_card *c)
{
	if (c->facts != NULL) {
		set_facts(b, c, NULL);
	}
	list_remove(&c->due);
	hash_remove(&b->by_path, &c->by_path);
	set_told(c, NULL);
	free(c);
}

/* ---- events */

static struct board_event *add_event(
	struct board *b, enum board_event_kind kind, const struct board_card *c, struct instant now)
{
	if (b->event_first == b->event_count) {
		b->event_first = b->event_count = 0;
	}
	b->events = xgrow(b->events, b->event_count, &b->event_capacity, sizeof(*b->events));
	struct board_event *e = &b->events[b->event_count++];
	struct board_facts *facts = c->facts != NULL ? c->facts : c->told;
	*e = (struct board_event){
		.kind = kind,
		.root = c->root,
		.path = xstrdup(c->path),
		.facts = board_facts_ref(facts),
		.old = c->told != NULL ? board_facts_ref(c->told) : NULL,
		.stat = c->stat,
		.wall_ms = now.wall_ms,
	};
	b->last_change_ms = now.wall_ms;
	return e;
}

static void told_now(struct board *b, struct board_card *c, struct instant now)
{
	set_told(c, c->facts);
	c->window_ends_ms = now.mono_ms + BOARD_WINDOW_MS;
	c->is_pending = false;
	set_due(b, c, false);
}

static void note_time(struct board_card *c, enum board_time time, struct instant now)
{
	c->seen_ms[time] = now.wall_ms;
}

/* A file that nobody has heard of, or that could never be read. */
static void tell_new(struct board *b, struct board_card *c, struct instant now)
{
	bool is_broken = c->facts->is_broken;
	release(b, c);
	(void)add_event(b, is_broken ? BOARD_EVENT_ERROR : BOARD_EVENT_CREATED, c, now);
	if (!is_broken) {
		note_time(c, BOARD_CREATED_AT, now);
	}
	told_now(b, c, now);
}

static void tell_change(struct board *b, struct board_card *c, struct instant now)
{
	const struct board_facts *was = c->told, *is = c->facts;
	if (was->hash == is->hash && was->is_broken == is->is_broken) {
		c->is_pending = false;
		set_due(b, c, false);
	} else if (is->is_broken) {
		(void)add_event(b, BOARD_EVENT_ERROR, c, now);
		told_now(b, c, now);
	} else if (was->is_broken && !was->was_good) {
		tell_new(b, c, now);
	} else {
		(void)add_event(b, BOARD_EVENT_UPDATED, c, now);
		told_now(b, c, now);
	}
}

static void tell_gone(struct board *b, struct board_card *c, struct instant now)
{
	release(b, c);
	(void)add_event(b, BOARD_EVENT_DELETED, c, now);
	remove_card(b, c);
}

static enum board_event_kind move_kind(enum board_lane from, enum board_lane to)
{
	if (to == BOARD_DONE && from != BOARD_DONE) {
		return BOARD_EVENT_COMPLETED;
	}
	return from == BOARD_INBOX && to == BOARD_ASSIGNED ? BOARD_EVENT_ASSIGNED
							   : BOARD_EVENT_MOVED;
}

/* What was at from is now at to. */
static void tell_move(
	struct board *b, struct board_card *from, struct board_card *to, struct instant now)
{
	struct board_facts *was = board_facts_ref(from->told);
	struct str old_path = board_card_path(from), path = board_card_path(to);
	enum board_event_kind kind = move_kind(
		board_shown_lane(old_path, was), board_shown_lane(path, to->facts));
	if (to->told != NULL &&
		!str_equal(board_shown_id(path, to->told), board_shown_id(old_path, was))) {
		struct board_event *over = add_event(b, BOARD_EVENT_DELETED, to, now);
		board_facts_unref(over->facts);
		over->facts = board_facts_ref(to->told);
	}
	release(b, to);
	set_told(to, was);
	memcpy(to->seen_ms, from->seen_ms, sizeof(to->seen_ms));
	struct board_event *e = add_event(b, kind, to, now);
	e->old_path = xstrdup(from->path);
	if (kind != BOARD_EVENT_MOVED) {
		note_time(to, kind == BOARD_EVENT_ASSIGNED ? BOARD_ASSIGNED_AT : BOARD_COMPLETED_AT,
			now);
	}
	told_now(b, to, now);
	release(b, from);
	remove_card(b, from);
	board_facts_unref(was);
}

/* ---- who takes whose place */

static struct str name_of(const struct board_card *c)
{
	struct str path = board_card_path(c);
	while (str_has_char(path, '/')) {
		(void)str_cut(&path, '/');
	}
	return path;
}

/* A card of that id, other than c, for which is_wanted; one with the same file name if there is
 * one, else the one that has been there the longest. */
static struct board_card *find_same_id(const struct hash *h, struct str id,
	const struct board_card *c, bool (*is_wanted)(const struct board_card *))
{
	struct board_card *best = NULL;
	struct hash_node *n = hash_first(h, str_hash(id));
	for (; n != NULL; n = hash_next(n)) {
		struct board_card *other = container_of(n, struct board_card, by_id);
		struct board_facts *f = other->facts != NULL ? other->facts : other->told;
		if (other == c || other->root != c->root || !is_wanted(other) ||
			!str_equal(board_shown_id(board_card_path(other), f), id)) {
			continue;
		}
		if (str_equal(name_of(other), name_of(c))) {
			return other;
		}
		best = other;
	}
	return best;
}

static bool is_any(const struct board_card *c)
{
	(void)c;
	return true;
}

static struct board_card *find_by_cookie(struct board *b, uint32_t cookie)
{
	for (struct list *l = b->due.prev; cookie != 0 && l != &b->due; l = l->prev) {
		struct board_card *c = list_entry(l, struct board_card, due);
		if (is_held_gone(c) && c->cookie == cookie) {
			return c;
		}
	}
	return NULL;
}

struct board_facts *board_find_moved(struct board *b, uint32_t cookie)
{
	struct board_card *c = find_by_cookie(b, cookie);
	return c != NULL ? c->told : NULL;
}

static void settle_new(struct board *b, struct board_card *c, struct instant now)
{
	struct str id = board_shown_id(board_card_path(c), c->facts);
	struct board_card *from = find_same_id(&b->gone_by_id, id, c, is_held_gone);
	if (from != NULL) {
		tell_move(b, from, c, now);
	} else if (c->hold_ends_ms == 0 && find_same_id(&b->by_id, id, c, is_any) != NULL) {
		hold(b, c, now);
	} else if (c->hold_ends_ms == 0) {
		tell_new(b, c, now);
	}
}

static void settle_change(struct board *b, struct board_card *c, struct instant now)
{
	if (c->told->hash != c->facts->hash && now.mono_ms < c->window_ends_ms) {
		c->is_pending = true;
		set_due(b, c, true);
	} else {
		tell_change(b, c, now);
	}
}

static bool has_room(const struct board *b, const struct board_facts *facts)
{
	return b->count < BOARD_FILES && b->bytes + facts->bytes <= BOARD_BYTES;
}

struct board_card *board_put(struct board *b, const struct board_place *place,
	struct board_facts *facts, const struct board_stat *stat, uint32_t cookie,
	struct instant now)
{
	struct board_card *c = board_find(b, place);
	struct board_card *from = find_by_cookie(b, cookie);
	if ((c == NULL || c->facts == NULL) && !has_room(b, facts)) {
		b->is_truncated = true;
		board_facts_unref(facts);
		return NULL;
	}
	if (c == NULL) {
		c = add_card(b, place);
	}
	if (is_held_gone(c)) { // back, as editors do it
		release(b, c);
	}
	set_facts(b, c, facts);
	c->stat = *stat;
	if (b->is_silent) {
		set_told(c, facts);
	} else if (from != NULL && from != c) {
		tell_move(b, from, c, now);
	} else if (c->told == NULL) {
		settle_new(b, c, now);
	} else {
		settle_change(b, c, now);
	}
	return c;
}

void board_drop(
	struct board *b, const struct board_place *place, uint32_t cookie, struct instant now)
{
	struct board_card *c = board_find(b, place);
	if (c == NULL || c->facts == NULL) {
		return;
	}
	if (is_held_new(c)) {
		remove_card(b, c);
		return;
	}
	set_facts(b, c, NULL);
	c->is_pending = false;
	c->cookie = cookie;
	hash_add(&b->gone_by_id, &c->by_id, id_hash(c, c->told));
	hold(b, c, now);
	struct str id = board_shown_id(board_card_path(c), c->told);
	struct board_card *to = find_same_id(&b->by_id, id, c, is_held_new);
	if (to != NULL) {
		tell_move(b, c, to, now);
	}
}

/* ---- whole directories */

static bool is_below(const struct board_card *c, unsigned root, struct str prefix)
{
	return c->root == root && str_starts_with(board_card_path(c), prefix);
}

static void move_file(struct board *b, struct board_card *c, size_t prefix_bytes, struct str to,
	struct instant now)
{
	struct str rest = str_skip(board_card_path(c), prefix_bytes);
	char *path = xasprintf("%.*s%.*s", STR_ARG(to), STR_ARG(rest));
	const struct board_place from = place_of(c), place = {c->root, str_from(path)};
	struct board_facts *facts = board_facts_ref(c->facts);
	struct board_stat stat = c->stat;
	bool is_new = is_held_new(c);
	enum { ANY_COOKIE = 1 }; // of a rename that only these two calls know of
	board_drop(b, &from, ANY_COOKIE, now);
	(void)board_put(b, &place, facts, &stat, is_new ? 0 : ANY_COOKIE, now);
	free(path);
}

void board_move_directory(
	struct board *b, const struct board_place *from, struct str to, struct instant now)
{
	size_t first = position_of(b, from), count = 0;
	while (first + count < b->count &&
		is_below(b->cards[first + count], from->root, from->path)) {
		count++;
	}
	struct board_card **moving = xcalloc(count > 0 ? count : 1, sizeof(struct board_card *));
	for (size_t i = 0; i < count; i++) {
		moving[i] = b->cards[first + i];
	}
	for (size_t i = 0; i < count; i++) {
		move_file(b, moving[i], from->path.size, to, now);
	}
	free(moving);
}

void board_sweep(
	struct board *b, unsigned root, struct str prefix, unsigned generation, struct instant now)
{
	const struct board_place begin = {root, prefix};
	size_t at = position_of(b, &begin);
	while (at < b->count && is_below(b->cards[at], root, prefix)) {
		struct board_card *c = b->cards[at];
		if (c->generation == generation) {
			at++;
			continue;
		}
		char *path = xstrdup(c->path); // the card may go with it
		board_drop(b, &(const struct board_place){root, str_from(path)}, 0, now);
		free(path);
	}
}

/* ---- beside the files */

void board_ignore(struct board *b, const struct board_place *place, const char *reason)
{
	b->ignored_total++;
	if (b->ignored_count < BOARD_IGNORED) {
		b->ignored = xgrow_list(b->ignored, b->ignored_count, sizeof(*b->ignored));
		b->ignored[b->ignored_count++] = (struct board_ignored){
			place->root, str_dup(place->path), reason};
	}
}

void board_add_agent(struct board *b, const struct board_place *place)
{
	b->agents = xgrow(b->agents, b->agent_count, &b->agent_capacity, sizeof(*b->agents));
	b->agents[b->agent_count++] = (struct board_place){
		place->root, {str_dup(place->path), place->path.size}};
}

/* Whether path is that directory, or below it. prefix: "a/b/", or "" for all. */
static bool is_within(struct str path, struct str prefix)
{
	return str_starts_with(path, prefix) ||
	       (prefix.size > 0 && str_equal(path, str_first(prefix, prefix.size - 1)));
}

void board_forget(struct board *b, unsigned root, struct str prefix)
{
	size_t kept = 0;
	for (size_t i = 0; i < b->ignored_count; i++) {
		if (b->ignored[i].root == root && is_within(str_from(b->ignored[i].path), prefix)) {
			free(b->ignored[i].path);
			b->ignored_total--;
		} else {
			b->ignored[kept++] = b->ignored[i];
		}
	}
	b->ignored_count = kept;
	kept = 0;
	for (size_t i = 0; i < b->agent_count; i++) {
		if (b->agents[i].root == root && is_within(b->agents[i].path, prefix)) {
			free((void *)b->agents[i].path.data);
		} else {
			b->agents[kept++] = b->agents[i];
		}
	}
	b->agent_count = kept;
}

/* ---- time */

static int64_t due_ms(const struct board_card *c)
{
	return c->hold_ends_ms != 0 ? c->hold_ends_ms : c->window_ends_ms;
}

void board_tick(struct board *b, struct instant now)
{
	struct board_card *c, *next;
	list_for_each_safe(c, next, &b->due, due)
	{
		if (due_ms(c) > now.mono_ms) {
			continue;
		}
		if (is_held_gone(c)) {
			tell_gone(b, c, now);
		} else if (is_held_new(c)) {
			tell_new(b, c, now);
		} else {
			c->is_pending = false;
			set_due(b, c, false);
			tell_change(b, c, now);
		}
	}
}

int64_t board_next_deadline(const struct board *b)
{
	int64_t first = INT64_MAX;
	struct board_card *c;
	list_for_each(c, &b->due, due)
	{
		first = min_int64(first, due_ms(c));
	}
	return first;
}

bool board_take_event(struct board *b, struct board_event *ret)
{
	if (b->event_first == b->event_count) {
		return false;
	}
	*ret = b->events[b->event_first++];
	return true;
}

void board_event_finish(struct board_event *e)
{
	board_facts_unref(e->facts);
	board_facts_unref(e->old);
	free(e->path);
	free(e->old_path);
}

const char *board_event_name(enum board_event_kind kind)
{
	static const char *const names[BOARD_EVENT_KINDS] = {
		[BOARD_EVENT_CREATED] = "task.created",
		[BOARD_EVENT_ASSIGNED] = "task.assigned",
		[BOARD_EVENT_COMPLETED] = "task.completed",
		[BOARD_EVENT_MOVED] = "task.moved",
		[BOARD_EVENT_UPDATED] = "task.updated",
		[BOARD_EVENT_DELETED] = "task.deleted",
		[BOARD_EVENT_ERROR] = "task.error",
	};
	return names[kind];
}

void board_finish(struct board *b)
{
	struct board_event e;
	struct board_card *c, *next;
	while (board_take_event(b, &e)) {
		board_event_finish(&e);
	}
	list_for_each_safe(c, next, &b->due, due)
	{
		if (is_held_gone(c)) {
			release(b, c);
			remove_card(b, c);
		}
	}
	while (b->count > 0) {
		remove_card(b, b->cards[b->count - 1]);
	}
	for (size_t root = 0; root < BOARD_ROOTS; root++) {
		board_forget(b, (unsigned)root, STR(""));
	}
	board_index_free(b->index);
	free(b->cards);
	free(b->events);
	free(b->ignored);
	free(b->agents);
	hash_finish(&b->by_path);
	hash_finish(&b->by_id);
	hash_finish(&b->gone_by_id);
}
