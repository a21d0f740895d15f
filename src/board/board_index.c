#include "board/board_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"

int board_compare_texts(struct str a, struct str b)
{
	size_t size = min_size(a.size, b.size);
	int order = size > 0 ? memcmp(a.data, b.data, size) : 0;
	return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

/* ---- ids */

static struct board_id *find_hashed(const struct board_index *ix, struct str id, uint64_t hash)
{
	for (struct hash_node *n = hash_first(&ix->table, hash); n != NULL; n = hash_next(n)) {
		struct board_id *entry = container_of(n, struct board_id, node);
		if (str_equal(entry->id, id)) {
			return entry;
		}
	}
	return NULL;
}

static struct board_id *find_id(const struct board_index *ix, struct str id)
{
	return find_hashed(ix, id, str_hash(id));
}

const struct board_id *board_index_find(const struct board_index *ix, struct str id)
{
	return find_id(ix, id);
}

/* The array has room for every id there can be. */
static struct board_id *get_id(struct board_index *ix, struct str id, uint64_t hash)
{
	struct board_id *entry = find_hashed(ix, id, hash);
	if (entry == NULL) {
		entry = &ix->ids[ix->id_count++];
		entry->id = id;
		hash_add(&ix->table, &entry->node, hash);
	}
	return entry;
}

static size_t number_of(const struct board_index *ix, const struct board_id *id)
{
	return (size_t)(id - ix->ids);
}

const struct board_card *board_id_card(const struct board_id *id)
{
	const struct board_card *best = NULL;
	enum board_lane best_lane = BOARD_LANES;
	for (const struct board_card *c = id->first; c != NULL; c = c->next_same) {
		if (c->lane < best_lane) {
			best = c;
			best_lane = c->lane;
		}
	}
	return best;
}

static bool is_contradictory(const struct board_card *c, enum board_lane lane)
{
	struct str agent = board_place_agent(board_card_path(c));
	struct str given = c->facts->fields[BOARD_AGENT];
	return !board_status_fits(c->facts->known_status, lane) ||
	       (agent.data != NULL && given.data != NULL && lane != BOARD_OTHER &&
		       !str_equal(agent, given));
}

static void enter_card(struct board_index *ix, struct board_card *c)
{
	struct str path = board_card_path(c);
	enum board_lane lane = c->lane;
	struct board_id *id = get_id(ix, board_shown_id(path, c->facts), c->by_id.hash);
	c->id_number = number_of(ix, id);
	c->next_same = NULL;
	if (id->last != NULL) {
		id->last->next_same = c;
	} else {
		id->first = c;
	}
	id->last = c;
	id->count++;
	id->undone += lane != BOARD_DONE && lane != BOARD_ARCHIVE;
	ix->counts.lanes[lane]++;
	ix->counts.errors += c->facts->is_broken;
	ix->counts.contradictions += lane != BOARD_ARCHIVE && is_contradictory(c, lane);
	ix->counts.duplicates += id->count == 2;
}

/* ---- edges */

static bool has_edge(const struct board_index *ix, size_t from, size_t to, uint64_t hash)
{
	for (struct hash_node *n = hash_first(&ix->edge_table, hash); n != NULL; n = hash_next(n)) {
		const struct board_edge *e = container_of(n, struct board_edge, node);
		if (e->from == from && e->to == to) {
			return true;
		}
	}
	return false;
}

static void add_edge(struct board_index *ix, size_t from, size_t to, bool is_reverse)
{
	uint64_t hash = ((uint64_t)from * UINT64_C(0x9e3779b97f4a7c15)) ^
			((uint64_t)to * UINT64_C(0xc2b2ae3d27d4eb4f));
	hash ^= hash >> 32;
	if (has_edge(ix, from, to, hash)) {
		return;
	}
	struct board_id *id = &ix->ids[from];
	struct board_edge *e = &ix->edges[ix->edge_count++];
	*e = (struct board_edge){.from = from, .to = to, .is_reverse = is_reverse};
	hash_add(&ix->edge_table, &e->node, hash);
	if (id->last_edge != NULL) {
		id->last_edge->next = e;
	} else {
		id->edges = e;
	}
	id->last_edge = e;
	id->has_edge = ix->ids[to].has_edge = true;
}

static void add_edges(struct board_index *ix, const struct board *b)
{
	for (size_t i = 0; i < b->count; i++) {
		const struct board_card *c = b->cards[i];
		for (size_t k = 0; k < c->facts->needs_count; k++) {
			size_t to = number_of(
				ix, get_id(ix, c->facts->needs[k], str_hash(c->facts->needs[k])));
			add_edge(ix, c->id_number, to, false);
		}
	}
	for (size_t i = 0; i < b->count; i++) {
		const struct board_card *c = b->cards[i];
		for (size_t k = 0; k < c->facts->blocks_count; k++) {
			const struct board_id *from = find_id(ix, c->facts->blocks[k]);
			if (from != NULL && from->count > 0) {
				add_edge(ix, number_of(ix, from), c->id_number, true);
			}
		}
	}
}

/* ---- circles: Tarjan's algorithm, with a stack of its own */

struct frame {
	size_t id;
	const struct board_edge *edge; // the next to follow
};

struct search {
	struct board_index *ix;
	struct frame *frames; // owned, like the next; one per id
	size_t *open;
	size_t frame_count, open_count, order;
};

static _Thread_local const struct board_index *sorting; // qsort(3) passes no context

static int compare_ids(const void *a, const void *b)
{
	const size_t *x = a, *y = b;
	return board_compare_texts(sorting->ids[*x].id, sorting->ids[*y].id);
}

static int compare_cycles(const void *a, const void *b)
{
	const struct board_cycle *x = a, *y = b;
	return compare_ids(&x->ids[0], &y->ids[0]);
}

static bool waits_for_itself(const struct board_id *id, size_t number)
{
	for (const struct board_edge *e = id->edges; e != NULL; e = e->next) {
		if (e->to == number) {
			return true;
		}
	}
	return false;
}

static void add_cycle(struct board_index *ix, const size_t *ids, size_t count)
{
	struct board_cycle c = {xcalloc(count, sizeof(*c.ids)), count};
	memcpy(c.ids, ids, count * sizeof(*ids));
	for (size_t i = 0; i < count; i++) {
		ix->ids[ids[i]].is_cycle = true;
	}
	ix->cycles = xgrow_list(ix->cycles, ix->cycle_count, sizeof(*ix->cycles));
	ix->cycles[ix->cycle_count++] = c;
}

static void open_id(struct search *s, size_t number)
{
	struct board_id *id = &s->ix->ids[number];
	id->order = id->low = ++s->order;
	id->is_open = true;
	s->open[s->open_count++] = number;
	s->frames[s->frame_count++] = (struct frame){number, id->edges};
}

/* All edges have been followed: if this id is the lowest of its component, pop the component. */
static void close_id(struct search *s)
{
	size_t number = s->frames[--s->frame_count].id;
	struct board_id *id = &s->ix->ids[number];
	if (s->frame_count > 0) {
		struct board_id *parent = &s->ix->ids[s->frames[s->frame_count - 1].id];
		parent->low = min_size(parent->low, id->low);
	}
	if (id->low != id->order) {
		return;
	}
	size_t first = s->open_count;
	do {
		first--;
		s->ix->ids[s->open[first]].is_open = false;
	} while (s->open[first] != number);
	if (s->open_count - first > 1 || waits_for_itself(id, number)) {
		add_cycle(s->ix, s->open + first, s->open_count - first);
	}
	s->open_count = first;
}

static void search_from(struct search *s, size_t number)
{
	open_id(s, number);
	while (s->frame_count > 0) {
		struct frame *f = &s->frames[s->frame_count - 1];
		const struct board_edge *e = f->edge;
		if (e == NULL) {
			close_id(s);
			continue;
		}
		f->edge = e->next;
		struct board_id *from = &s->ix->ids[f->id], *to = &s->ix->ids[e->to];
		if (to->order == 0) {
			open_id(s, e->to);
		} else if (to->is_open) {
			from->low = min_size(from->low, to->order);
		}
	}
}

static void find_cycles(struct board_index *ix)
{
	struct search s = {.ix = ix};
	s.frames = xcalloc(ix->id_count + 1, sizeof(*s.frames));
	s.open = xcalloc(ix->id_count + 1, sizeof(*s.open));
	for (size_t i = 0; i < ix->id_count; i++) {
		if (ix->ids[i].order == 0 && ix->ids[i].edges != NULL) {
			search_from(&s, i);
		}
	}
	free(s.frames);
	free(s.open);
	sorting = ix;
	for (size_t i = 0; i < ix->cycle_count; i++) {
		qsort(ix->cycles[i].ids, ix->cycles[i].count, sizeof(size_t), compare_ids);
	}
	if (ix->cycle_count > 1) {
		qsort(ix->cycles, ix->cycle_count, sizeof(*ix->cycles), compare_cycles);
	}
}

/* ---- the whole */

const struct board_index *board_index_of(struct board *b)
{
	if (b->index != NULL) {
		return b->index;
	}
	size_t needs = 0, blocks = 0;
	for (size_t i = 0; i < b->count; i++) {
		needs += b->cards[i]->facts->needs_count;
		blocks += b->cards[i]->facts->blocks_count;
	}
	struct board_index *ix = xcalloc(1, sizeof(*ix));
	ix->ids = xcalloc(b->count + needs + 1, sizeof(*ix->ids));
	ix->edges = xcalloc(needs + blocks + 1, sizeof(*ix->edges));
	hash_init(&ix->table, b->count + needs);
	hash_init(&ix->edge_table, needs + blocks);
	for (size_t i = 0; i < b->count; i++) {
		enter_card(ix, b->cards[i]);
	}
	add_edges(ix, b);
	find_cycles(ix);
	b->index = ix;
	return ix;
}

void board_index_free(struct board_index *ix)
{
	if (ix == NULL) {
		return;
	}
	for (size_t i = 0; i < ix->cycle_count; i++) {
		free(ix->cycles[i].ids);
	}
	hash_finish(&ix->table);
	hash_finish(&ix->edge_table);
	free(ix->cycles);
	free(ix->edges);
	free(ix->ids);
	free(ix);
}
