/* GET /api/waits: how long assistants waited for their user, by the tool in question; the longest
 * total first. */
#include <stdlib.h>
#include <string.h>

#include "base/json_write.h"
#include "base/mem.h"
#include "report/report.h"
#include "store/store_db.h"

static const char waits[] = "SELECT kind, name, outcome, end_ms - begin_ms FROM wait"
			    " WHERE end_ms >= ?1 AND end_ms < ?2 AND (?3 IS NULL OR project = ?3)"
			    " AND (?4 IS NULL OR tool = ?4)";

/* All waits of a kind for a tool. SQLite would sort them all, and by texts. */
struct group {
	char *kind, *name; // owned; name: NULL: of none
	int64_t refused, interrupted, sum_ms;
	int64_t *all_ms; // owned
	size_t count, capacity;
};

struct groups {
	struct group *all; // owned
	size_t count, capacity;
};

static bool is_group(const struct group *g, struct str kind, struct str name, bool has_name)
{
	return str_equal(str_from(g->kind), kind) && (g->name != NULL) == has_name &&
	       (!has_name || str_equal(str_from(g->name), name));
}

static struct group *find_group(struct groups *g, const struct store_query *q)
{
	struct str kind = store_db_text(q, 0), name = store_db_text(q, 1);
	bool has_name = !store_db_is_null(q, 1);
	for (size_t i = 0; i < g->count; i++) {
		if (is_group(&g->all[i], kind, name, has_name)) {
			return &g->all[i];
		}
	}
	g->all = xgrow(g->all, g->count, &g->capacity, sizeof(*g->all));
	g->all[g->count] = (struct group){
		.kind = str_dup(kind), .name = has_name ? str_dup(name) : NULL};
	return &g->all[g->count++];
}

static void add_wait(struct groups *groups, const struct store_query *q)
{
	struct group *g = find_group(groups, q);
	struct str outcome = store_db_text(q, 2);
	int64_t ms = store_db_int(q, 3);
	g->refused += str_equal(outcome, STR("rejected"));
	g->interrupted += str_equal(outcome, STR("interrupted"));
	g->sum_ms += ms;
	g->all_ms = xgrow(g->all_ms, g->count, &g->capacity, sizeof(*g->all_ms));
	g->all_ms[g->count++] = ms;
}

static int read_waits(
	struct groups *groups, struct store_db *db, const struct report_request *request)
{
	struct store_query *q = store_db_query(db, waits);
	store_db_bind_int(q, 1, request->from_ms);
	store_db_bind_int(q, 2, request->to_ms > 0 ? request->to_ms : INT64_MAX);
	if (request->project != NULL) {
		store_db_bind_text(q, 3, str_from(request->project));
	}
	if (request->tool != NULL) {
		store_db_bind_text(q, 4, str_from(request->tool));
	}
	while (store_db_step(q)) {
		add_wait(groups, q);
	}
	return store_db_end(q);
}

static int compare_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? (a != NULL) - (b != NULL) : strcmp(a, b);
}

static int compare_groups(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	if (x->sum_ms != y->sum_ms) {
		return x->sum_ms > y->sum_ms ? -1 : 1;
	}
	int by_kind = strcmp(x->kind, y->kind);
	return by_kind != 0 ? by_kind : compare_text(x->name, y->name);
}

static int compare_ms(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* Percentiles by nearest rank. */
static void write_group(struct json_writer *j, struct group *g)
{
	qsort(g->all_ms, g->count, sizeof(*g->all_ms), compare_ms);
	json_object_begin(j);
	json_name_str(j, "kind", str_from(g->kind));
	json_name_str(j, "name", str_from(g->name));
	json_name_int(j, "asks", (int64_t)g->count);
	json_name_int(j, "refused", g->refused);
	json_name_int(j, "interrupted", g->interrupted);
	json_name_int(j, "waited_ms", g->sum_ms);
	json_name_int(j, "median_ms", g->all_ms[(g->count + 1) / 2 - 1]);
	json_name_int(j, "p95_ms", g->all_ms[(g->count * 95 + 99) / 100 - 1]);
	json_name_int(j, "max_ms", g->all_ms[g->count - 1]);
	json_object_end(j);
}

static void groups_finish(struct groups *g)
{
	for (size_t i = 0; i < g->count; i++) {
		free(g->all[i].kind);
		free(g->all[i].name);
		free(g->all[i].all_ms);
	}
	free(g->all);
}

int report_waits(struct store_db *db, const struct report_request *request, struct buf *out)
{
	struct groups groups = {0};
	struct json_writer j;
	int r = read_waits(&groups, db, request);
	if (groups.count > 0) {
		qsort(groups.all, groups.count, sizeof(*groups.all), compare_groups);
	}
	json_writer_init(&j, out);
	json_object_begin(&j);
	json_name(&j, "waits");
	json_array_begin(&j);
	for (size_t i = 0; i < groups.count; i++) {
		write_group(&j, &groups.all[i]);
	}
	json_array_end(&j);
	json_object_end(&j);
	groups_finish(&groups);
	return r;
}
