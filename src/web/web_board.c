#include "web/web_board.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_write.h"
#include "base/local_day.h"
#include "base/mem.h"
#include "board/board_thread.h"
#include "http/http_json.h"
#include "http/http_later.h"
#include "http/http_query.h"
#include "http/http_response.h"
#include "report/report.h"

enum { VALUE_BYTES = 1024, DAYS_DEFAULT = 30, DAYS_MAX = 3660 };

#define ANSWER_BYTES ((size_t)128 << 20) // 20 000 full cards

/* One query, from request to answer. */
struct asking {
	struct http_later *later;
	enum board_question question;
	struct buf body;
	int result;
};

/* ---- parameters */

static char *take_text(const struct http_request *req, const char *name)
{
	struct buf value;
	char *ret = NULL;
	buf_init(&value, VALUE_BYTES);
	if (http_query_find(req->query, str_from(name), &value) && value.size > 0) {
		ret = str_dup(buf_str(&value));
	}
	buf_finish(&value);
	return ret;
}

static bool take_switch(const struct http_request *req, const char *name)
{
	cleanup_free char *value = take_text(req, name);
	return value != NULL && strcmp(value, "1") == 0;
}

/* False: given, but not a date. */
static bool take_day(const struct http_request *req, const char *name, int64_t *ret)
{
	cleanup_free char *value = take_text(req, name);
	return value == NULL || local_day_read(str_from(value), req->now.wall_ms, ret);
}

/* NULL, or what is wrong. */
static const char *take_days(const struct http_request *req, struct board_request *r)
{
	r->to_day = local_day_of(req->now.wall_ms);
	if (!take_day(req, "to", &r->to_day)) {
		return "to takes YYYY-MM-DD";
	}
	r->from_day = local_day_plus(r->to_day, 1 - DAYS_DEFAULT);
	if (!take_day(req, "from", &r->from_day)) {
		return "from takes YYYY-MM-DD";
	}
	if (r->from_day > r->to_day) {
		return "from lies behind to";
	}
	return local_day_plus(r->from_day, DAYS_MAX) < r->to_day ? "at most ten years" : NULL;
}

static const char *take_parameters(const struct http_request *req, struct board_request *r)
{
	r->now_ms = req->now.wall_ms;
	r->agent = take_text(req, "agent");
	r->priority = take_text(req, "priority");
	r->status = take_text(req, "status");
	r->text = take_text(req, "q");
	r->path = take_text(req, "path");
	r->is_brief = take_switch(req, "brief");
	r->with_archive = take_switch(req, "archive");
	if (r->question == BOARD_ASK_GRAPH) {
		r->id = take_text(req, "id");
	} else if (r->question == BOARD_ASK_CARD) {
		r->id = str_dup(req->path_parameters[0]);
	}
	return r->question == BOARD_ASK_HISTORY ? take_days(req, r) : NULL;
}

/* ---- query and answer */

static void reject(
	const struct http_request *req, struct http_response *res, int status, const char *message)
{
	http_response_status(res, status);
	http_json_error(req, res, status, str_from(message), NULL);
}

static void write_fault(const struct http_request *req, struct http_response *res, int r)
{
	if (r == -ENOENT) {
		reject(req, res, 404, "no task of that id");
	} else if (r == -EFBIG) {
		reject(req, res, 503, "larger than 128 MiB: ask with brief=1, or for less");
	} else {
		(void)http_response_header(res, "Retry-After", STR("1"));
		reject(req, res, 503, "too many questions to the task board; try again");
	}
}

static void begin_csv(struct http_response *res)
{
	http_response_type(res, "text/csv; charset=utf-8");
	http_response_private(res);
	(void)http_response_header(
		res, "Content-Disposition", STR("attachment; filename=\"tasks.csv\""));
}

/* Called by http_later.h with the request. */
static void write_answer(const struct http_request *req, struct http_response *res, void *data)
{
	struct asking *a = data;
	if (a->result < 0) {
		write_fault(req, res, a->result);
		return;
	}
	if (a->question == BOARD_ASK_CSV) {
		begin_csv(res);
	} else {
		http_json_begin(res);
	}
	if (a->question == BOARD_ASK_JSON) {
		(void)http_response_header(
			res, "Content-Disposition", STR("attachment; filename=\"tasks.json\""));
	}
	http_response_set_max_bytes(res, ANSWER_BYTES);
	struct buf *body = http_response_body(res);
	struct buf empty = *body;
	*body = a->body; // may be large: not copied
	a->body = empty;
}

