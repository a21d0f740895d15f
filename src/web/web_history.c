#include "web/web_history.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "http/http_json.h"
#include "http/http_later.h"
#include "http/http_query.h"
#include "http/http_response.h"
#include "meter/budget.h"
#include "report/report.h"
#include "store/store.h"
#include "web/web_board.h"
#include "web/web_export.h"
#include "web/web_purge.h"

/* One query, from request to answer. */
struct question {
	struct web_history *history;
	struct http_later *later;
	report_function *report;
	struct report_request request;
	struct buf live; // of a session: the live JSON object without its last '}'
	struct buf body;
	int result;
};

static void question_free(struct question *q)
{
	report_finish(&q->request);
	buf_finish(&q->live);
	buf_finish(&q->body);
	free(q);
}

/* ---- parameters */

enum { OFFSET_MAX = 1000000000 };

static bool read_text(struct str value, void *field, const struct report_request *r)
{
	(void)r;
	char **text = field;
	*text = value.size > 0 ? str_dup(value) : NULL;
	return true;
}

/* Up to the number a report takes, none empty. */
static bool read_kinds(struct str value, void *field, const struct report_request *r)
{
	struct str rest = value;
	int count = 0;
	while (rest.size > 0) {
		if (str_cut(&rest, ',').size == 0 || ++count > REPORT_KINDS) {
			return false;
		}
	}
	return read_text(value, field, r);
}

static bool read_groups(struct str value, void *field, const struct report_request *r)
{
	(void)r;
	return report_read_groups(value, field);
}

static bool read_number(struct str value, int64_t min, int64_t max, int64_t *ret)
{
	return str_to_int64(value, ret) && *ret >= min && *ret <= max;
}

static bool read_offset(struct str value, void *field, const struct report_request *r)
{
	(void)r;
	return read_number(value, 0, OFFSET_MAX, field);
}

static bool read_limit(struct str value, void *field, const struct report_request *r)
{
	(void)r;
	return read_number(value, 1, REPORT_PAGE_MAX, field);
}

static bool read_row(struct str value, void *field, const struct report_request *r)
{
	(void)r;
	return read_number(value, 1, INT64_MAX, field);
}

static bool read_from(struct str value, void *field, const struct report_request *r)
{
	int64_t *ret = field, day;
	bool is_date = report_read_date(value, r->now_ms, &day);
	*ret = is_date ? report_day_begin_ms(day) : 0;
	return is_date;
}

/* The last day is inclusive. */
static bool read_to(struct str value, void *field, const struct report_request *r)
{
	int64_t *ret = field, day;
	bool is_date = report_read_date(value, r->now_ms, &day);
	*ret = is_date ? report_day_begin_ms(report_day_plus(day, 1)) : 0;
	return is_date;
}

static const struct {
	const char *name;
	bool (*read)(struct str value, void *field, const struct report_request *r);
	size_t offset;
	const char *wanted;
} parameters[] = {
	{"from", read_from, offsetof(struct report_request, from_ms), "from takes YYYY-MM-DD"},
	{"to", read_to, offsetof(struct report_request, to_ms), "to takes YYYY-MM-DD"},
	{"project", read_text, offsetof(struct report_request, project), "project takes a name"},
	{"tool", read_text, offsetof(struct report_request, tool), "tool takes a name"},
	{"model", read_text, offsetof(struct report_request, model), "model takes a name"},
	{"by", read_groups, offsetof(struct report_request, groups),
		"by takes model, project, tool and day, with commas between them"},
	{"kind", read_kinds, offsetof(struct report_request, kind),
		"kind takes up to 8 words, with commas between them"},
	{"q", read_text, offsetof(struct report_request, text), "q takes a text"},
	{"offset", read_offset, offsetof(struct report_request, offset),
		"offset takes a number from 0"},
	{"limit", read_limit, offsetof(struct report_request, limit),
		"limit takes a number from 1 to 500"},
	{"before", read_row, offsetof(struct report_request, before),
		"before takes the id of an event"},
};

