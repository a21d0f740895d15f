#include "board/board_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "board/board_index.h"

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

size_t board_position(const struct board *b, const struct board_place *place)
{
	size_t low = 0, high = b->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct board_place there = board_card_place(b->cards[middle]);
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
	struct board_place place = board_card_place(c);
	size_t at = board_position(b, &place);
	b->cards = xgrow(b->cards, b->count, &b->capacity, sizeof(struct board_card *));
	memmove(b->cards + at + 1, b->cards + at, (b->count - at) * sizeof(struct board_card *));
	b->cards[at] = c;
	b->count++;
}

static void leave(struct board *b, const struct board_card *c)
{
	struct board_place place = board_card_place(c);
	size_t at = board_position(b, &place);
	b->count--;
	memmove(b->cards + at, b->cards + at + 1, (b->count - at) * sizeof(struct board_card *));
}

uint64_t board_id_hash(const struct board_card *c, const struct board_facts *f)
{
	return str_hash(board_shown_id(board_card_path(c), f));
}

void board_set_facts(struct board *b, struct board_card *c, struct board_facts *facts)
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
		hash_add(&b->by_id, &c->by_id, board_id_hash(c, facts));
		b->bytes += facts->bytes;
	}
	changed(b);
}

void board_set_told(struct board_card *c, struct board_facts *told)
{
	struct board_facts *before = c->told;
	c->told = told != NULL ? board_facts_ref(told) : NULL;
	board_facts_unref(before);
}

struct board_card *board_add_card(struct board *b, const struct board_place *place)
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

void board_remove_card(struct board *b, struct board_card *c)
{
	if (c->facts != NULL) {
		board_set_facts(b, c, NULL);
	}
	list_remove(&c->due);
	hash_remove(&b->by_path, &c->by_path);
	board_set_told(c, NULL);
	free(c);
}

/* ---- cards of the same id */

static struct str name_of(const struct board_card *c)
{
	struct str path = board_card_path(c);
	while (str_has_char(path, '/')) {
		(void)str_cut(&path, '/');
	}
	return path;
}

struct board_card *board_find_same_id(const struct hash *h, struct str id,
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

/* ---- ignored entries and agents */

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

/* Whether path is that directory or below it. prefix: "a/b/", or "" for all. */
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
