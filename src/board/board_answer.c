#include "board/board_answer.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "board/board_index.h"
#include "board/board_write.h"

enum { GROUP_BUCKETS = 256, TIME_BYTES = 96 };

const char *board_state_name(enum board_state state)
{
	static const char *const names[] = {
		[BOARD_OFF] = "off",
		[BOARD_WATCHING] = "watching",
		[BOARD_POLLING] = "polling",
		[BOARD_MISSING] = "missing",
	};
	return names[state];
}

size_t board_worst_root(const struct board_watching *w)
{
	size_t worst = 0;
	for (size_t i = 1; i < w->root_count; i++) {
		worst = w->states[i] > w->states[worst] ? i : worst;
	}
	return worst;
}

/* ---- filters */

static bool is_equal(const char *wanted, struct str text)
{
	return wanted == NULL || str_equal(str_from(wanted), text);
}

bool board_is_asked_for(const struct board_request *r, const struct board_card *c)
{
	struct str path = board_card_path(c);
	const struct board_facts *f = c->facts;
	struct str text = str_from(r->text);
	if (!is_equal(r->priority, board_shown_priority(f)) ||
		!is_equal(r->status, board_shown_status(path, f)) ||
		!(is_equal(r->agent, board_shown_agent(path, f)) ||
			is_equal(r->agent, board_shown_group(path, f)))) {
		return false;
	}
	return text.size == 0 || str_contains_nocase(board_shown_id(path, f), text) ||
	       str_contains_nocase(board_shown_title(path, f), text) ||
	       str_contains_nocase(board_shown_agent(path, f), text) ||
	       str_contains_nocase(path, text) || str_contains_nocase(f->members, text);
}

/* ---- groups: agents and their cards */

struct group {
	struct hash_node node;
	struct str name;
	size_t counts[BOARD_LANES];
	struct board_card **cards[BOARD_LANES]; // owned; sorted
};

struct groups {
	struct hash table;
	struct group **all; // owned, like each group
	size_t count, capacity;
	bool in_lane[BOARD_LANES];
};

static struct group *get_group(struct groups *g, struct str name)
{
	for (struct hash_node *n = hash_first(&g->table, str_hash(name)); n != NULL;
		n = hash_next(n)) {
		struct group *group = container_of(n, struct group, node);
		if (str_equal(group->name, name)) {
			return group;
		}
	}
	struct group *group = xcalloc(1, sizeof(*group));
	group->name = name;
	hash_add(&g->table, &group->node, str_hash(name));
	g->all = xgrow(g->all, g->count, &g->capacity, sizeof(struct group *));
	g->all[g->count++] = group;
	return group;
}

static int compare_places(const void *a, const void *b)
{
	const struct board_place *x = a, *y = b;
	return board_compare_texts(x->path, y->path);
}

static void add_to_group(struct groups *g, struct board_card *c, enum board_lane lane)
{
	struct group *group = get_group(g, board_shown_group(board_card_path(c), c->facts));
	group->cards[lane] = xgrow_list(
		group->cards[lane], group->counts[lane], sizeof(struct board_card *));
	group->cards[lane][group->counts[lane]++] = c;
}

/* Agents by directory first, sorted; then those that only files name. lane: whose directories and
 * cards make groups; BOARD_LANES: of both that have agents. */
static void collect_groups(struct groups *g, struct board *b, enum board_lane lane)
{
	*g = (struct groups){0};
	hash_init(&g->table, GROUP_BUCKETS);
	if (b->agent_count > 0) {
		qsort(b->agents, b->agent_count, sizeof(*b->agents), compare_places);
	}
	for (size_t i = 0; i < b->agent_count; i++) {
		struct str name = b->agents[i].path, first = str_cut(&name, '/');
		if (lane == BOARD_LANES || str_equal(first, str_from(board_lane_name(lane)))) {
			(void)get_group(g, name);
		}
	}
	for (size_t i = 0; i < b->count; i++) {
		struct board_card *c = b->cards[i];
		enum board_lane there = c->lane;
		if (there == lane ||
			(lane == BOARD_LANES && (there == BOARD_ASSIGNED || there == BOARD_DONE))) {
			add_to_group(g, c, there);
		}
	}
}

static void groups_finish(struct groups *g)
{
	for (size_t i = 0; i < g->count; i++) {
		for (size_t lane = 0; lane < BOARD_LANES; lane++) {
			free(g->all[i]->cards[lane]);
		}
		free(g->all[i]);
	}
	free(g->all);
	hash_finish(&g->table);
}