const char *web_history_read_parameters(struct str query, struct report_request *ret)
{
	const char *fault = NULL;
	struct buf value;
	buf_init(&value, REPORT_TEXT_BYTES);
	for (size_t i = 0; fault == NULL && i < ARRAY_SIZE(parameters); i++) {
		buf_clear(&value);
		void *field = (char *)ret + parameters[i].offset;
		if (http_query_find(query, str_from(parameters[i].name), &value) &&
			!parameters[i].read(buf_str(&value), field, ret)) {
			fault = parameters[i].wanted;
		}
	}
	buf_finish(&value);
	return fault;
}

/* ---- query and answer */

void web_history_write_fault(const struct http_request *req, struct http_response *res, int r)
{
	static const struct {
		int error, status;
		const char *message;
	} rows[] = {
		{-ENOENT, 404, "no such thing, now or in the history"},
		{-ENOTSUP, 404, "there is no history: see --store"},
		{-EAGAIN, 503, "too many questions to the history; try again"},
		{-ETIMEDOUT, 503, "the history took longer than 5 s"},
	};
	int status = 503;
	const char *message = "the history cannot be read or written; see /health";
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].error == r) {
			status = rows[i].status;
			message = rows[i].message;
		}
	}
	http_response_status(res, status);
	if (status == 503) {
		(void)http_response_header(res, "Retry-After", STR("1"));
	}
	http_json_error(req, res, status, str_from(message), NULL);
}

static void write_answer(const struct http_request *req, struct http_response *res, void *data)
{
	struct question *q = data;
	struct buf *out = http_response_body(res);
	if (q->result < 0 && q->live.size == 0) {
		web_history_write_fault(req, res, q->result);
		q->history->unknown += res->status == 404;
		return;
	}
	http_json_begin(res);
	if (q->live.size > 0) {
		struct str turns = q->result == 0         ? buf_str(&q->body)
				   : q->result == -ENOENT ? STR("[]") // nothing written yet
							  : STR("null");
		buf_append_str(out, buf_str(&q->live));
		buf_append_str(out, STR(",\"turn_list\":"));
		buf_append_str(out, turns);
		buf_append_char(out, '}');
	} else {
		buf_append_str(out, buf_str(&q->body));
	}
	buf_append_char(out, '\n');
}

static int run_report(struct store_db *db, void *arg)
{
	struct question *q = arg;
	int r = q->report(db, &q->request, &q->body);
	return r == 0 && q->body.overflowed ? -EFBIG : r;
}

static void on_answer(int r, void *arg)
{
	struct question *q = arg;
	q->result = r;
	http_later_answer(q->later, write_answer, q);
	question_free(q);
}

static struct question *question_create(
	struct web_history *w, const struct http_request *req, report_function *report)
{
	struct question *q = xcalloc(1, sizeof(*q));
	q->history = w;
	q->report = report;
	q->request.now_ms = req->now.wall_ms;
	q->request.limit = REPORT_PAGE;
	q->request.budget = *w->budget;
	q->request.is_subscription = *w->plan != 0;
	if (w->board != NULL) {
		q->request.tasks = web_board_count(w->board);
	}
	buf_init(&q->live, HTTP_RESPONSE_BYTES);
	buf_init(&q->body, HTTP_RESPONSE_BYTES);
	return q;
}

static void reject(const struct http_request *req, struct http_response *res, const char *message)
{
	http_response_status(res, 400);
	http_json_error(req, res, 400, str_from(message), NULL);
}

/* Rejects the first unknown parameter by name, escaped so that a browser cannot run it. */
static bool has_unknown(
	const struct http_request *req, struct http_response *res, const char *const *names)
{
	char message[128];
	struct str name = http_query_unknown(req->query, names);
	if (name.data == NULL) {
		return false;
	}
	(void)snprintf(message, sizeof(message), "unknown parameter: %.*s",
		(int)(name.size < 64 ? name.size : 64), name.data);
	reject(req, res, message);
	return true;
}

static void ask(struct web_history *w, struct question *q, const struct http_request *req,
	struct http_response *res)
{
	q->later = http_later_begin(req, res, NULL, NULL);
	if (q->later == NULL) {
		question_free(q);
		return;
	}
	int r = store_ask(w->store, run_report, on_answer, q);
	if (r < 0) {
		on_answer(r, q);
	}
}

