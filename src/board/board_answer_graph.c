/* GET /api/tasks/graph: which task waits for which. */
#include <stdlib.h>

#include "base/json_write.h"
#include "base/mem.h"
#include "board/board_answer.h"
#include "board/board_index.h"

struct graph {
	const struct board_index *ix;
	const struct board_id *only; // with its neighbours; NULL: all
	bool *is_near;               // of each id; NULL: all are
	size_t *order;               // indices of the ids shown, sorted
	size_t count;
};

static _Thread_local const struct board_index *sorting; // qsort(3) passes no context

static int compare_ids(const void *a, const void *b)
{
	const size_t *x = a, *y = b;
	return board_compare_texts(sorting->ids[*x].id, sorting->ids[*y].id);
}

static void mark_near(struct graph *g)
{
	size_t only = (size_t)(g->only - g->ix->ids);
	g->is_near = xcalloc(g->ix->id_count, sizeof(*g->is_near));
	g->is_near[only] = true;
	for (size_t i = 0; i < g->ix->edge_count; i++) {
		const struct board_edge *e = &g->ix->edges[i];
		if (e->from == only || e->to == only) {
			g->is_near[e->from] = g->is_near[e->to] = true;
		}
	}
}

static bool is_shown(const struct graph *g, size_t number)
{
	return g->is_near != NULL ? g->is_near[number] : g->ix->ids[number].has_edge;
}

static void choose(struct graph *g)
{
	g->order = xcalloc(g->ix->id_count + 1, sizeof(*g->order));
	for (size_t i = 0; i < g->ix->id_count; i++) {
		if (is_shown(g, i)) {
			g->order[g->count++] = i;
		}
	}
	sorting = g->ix;
	if (g->count > 1) {
		qsort(g->order, g->count, sizeof(*g->order), compare_ids);
	}
}

static void write_node(struct json_writer *j, const struct board_id *id)
{
	const struct board_card *c = board_id_card(id);
	struct str path = c != NULL ? board_card_path(c) : (struct str){0};
	json_object_begin(j);
	json_name_str(j, "id", id->id);
	json_name_str(j, "title", c != NULL ? board_shown_title(path, c->facts) : id->id);
	json_name_str(
		j, "status", c != NULL ? board_shown_status(path, c->facts) : (struct str){0});
	json_name_str(j, "lane", str_from(c != NULL ? board_lane_name(c->lane) : NULL));
	json_name_bool(j, "done", board_id_is_done(id));
	json_name_bool(j, "missing", c == NULL);
	json_name_bool(j, "cycle", id->is_cycle);
	json_object_end(j);
}

static void write_edges(struct json_writer *j, const struct graph *g)
{
	json_name(j, "edges");
	json_array_begin(j);
	for (size_t i = 0; i < g->count; i++) {
		const struct board_id *from = &g->ix->ids[g->order[i]];
		for (const struct board_edge *e = from->edges; e != NULL; e = e->next) {
			if (is_shown(g, e->to)) {
				json_object_begin(j);
				json_name_str(j, "from", from->id);
				json_name_str(j, "to", g->ix->ids[e->to].id);
				json_object_end(j);
			}
		}
	}
	json_array_end(j);
}

static bool has_id(const struct board_cycle *c, const struct graph *g)
{
	for (size_t i = 0; g->only != NULL && i < c->count; i++) {
		if (&g->ix->ids[c->ids[i]] == g->only) {
			return true;
		}
	}
	return g->only == NULL;
}

static void write_cycles(struct json_writer *j, const struct graph *g)
{
	json_name(j, "cycles");
	json_array_begin(j);
	for (size_t i = 0; i < g->ix->cycle_count; i++) {
		const struct board_cycle *c = &g->ix->cycles[i];
		if (!has_id(c, g)) {
			continue;
		}
		json_array_begin(j);
		for (size_t k = 0; k < c->count; k++) {
			json_str(j, g->ix->ids[c->ids[k]].id);
		}
		json_array_end(j);
	}
	json_array_end(j);
}

void board_answer_graph(const struct board_asked *a, struct json_writer *j)
{
	struct graph g = {.ix = board_index_of(a->board)};
	struct board_index none = {0};
	if (a->request->id != NULL) {
		g.only = board_index_find(g.ix, str_from(a->request->id));
		if (g.only != NULL) {
			mark_near(&g);
		} else {
			g.ix = &none;
		}
	}
	choose(&g);
	json_object_begin(j);
	json_name(j, "nodes");
	json_array_begin(j);
	for (size_t i = 0; i < g.count; i++) {
		write_node(j, &g.ix->ids[g.order[i]]);
	}
	json_array_end(j);
	write_edges(j, &g);
	write_cycles(j, &g);
	json_object_end(j);
	free(g.order);
	free(g.is_near);
}