/* ---- the list */

static struct board_writing writing_of(const struct board_asked *a)
{
	return (struct board_writing){
		.board = a->board,
		.roots = a->watching->root_count > 1 ? a->watching->roots : NULL,
		.is_brief = a->request->is_brief,
	};
}

static void write_one(const struct board_asked *a, struct json_writer *j, struct board_card *c)
{
	struct board_writing how = writing_of(a);
	struct board_shown shown = board_shown_of(c);
	if (board_is_asked_for(a->request, c)) {
		board_write_card(j, &how, &shown);
	}
}

static void write_lane(const struct board_asked *a, struct json_writer *j, enum board_lane lane)
{
	json_name(j, board_lane_name(lane));
	json_array_begin(j);
	for (size_t i = 0; i < a->board->count && !j->out->overflowed; i++) {
		struct board_card *c = a->board->cards[i];
		if (c->lane == lane) {
			write_one(a, j, c);
		}
	}
	json_array_end(j);
}

/* A key from a file, not one of ours: needs escaping. */
static void name_text(struct json_writer *j, struct str name)
{
	json_str(j, name);
	buf_append_char(j->out, ':');
	j->comma = false;
}

static void write_groups(const struct board_asked *a, struct json_writer *j, enum board_lane lane)
{
	struct groups g;
	collect_groups(&g, a->board, lane);
	json_name(j, board_lane_name(lane));
	json_object_begin(j);
	for (size_t i = 0; i < g.count; i++) {
		name_text(j, g.all[i]->name);
		json_array_begin(j);
		for (size_t k = 0; k < g.all[i]->counts[lane] && !j->out->overflowed; k++) {
			write_one(a, j, g.all[i]->cards[lane][k]);
		}
		json_array_end(j);
	}
	json_object_end(j);
	groups_finish(&g);
}

static void write_counts(const struct board_asked *a, struct json_writer *j)
{
	const struct board_counts *c = &board_index_of(a->board)->counts;
	struct groups g;
	json_name(j, "counts");
	json_object_begin(j);
	for (size_t i = 0; i < BOARD_LANES; i++) {
		json_name_int(j, board_lane_name((enum board_lane)i), (int64_t)c->lanes[i]);
	}
	json_name_int(j, "total",
		(int64_t)(c->lanes[BOARD_INBOX] + c->lanes[BOARD_ASSIGNED] + c->lanes[BOARD_DONE]));
	json_name_int(j, "errors", (int64_t)c->errors);
	json_name_int(j, "contradictions", (int64_t)c->contradictions);
	json_name_int(j, "duplicates", (int64_t)c->duplicates);
	json_name(j, "by_agent");
	json_object_begin(j);
	collect_groups(&g, a->board, BOARD_LANES);
	for (size_t i = 0; i < g.count; i++) {
		name_text(j, g.all[i]->name);
		json_object_begin(j);
		json_name_int(j, "assigned", (int64_t)g.all[i]->counts[BOARD_ASSIGNED]);
		json_name_int(j, "done", (int64_t)g.all[i]->counts[BOARD_DONE]);
		json_object_end(j);
	}
	groups_finish(&g);
	json_object_end(j);
	json_object_end(j);
}

static int compare_ignored(const void *a, const void *b)
{
	const struct board_ignored *x = a, *y = b;
	return x->root != y->root ? (x->root > y->root) - (x->root < y->root)
				  : board_compare_texts(str_from(x->path), str_from(y->path));
}

static void write_ignored(const struct board_asked *a, struct json_writer *j)
{
	struct board *b = a->board;
	if (b->ignored_count > 0) {
		qsort(b->ignored, b->ignored_count, sizeof(*b->ignored), compare_ignored);
	}
	json_name(j, "ignored");
	json_array_begin(j);
	for (size_t i = 0; i < b->ignored_count; i++) {
		json_object_begin(j);
		json_name_str(j, "path", str_from(b->ignored[i].path));
		json_name_str(j, "reason", str_from(b->ignored[i].reason));
		if (a->watching->root_count > 1) {
			json_name_str(j, "dir", str_from(a->watching->roots[b->ignored[i].root]));
		}
		json_object_end(j);
	}
	json_array_end(j);
}