/* A report that needs only its parameters. */
static void ask_with(struct web_history *w, const struct http_request *req,
	struct http_response *res, report_function *report, const char *const *names)
{
	if (has_unknown(req, res, names)) {
		return;
	}
	struct question *q = question_create(w, req, report);
	const char *fault = web_history_read_parameters(req->query, &q->request);
	if (fault != NULL) {
		reject(req, res, fault);
		question_free(q);
		return;
	}
	ask(w, q, req, res);
}

/* ---- routes */

static const char *const names_of_range[] = {"from", "to", "project", "tool", NULL};

static void get_stats(const struct http_request *req, struct http_response *res, void *data)
{
	static const char *const names[] = {"from", "to", "project", "tool", "model", "by", NULL};
	ask_with(data, req, res, report_stats, names);
}

static void get_events(const struct http_request *req, struct http_response *res, void *data)
{
	static const char *const names[] = {"kind", "project", "before", "limit", NULL};
	ask_with(data, req, res, report_events, names);
}

static void get_mcp(const struct http_request *req, struct http_response *res, void *data)
{
	static const char *const names[] = {"from", "to", NULL};
	ask_with(data, req, res, report_mcp, names);
}

static void get_models(const struct http_request *req, struct http_response *res, void *data)
{
	ask_with(data, req, res, report_models, names_of_range);
}

static void get_waits(const struct http_request *req, struct http_response *res, void *data)
{
	ask_with(data, req, res, report_waits, names_of_range);
}

static void get_timeline(const struct http_request *req, struct http_response *res, void *data)
{
	ask_with(data, req, res, report_timeline, names_of_range);
}

void web_history_sessions(const struct http_request *req, struct http_response *res, void *data)
{
	static const char *const names[] = {
		"past", "project", "tool", "from", "to", "q", "offset", "limit", NULL};
	ask_with(data, req, res, report_sessions, names);
}

void web_history_session(struct web_history *w, const struct http_request *req,
	struct http_response *res, struct str live)
{
	struct question *q = question_create(w, req, live.size > 0 ? report_turns : report_session);
	q->request.id = str_dup(req->path_parameters[0]);
	if (live.size > 0) {
		buf_append(&q->live, live.data, live.size - 1);
	}
	ask(w, q, req, res);
}

static void get_turn(const struct http_request *req, struct http_response *res, void *data)
{
	struct web_history *w = data;
	int64_t turn;
	if (!read_number(req->path_parameters[1], 0, INT32_MAX, &turn)) {
		reject(req, res, "a turn is a number");
		return;
	}
	struct question *q = question_create(w, req, report_turn);
	q->request.id = str_dup(req->path_parameters[0]);
	q->request.turn = turn;
	ask(w, q, req, res);
}

static const struct http_route routes[] = {
	{.path = "/api/stats", .methods = HTTP_GET, .handler = get_stats},
	{.path = "/api/events", .methods = HTTP_GET, .handler = get_events},
	{.path = "/api/export/*", .methods = HTTP_GET, .handler = web_export_get},
	{.path = "/api/mcp", .methods = HTTP_GET, .handler = get_mcp},
	{.path = "/api/models", .methods = HTTP_GET, .handler = get_models},
	{.path = "/api/sessions/*/turns/*", .methods = HTTP_GET, .handler = get_turn},
	{.path = "/api/timeline", .methods = HTTP_GET, .handler = get_timeline},
	{.path = "/api/waits", .methods = HTTP_GET, .handler = get_waits},
	{.path = "/api/purge",
		.methods = HTTP_POST,
		.handler = web_purge_post,
		.flags = HTTP_ROUTE_SAME_ORIGIN | HTTP_ROUTE_OWN_USER},
	{.path = "/api/prices/reprice",
		.methods = HTTP_POST,
		.handler = web_reprice_post,
		.flags = HTTP_ROUTE_SAME_ORIGIN | HTTP_ROUTE_OWN_USER},
};

struct http_route_group web_history_routes(struct web_history *w)
{
	return (struct http_route_group){.routes = routes, .count = ARRAY_SIZE(routes), .data = w};
}