static void on_answered(int r, struct buf *body, void *data)
{
	struct asking *a = data;
	struct buf empty = a->body;
	a->result = r;
	a->body = *body;
	*body = empty;
	http_later_answer(a->later, write_answer, a);
	buf_finish(&a->body);
	free(a);
}

static const char NOT_BUILT[] = "this build has no task board";

/* The answer of an empty board. */
static int answer_empty(
	const struct web_board *w, const struct board_request *request, struct buf *out)
{
	struct board none;
	const enum board_state off = BOARD_OFF;
	const char *const reason = NOT_BUILT;
	const bool is_wanted = w->roots != NULL; // in vain
	const struct board_watching watching = {w->roots, &off, &reason, is_wanted ? 1 : 0};
	board_init(&none);
	const struct board_asked asked = {
		.board = &none, .watching = &watching, .request = request};
	int r = board_answer(&asked, out);
	board_finish(&none);
	return r;
}

static void answer_without(const struct web_board *w, const struct http_request *req,
	struct http_response *res, const struct board_request *request)
{
	struct asking a = {.question = request->question};
	buf_init(&a.body, ANSWER_BYTES);
	a.result = answer_empty(w, request, &a.body);
	write_answer(req, res, &a);
	buf_finish(&a.body);
}

static void ask(const struct web_board *w, const struct http_request *req,
	struct http_response *res, struct board_request *request)
{
	struct asking *a = xcalloc(1, sizeof(*a));
	a->question = request->question;
	a->later = http_later_begin(req, res, NULL, NULL);
	if (a->later == NULL) {
		free(a);
		return;
	}
	int r = board_thread_ask(w->thread, request, ANSWER_BYTES, on_answered, a);
	if (r < 0) {
		struct buf none;
		buf_init(&none, 0);
		on_answered(r, &none, a);
	}
}

static void answer(const struct web_board *w, const struct http_request *req,
	struct http_response *res, enum board_question question)
{
	struct board_request request = {.question = question};
	const char *fault = take_parameters(req, &request);
	if (fault != NULL) {
		reject(req, res, 400, fault);
	} else if (w->thread == NULL) {
		answer_without(w, req, res, &request);
	} else {
		ask(w, req, res, &request);
	}
	board_request_finish(&request);
}

/* ---- routes */

static bool has_unknown(
	const struct http_request *req, struct http_response *res, const char *const *names)
{
	char message[128];
	struct str name = http_query_unknown(req->query, names);
	if (name.data != NULL) {
		(void)snprintf(message, sizeof(message), "unknown parameter: %.*s",
			(int)(name.size < 64 ? name.size : 64), name.data);
		reject(req, res, 400, message);
	}
	return name.data != NULL;
}

static const char *const filters[] = {"agent", "priority", "status", "q", "brief", "archive", NULL};

static void get_list(const struct http_request *req, struct http_response *res, void *data)
{
	if (!has_unknown(req, res, filters)) {
		answer(data, req, res, BOARD_ASK_LIST);
	}
}

static void get_card(const struct http_request *req, struct http_response *res, void *data)
{
	static const char *const names[] = {"path", NULL};
	if (!has_unknown(req, res, names)) {
		answer(data, req, res, BOARD_ASK_CARD);
	}
}

static void get_graph(const struct http_request *req, struct http_response *res, void *data)
{
	static const char *const names[] = {"id", NULL};
	if (!has_unknown(req, res, names)) {
		answer(data, req, res, BOARD_ASK_GRAPH);
	}
}

static void get_history(const struct http_request *req, struct http_response *res, void *data)
{
	static const char *const names[] = {"from", "to", NULL};
	if (!has_unknown(req, res, names)) {
		answer(data, req, res, BOARD_ASK_HISTORY);
	}
}

static void get_export_csv(const struct http_request *req, struct http_response *res, void *data)
{
	if (!has_unknown(req, res, filters)) {
		answer(data, req, res, BOARD_ASK_CSV);
	}
}

static void get_export_json(const struct http_request *req, struct http_response *res, void *data)
{
	if (!has_unknown(req, res, filters)) {
		answer(data, req, res, BOARD_ASK_JSON);
	}
}

