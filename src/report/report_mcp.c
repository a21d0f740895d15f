/* GET /api/mcp: what the servers of the Model Context Protocol were used for, by the names of their
 * tools: mcp__SERVER__TOOL. */
#include <stdlib.h>
#include <string.h>

#include "base/json_write.h"
#include "base/mem.h"
#include "report/report.h"
#include "store/store_db.h"

#define PREFIX "mcp__"
enum { SERVERS_MAX = 500, MAGNITUDES = 44, STEPS = 8, BUCKETS = MAGNITUDES * STEPS };

/* From an index that holds nothing else. By name: a server's tools stand together. */
static const char calls[] =
	"SELECT name, outcome, end_ms - begin_ms FROM tool_call INDEXED BY tool_call_of_mcp"
	" WHERE name >= 'mcp__' AND name < 'mcp_`' AND end_ms >= ?1 AND end_ms < ?2 ORDER BY name";

struct server {
	char name[REPORT_TEXT_BYTES];
	size_t name_size;
	int64_t calls, errors;
	int64_t counts[BUCKETS], sums_ms[BUCKETS]; // eight to each power of two
};

static size_t bucket_of(int64_t ms)
{
	size_t magnitude = 0;
	int64_t rest = ms > 0 ? ms : 0;
	while (rest >= 2 * STEPS && magnitude < MAGNITUDES - 2) {
		rest >>= 1;
		magnitude++;
	}
	size_t bucket = magnitude * STEPS + (size_t)rest;
	return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

static struct str server_of(struct str name)
{
	struct str rest = str_skip(name, sizeof(PREFIX) - 1);
	size_t size = 0;
	while (size < rest.size && !str_starts_with(str_skip(rest, size), STR("__"))) {
		size++;
	}
	size = size < REPORT_TEXT_BYTES ? size : REPORT_TEXT_BYTES;
	return (struct str){rest.data, size};
}

static void add(struct server *s, struct str outcome, int64_t ms)
{
	size_t bucket = bucket_of(ms);
	s->calls++;
	s->errors += str_equal(outcome, STR("error"));
	s->counts[bucket]++;
	s->sums_ms[bucket] += ms;
}

/* By nearest rank: the mean of the bucket in which that call lies. */
static int64_t percentile_of(const struct server *s, int64_t percent)
{
	int64_t rank = (s->calls * percent + 99) / 100, passed = 0;
	for (size_t i = 0; i < BUCKETS; i++) {
		passed += s->counts[i];
		if (s->counts[i] > 0 && passed >= rank) {
			return s->sums_ms[i] / s->counts[i];
		}
	}
	return 0;
}

/* ---- connections: few clients tell them, and fewer of which server */

struct connections {
	struct row {
		char name[REPORT_TEXT_BYTES];
		size_t name_size;
		int64_t connected, failed;
		bool is_written;
	} rows[SERVERS_MAX];
	size_t count;
};

static int read_connections(
	struct store_db *db, const struct report_request *request, struct connections *ret)
{
	struct store_query *q = store_db_query(db,
		"SELECT coalesce(server, ''), sum(status = 'connected'), sum(status = 'failed')"
		" FROM mcp_connection WHERE at_ms >= ?1 AND at_ms < ?2 GROUP BY 1 ORDER BY 1");
	store_db_bind_int(q, 1, request->from_ms);
	store_db_bind_int(q, 2, request->to_ms > 0 ? request->to_ms : INT64_MAX);
	while (ret->count < SERVERS_MAX && store_db_step(q)) {
		struct row *row = &ret->rows[ret->count++];
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
	bool is_called = s->calls > 0;
	if (row != NULL) {
		row->is_written = true;
	}
	json_object_begin(j);
	json_name_str(j, "server",
		s->name_size > 0 ? (struct str){s->name, s->name_size} : (struct str){0});
	report_name_number(j, "connections", row != NULL, row != NULL ? row->connected : 0);
	report_name_number(j, "failed_connections", row != NULL, row != NULL ? row->failed : 0);
	json_name_int(j, "calls", s->calls);
	json_name_int(j, "errors", s->errors);
	report_name_number(j, "p50_ms", is_called, percentile_of(s, 50));
	report_name_number(j, "p95_ms", is_called, percentile_of(s, 95));
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
	int count = 0;
	store_db_bind_int(q, 1, request->from_ms);
	store_db_bind_int(q, 2, request->to_ms > 0 ? request->to_ms : INT64_MAX);
	while (count < SERVERS_MAX && store_db_step(q)) {
		struct str name = server_of(store_db_text(q, 0));
		if (!str_equal(name, (struct str){s.name, s.name_size})) {
			if (s.calls > 0) {
				write_server(j, &s, c);
				count++;
			}
			s = (struct server){.name_size = name.size};
			memcpy(s.name, name.data, name.size);
		}
		add(&s, store_db_text(q, 1), store_db_int(q, 2));
	}
	if (count < SERVERS_MAX && s.calls > 0) {
		write_server(j, &s, c);
	}
	write_uncalled(j, c);
	return store_db_end(q);
}

int report_mcp(struct store_db *db, const struct report_request *request, struct buf *out)
{
	struct json_writer j;
	struct connections *c = xcalloc(1, sizeof(*c));
	json_writer_init(&j, out);
	int r = read_connections(db, request, c);
	json_object_begin(&j);
	json_name(&j, "servers");
	json_array_begin(&j);
	r = r < 0 ? r : write_servers(&j, db, request, c);
	free(c);
	json_array_end(&j);
	json_object_end(&j);
	return r;
}
