/* GET /api/mcp: use of Model Context Protocol servers, by the names of their tools:
 * mcp__SERVER__TOOL. */
#include <stdlib.h>
#include <string.h>

#include "base/json_write.h"
#include "base/mem.h"
#include "report/report.h"
#include "report/report_latency.h"
#include "store/store_db.h"

enum { DAY_MAX = 99991231 };

/* A server's rows stand together. */
static const char calls[] =
	"SELECT server, low_ms, sum(calls), sum(errors), sum(sum_ms) FROM mcp_daily"
	" WHERE day BETWEEN ?1 AND ?2 GROUP BY server, low_ms HAVING sum(calls) > 0"
	" ORDER BY server, low_ms";

struct server {
	char name[REPORT_TEXT_BYTES];
	size_t name_size;
	int64_t errors;
	struct report_histogram durations;
};

/* ---- connections: few clients report them, and fewer name the server */

struct connections {
	struct row {
		char name[REPORT_TEXT_BYTES];
		size_t name_size;
		int64_t connected, failed;
		bool is_written;
	} * rows; // owned
	size_t count, capacity;
};

static int read_connections(
	struct store_db *db, const struct report_request *request, struct connections *ret)
{
	struct store_query *q = store_db_query(db,
		"SELECT coalesce(server, ''), sum(status = 'connected'), sum(status = 'failed')"
		" FROM mcp_connection WHERE at_ms >= ?1 AND at_ms < ?2 GROUP BY 1 ORDER BY 1");
	store_db_bind_int(q, 1, request->from_ms);
	store_db_bind_int(q, 2, request->to_ms > 0 ? request->to_ms : INT64_MAX);
	while (store_db_step(q)) {
		ret->rows = xgrow(ret->rows, ret->count, &ret->capacity, sizeof(*ret->rows));
		struct row *row = &ret->rows[ret->count++];
		*row = (struct row){0};
		struct str name = str_first(store_db_text(q, 0), REPORT_TEXT_BYTES);
		row->name_size = name.size;
		if (name.size > 0) {
			memcpy(row->name, name.data, name.size);
		}
		row->connected = store_db_int(q, 1);
		row->failed = store_db_int(q, 2);
	}
	return store_db_end(q);
}

static struct row *find_connections(struct connections *c, const struct server *s)
{
	for (size_t i = 0; i < c->count; i++) {
		struct row *row = &c->rows[i];
		if (str_equal((struct str){row->name, row->name_size},
			    (struct str){s->name, s->name_size})) {
			return row;
		}
	}
	return NULL;
}

static void write_server(struct json_writer *j, const struct server *s, struct connections *c)
{
	struct row *row = find_connections(c, s);
	bool is_called = s->durations.count > 0;
	if (row != NULL) {
		row->is_written = true;
	}
	json_object_begin(j);
	json_name_str(j, "server",
		s->name_size > 0 ? (struct str){s->name, s->name_size} : (struct str){0});
	report_name_number(j, "connections", row != NULL, row != NULL ? row->connected : 0);
	report_name_number(j, "failed_connections", row != NULL, row != NULL ? row->failed : 0);
	json_name_int(j, "calls", s->durations.count);
	json_name_int(j, "errors", s->errors);
	report_name_number(j, "p50_ms", is_called, report_histogram_percentile(&s->durations, 50));
	report_name_number(j, "p95_ms", is_called, report_histogram_percentile(&s->durations, 95));
	json_object_end(j);
}

/* Those that were connected, and no more. */
static void write_uncalled(struct json_writer *j, struct connections *c)
{
	for (size_t i = 0; i < c->count; i++) {
		struct server s = {.name_size = c->rows[i].name_size};
		memcpy(s.name, c->rows[i].name, s.name_size);
		if (!c->rows[i].is_written) {
			write_server(j, &s, c);
		}
	}
}

static int write_servers(struct json_writer *j, struct store_db *db,
	const struct report_request *request, struct connections *c)
{
	struct store_query *q = store_db_query(db, calls);
	struct server s = {0};
	store_db_bind_int(q, 1, request->from_ms > 0 ? report_day(request->from_ms) : 0);
	store_db_bind_int(q, 2, request->to_ms > 0 ? report_day(request->to_ms - 1) : DAY_MAX);
	while (store_db_step(q)) {
		struct str name = str_first(store_db_text(q, 0), REPORT_TEXT_BYTES);
		if (!str_equal(name, (struct str){s.name, s.name_size})) {
			if (s.durations.count > 0) {
				write_server(j, &s, c);
			}
			s = (struct server){.name_size = name.size};
			memcpy(s.name, name.data, name.size);
		}
		s.errors += store_db_int(q, 3);
		report_histogram_add(
			&s.durations, store_db_int(q, 1), store_db_int(q, 2), store_db_int(q, 4));
	}
	if (s.durations.count > 0) {
		write_server(j, &s, c);
	}
	write_uncalled(j, c);
	return store_db_end(q);
}

int report_mcp(struct store_db *db, const struct report_request *request, struct buf *out)
{
	struct json_writer j;
	struct connections c = {0};
	json_writer_init(&j, out);
	int r = read_connections(db, request, &c);
	json_object_begin(&j);
	json_name(&j, "servers");
	json_array_begin(&j);
	r = r < 0 ? r : write_servers(&j, db, request, &c);
	free(c.rows);
	json_array_end(&j);
	json_object_end(&j);
	return r;
}