static void write_state(const struct board_asked *a, struct json_writer *j)
{
	const struct board_watching *w = a->watching;
	size_t worst = board_worst_root(w);
	struct buf time;
	json_name_str(j, "dir", str_from(w->root_count > 0 ? w->roots[0] : NULL));
	json_name_str(j, "state",
		str_from(board_state_name(w->root_count > 0 ? w->states[worst] : BOARD_OFF)));
	json_name_str(j, "reason", str_from(w->root_count > 0 ? w->reasons[worst] : NULL));
	if (w->root_count > 1) {
		json_name(j, "dirs");
		json_array_begin(j);
		for (size_t i = 0; i < w->root_count; i++) {
			json_object_begin(j);
			json_name_str(j, "dir", str_from(w->roots[i]));
			json_name_str(j, "state", str_from(board_state_name(w->states[i])));
			json_name_str(j, "reason", str_from(w->reasons[i]));
			json_object_end(j);
		}
		json_array_end(j);
	}
	json_name_bool(j, "truncated", a->board->is_truncated);
	buf_init(&time, TIME_BYTES);
	instant_append_utc(&time, a->request->now_ms);
	json_name_str(j, "timestamp", buf_str(&time));
	buf_finish(&time);
}

static void write_list(const struct board_asked *a, struct json_writer *j)
{
	json_object_begin(j);
	write_lane(a, j, BOARD_INBOX);
	write_groups(a, j, BOARD_ASSIGNED);
	write_groups(a, j, BOARD_DONE);
	write_lane(a, j, BOARD_OTHER);
	if (a->request->with_archive) {
		write_lane(a, j, BOARD_ARCHIVE);
	}
	write_counts(a, j);
	write_ignored(a, j);
	write_state(a, j);
	json_object_end(j);
}

/* ---- one card */

static const struct board_card *find_card(const struct board_asked *a)
{
	const struct board_request *r = a->request;
	const struct board_id *id = board_index_find(board_index_of(a->board), str_from(r->id));
	if (id == NULL || r->path == NULL) {
		return id != NULL ? board_id_card(id) : NULL;
	}
	const struct board_card *c = id->first;
	while (c != NULL && !str_equal(board_card_path(c), str_from(r->path))) {
		c = c->next_same;
	}
	return c;
}

static int write_whole(const struct board_asked *a, struct json_writer *j)
{
	const struct board_card *c = find_card(a);
	if (c == NULL) {
		return -ENOENT;
	}
	const struct board_place place = {c->root, board_card_path(c)};
	struct board_facts *whole = c->facts->cut.size > 0 ? a->read_whole(&place, a->data) : NULL;
	struct board_shown shown = board_shown_of(c);
	struct board_writing how = writing_of(a);
	how.is_brief = false;
	/* if it has changed since, inotify will have it read again shortly */
	shown.facts = whole != NULL && whole->hash == c->facts->hash ? whole : c->facts;
	board_write_card(j, &how, &shown);
	board_facts_unref(whole);
	return 0;
}

/* ---- exports */

static void write_export(const struct board_asked *a, struct json_writer *j)
{
	json_array_begin(j);
	for (size_t i = 0; i < a->board->count && !j->out->overflowed; i++) {
		struct board_card *c = a->board->cards[i];
		enum board_lane lane = c->lane;
		if (lane != BOARD_ARCHIVE || a->request->with_archive) {
			write_one(a, j, c);
		}
	}
	json_array_end(j);
}

int board_answer(const struct board_asked *a, struct buf *out)
{
	struct json_writer j;
	int r = 0;
	json_writer_init(&j, out);
	switch (a->request->question) {
	case BOARD_ASK_LIST: write_list(a, &j); break;
	case BOARD_ASK_CARD: r = write_whole(a, &j); break;
	case BOARD_ASK_GRAPH: board_answer_graph(a, &j); break;
	case BOARD_ASK_HISTORY: board_answer_history(a, &j); break;
	case BOARD_ASK_CSV: board_answer_csv(a, out); break;
	case BOARD_ASK_JSON: write_export(a, &j); break;
	case BOARD_ASK_OTHER: a->request->other(a->board, out, a->request->other_data); break;
	}
	bool is_line = a->request->question != BOARD_ASK_CSV &&
		       a->request->question != BOARD_ASK_OTHER;
	if (r == 0 && is_line) {
		buf_append_char(out, '\n');
	}
	return r == 0 && out->overflowed ? -EFBIG : r;
}
