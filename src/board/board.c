#include "board/board.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "board/board_index.h"
#include "board/board_parts.h"

enum { BUCKETS = 16384 };

void board_init(struct board *b)
{
	*b = (struct board){0};
	hash_init(&b->by_path, BUCKETS);
	hash_init(&b->by_id, BUCKETS);
	hash_init(&b->gone_by_id, 1024);
	list_init(&b->due);
}

/* ---- the queue of due cards */

/* (Re)queues the card by its next deadline, or takes it out of the queue. */
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
	if (board_is_held_gone(c)) {
		hash_remove(&b->gone_by_id, &c->by_id);
	}
	c->hold_ends_ms = 0;
	c->cookie = 0;
	set_due(b, c, c->is_pending);
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
	board_set_told(c, c->facts);
	c->window_ends_ms = now.mono_ms + BOARD_WINDOW_MS;
	c->is_pending = false;
	set_due(b, c, false);
}

static void note_time(struct board_card *c, enum board_time time, struct instant now)
{
	c->seen_ms[time] = now.wall_ms;
}

/* A file that no event has reported yet, or that was never readable. */
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
	board_remove_card(b, c);
}

static enum board_event_kind move_kind(enum board_lane from, enum board_lane to)
{
	if (to == BOARD_DONE && from != BOARD_DONE) {
		return BOARD_EVENT_COMPLETED;
	}
	return from == BOARD_INBOX && to == BOARD_ASSIGNED ? BOARD_EVENT_ASSIGNED
							   : BOARD_EVENT_MOVED;
}

/* The card at from moves to to. */
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
	board_set_told(to, was);
	memcpy(to->seen_ms, from->seen_ms, sizeof(to->seen_ms));
	struct board_event *e = add_event(b, kind, to, now);
	e->old_path = xstrdup(from->path);
	if (kind != BOARD_EVENT_MOVED) {
		note_time(to, kind == BOARD_EVENT_ASSIGNED ? BOARD_ASSIGNED_AT : BOARD_COMPLETED_AT,
			now);
	}
	told_now(b, to, now);
	release(b, from);
	board_remove_card(b, from);
	board_facts_unref(was);
}

/* ---- moves: pairing a file that goes with one that comes */

static bool is_any(const struct board_card *c)
{
	(void)c;
	return true;
}

static struct board_card *find_by_cookie(struct board *b, uint32_t cookie)
{
	for (struct list *l = b->due.prev; cookie != 0 && l != &b->due; l = l->prev) {
		struct board_card *c = list_entry(l, struct board_card, due);
		if (board_is_held_gone(c) && c->cookie == cookie) {
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
	struct board_card *from = board_find_same_id(&b->gone_by_id, id, c, board_is_held_gone);
	if (from != NULL) {
		tell_move(b, from, c, now);
	} else if (c->hold_ends_ms == 0 && board_find_same_id(&b->by_id, id, c, is_any) != NULL) {
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
		c = board_add_card(b, place);
	}
	if (board_is_held_gone(c)) { // replaced in place, as editors do
		release(b, c);
	}
	board_set_facts(b, c, facts);
	c->stat = *stat;
	if (b->is_silent) {
		board_set_told(c, facts);
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
	if (board_is_held_new(c)) {
		board_remove_card(b, c);
		return;
	}
	board_set_facts(b, c, NULL);
	c->is_pending = false;
	c->cookie = cookie;
	hash_add(&b->gone_by_id, &c->by_id, board_id_hash(c, c->told));
	hold(b, c, now);
	struct str id = board_shown_id(board_card_path(c), c->told);
	struct board_card *to = board_find_same_id(&b->by_id, id, c, board_is_held_new);
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
	const struct board_place from = board_card_place(c), place = {c->root, str_from(path)};
	struct board_facts *facts = board_facts_ref(c->facts);
	struct board_stat stat = c->stat;
	bool is_new = board_is_held_new(c);
	enum { ANY_COOKIE = 1 }; // any value: only these two calls use it
	board_drop(b, &from, ANY_COOKIE, now);
	(void)board_put(b, &place, facts, &stat, is_new ? 0 : ANY_COOKIE, now);
	free(path);
}

void board_move_directory(
	struct board *b, const struct board_place *from, struct str to, struct instant now)
{
	size_t first = board_position(b, from), count = 0;
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
	size_t at = board_position(b, &begin);
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
		if (board_is_held_gone(c)) {
			tell_gone(b, c, now);
		} else if (board_is_held_new(c)) {
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
		if (board_is_held_gone(c)) {
			release(b, c);
			board_remove_card(b, c);
		}
	}
	while (b->count > 0) {
		board_remove_card(b, b->cards[b->count - 1]);
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