/* Earlier dashboards could change a task by this route; the answer says that boards are read-only.
 */
static void get_priority(const struct http_request *req, struct http_response *res, void *data)
{
	(void)data;
	reject(req, res, 404, "the priority stands in the task: GET /api/tasks/ID");
}

static void write_error(const struct http_request *req, struct http_response *res, int status,
	struct str message, void *data)
{
	struct str text = status == 405 ? STR("tasks are read, never written: change the file")
					: message;
	http_json_error(req, res, status, text, data);
}

static const struct http_route routes[] = {
	{.path = "/api/tasks", .methods = HTTP_GET, .handler = get_list, .error = write_error},
	{.path = "/api/tasks/graph", .methods = HTTP_GET, .handler = get_graph},
	{.path = "/api/tasks/history", .methods = HTTP_GET, .handler = get_history},
	{.path = "/api/export/tasks.csv", .methods = HTTP_GET, .handler = get_export_csv},
	{.path = "/api/export/tasks.json", .methods = HTTP_GET, .handler = get_export_json},
	{.path = "/api/tasks/*", .methods = HTTP_GET, .handler = get_card, .error = write_error},
	{.path = "/api/tasks/*/priority",
		.methods = HTTP_GET,
		.handler = get_priority,
		.error = write_error},
};

struct http_route_group web_board_routes(struct web_board *w)
{
	return (struct http_route_group){.routes = routes, .count = ARRAY_SIZE(routes), .data = w};
}

/* ---- for other routes */

struct report_tasks web_board_count(const struct web_board *w)
{
	struct report_tasks ret = {0};
	if (w->thread != NULL) {
		struct board_report r = board_thread_report(w->thread);
		ret.inbox = (int64_t)r.counts.lanes[BOARD_INBOX];
		ret.assigned = (int64_t)r.counts.lanes[BOARD_ASSIGNED];
		ret.done = (int64_t)r.counts.lanes[BOARD_DONE];
		ret.other = (int64_t)r.counts.lanes[BOARD_OTHER];
	}
	return ret;
}

static void write_roots(
	struct json_writer *j, const struct web_board *w, const struct board_report *r)
{
	json_name(j, "dirs");
	json_array_begin(j);
	for (size_t i = 0; w->roots != NULL && i < r->root_count; i++) {
		json_object_begin(j);
		json_name_str(j, "dir", str_from(w->roots[i]));
		json_name_str(j, "state", str_from(board_state_name(r->states[i])));
		json_name_str(
			j, "reason", str_from(r->reasons[i][0] != '\0' ? r->reasons[i] : NULL));
		json_object_end(j);
	}
	json_array_end(j);
}

static void write_last_change(struct json_writer *j, int64_t wall_ms)
{
	struct buf text;
	buf_init(&text, VALUE_BYTES);
	if (wall_ms != 0) {
		instant_append_utc(&text, wall_ms);
	}
	json_name_str(j, "last_change", wall_ms != 0 ? buf_str(&text) : (struct str){0});
	buf_finish(&text);
}

void web_board_write_health(struct json_writer *j, const struct web_board *w)
{
	struct board_report r = {0};
	size_t worst = 0;
	const char *reason = w->is_built ? NULL : NOT_BUILT;
	if (w->thread != NULL) {
		r = board_thread_report(w->thread);
	}
	for (size_t i = 1; i < r.root_count; i++) {
		worst = r.states[i] > r.states[worst] ? i : worst;
	}
	if (r.root_count > 0 && r.reasons[worst][0] != '\0') {
		reason = r.reasons[worst];
	} else if (w->thread != NULL && !r.is_ready) {
		reason = "being read for the first time";
	}
	json_name(j, "board");
	json_object_begin(j);
	json_name_str(j, "dir", str_from(w->roots != NULL ? w->roots[0] : NULL));
	json_name_str(j, "state", str_from(board_state_name(r.states[worst])));
	json_name_str(j, "reason", str_from(reason));
	json_name_int(j, "files", (int64_t)r.files);
	json_name_int(j, "errors", (int64_t)r.counts.errors);
	json_name_int(j, "ignored", (int64_t)r.ignored);
	json_name_bool(j, "truncated", r.is_truncated);
	write_last_change(j, r.last_change_ms);
	if (r.root_count > 1) {
		write_roots(j, w, &r);
	}
	json_object_end(j);
}
