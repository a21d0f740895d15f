#include "web/web_orchestrator.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json_write.h"
#include "base/mem.h"
#include "http/http_json.h"
#include "http/http_later.h"
#include "http/http_query.h"
#include "http/http_response.h"
#include "orchestrator/orchestrator_thread.h"
#include "web/web_orchestrator_parts.h"

enum { VALUE_BYTES = 64, OFFSET_MAX = 1000000000 };

enum form { JSON, JSON_FILE, TASKS_CSV, LOOPS_CSV };

/* One query, from request to answer. */
struct asking {
	struct http_later *later;
	enum form form;
	enum orchestrator_answer answer;
	struct orchestrator_choice choice;
	struct web_gathering *gathering;
};

/* ---- parameters */

static void reject(const struct http_request *req, struct http_response *res, const char *message)
{
	http_response_status(res, 400);
	http_json_error(req, res, 400, str_from(message), NULL);
}

/* False: given, but not a number in the range. */
static bool take_number(
	const struct http_request *req, const char *name, int64_t min, int64_t max, size_t *ret)
{
	struct buf value;
	int64_t number = (int64_t)*ret;
	buf_init(&value, VALUE_BYTES);
	bool is_there = http_query_find(req->query, str_from(name), &value);
	bool is_good = !is_there ||
		       (str_to_int64(buf_str(&value), &number) && number >= min && number <= max);
	*ret = (size_t)number;
	buf_finish(&value);
	return is_good;
}

static const char *take_stage(const struct http_request *req, struct orchestrator_choice *choice)
{
	struct buf value;
	const char *fault = NULL;
	buf_init(&value, VALUE_BYTES);
	choice->has_stage = http_query_find(req->query, STR("state"), &value);
	if (choice->has_stage && !orchestrator_stage_read(buf_str(&value), &choice->stage)) {
		fault = "state takes pending, ready, inProgress, blocked or done";
	}
	buf_finish(&value);
	return fault;
}

static const char *take_source(
	const struct web_orchestrator *w, const struct http_request *req, bool *ret_own)
{
	struct buf value;
	const char *fault = NULL;
	buf_init(&value, VALUE_BYTES);
	if (http_query_find(req->query, STR("source"), &value)) {
		*ret_own = str_equal(buf_str(&value), STR("own"));
		if (!*ret_own && !str_equal(buf_str(&value), STR("state-dir"))) {
			fault = "source takes own or state-dir";
		} else if (!*ret_own && w->dir == NULL) {
			fault = "there is no state directory: see --state-dir";
		}
	}
	buf_finish(&value);
	return fault;
}

/* NULL, or what is wrong. */
static const char *take_choice(const struct http_request *req, struct orchestrator_choice *choice)
{
	choice->limit = ORCHESTRATOR_PAGE;
	if (!take_number(req, "offset", 0, OFFSET_MAX, &choice->offset)) {
		return "offset takes a number from 0";
	}
	if (!take_number(req, "limit", 1, ORCHESTRATOR_PAGE_MAX, &choice->limit)) {
		return "limit takes a number from 1 to 500";
	}
	return take_stage(req, choice);
}

static bool has_unknown(
	const struct http_request *req, struct http_response *res, const char *const *names)
{
	char message[VALUE_BYTES + 32];
	struct str name = http_query_unknown(req->query, names);
	if (name.data != NULL) {
		(void)snprintf(message, sizeof(message), "unknown parameter: %.*s",
			STR_ARG(str_first(name, VALUE_BYTES)));
		reject(req, res, message);
	}
	return name.data != NULL;
}

/* ---- answers */

static void name_file(struct http_response *res, const struct asking *a)
{
	char value[VALUE_BYTES * 2];
	const char *stage = a->choice.has_stage ? orchestrator_stage_name(a->choice.stage) : "";
	if (a->form == TASKS_CSV) {
		(void)snprintf(value, sizeof(value), "attachment; filename=\"tasks%s%s.csv\"",
			stage[0] != '\0' ? "-" : "", stage);
	} else {
		(void)snprintf(value, sizeof(value), "attachment; filename=\"%s\"",
			a->form == LOOPS_CSV ? "resolution_loops.csv" : "resolution.json");
	}
	(void)http_response_header(res, "Content-Disposition", str_from(value));
}

/* Tasks in a form other than the whole, which the board's thread has already written. */
static void append_tasks(const struct asking *a, struct buf *out)
{
	const struct web_gathering *g = a->gathering;
	struct orchestrator_work work;
	struct json_writer j;
	if (g->is_own) {
		buf_append_str(out, buf_str(&g->tasks));
		return;
	}
	orchestrator_work_of(&g->w->state, g->now, &work);
	if (a->choice.form == ORCHESTRATOR_CSV) {
		orchestrator_append_csv(out, &work, &a->choice);
	} else {
		json_writer_init(&j, out);
		orchestrator_write_page(&j, &work, &a->choice);
	}
}

static void append_loops(const struct asking *a, struct buf *out)
{
	const struct web_gathering *g = a->gathering;
	struct str rows = {0};
	if (!g->is_own) {
		rows = orchestrator_loops_csv(&g->w->state, g->now);
	}
	orchestrator_append_loops_csv(out, rows);
	if (g->is_own) {
		orchestrator_own_append_csv(out, &g->w->own, g->now.wall_ms);
	}
}

/* Called by http_later.h with the request. */
static void write_answer(const struct http_request *req, struct http_response *res, void *data)
{
	const struct asking *a = data;
	(void)req;
	if (a->form == TASKS_CSV || a->form == LOOPS_CSV) {
		http_response_type(res, "text/csv; charset=utf-8");
		http_response_private(res);
	} else {
		http_json_begin(res);
	}
	if (a->form != JSON) {
		name_file(res, a);
	}
	http_response_set_max_bytes(res, WEB_METRICS_BYTES);
	struct buf *out = http_response_body(res);
	if (a->form == LOOPS_CSV) {
		append_loops(a, out);
	} else if (a->choice.form != ORCHESTRATOR_WHOLE) {
		append_tasks(a, out);
	} else {
		web_gathering_append(a->gathering, a->answer, out);
	}
	if (a->form == JSON || a->form == JSON_FILE) {
		buf_append_char(out, '\n');
	}
}

static void on_gathered(struct web_gathering *g, void *data)
{
	struct asking *a = data;
	http_later_answer(a->later, write_answer, a);
	web_gathering_free(g);
	free(a);
}

static void ask(struct web_orchestrator *w, const struct http_request *req,
	struct http_response *res, const struct asking *what)
{
	bool is_own = false;
	const char *fault = take_source(w, req, &is_own);
	if (fault != NULL) {
		reject(req, res, fault);
		return;
	}
	struct asking *a = xcalloc(1, sizeof(*a));
	*a = *what;
	a->later = http_later_begin(req, res, NULL, NULL);
	if (a->later == NULL) {
		free(a);
		return;
	}
	a->gathering = web_gathering_create(w, req->now);
	a->gathering->is_own = is_own;
	a->gathering->answers = 1U << a->answer;
	a->gathering->board.choice = a->choice;
	web_gathering_begin(a->gathering, on_gathered, a);
}

/* ---- routes */

static void get_tasks(const struct http_request *req, struct http_response *res, void *data)
{
	static const char *const names[] = {"source", "state", "offset", "limit", NULL};
	struct asking a = {.answer = ORCHESTRATOR_ANSWER_TASKS};
	if (has_unknown(req, res, names)) {
		return;
	}
	const char *fault = take_choice(req, &a.choice);
	a.choice.form = a.choice.has_stage ? ORCHESTRATOR_ONE_PAGE : ORCHESTRATOR_WHOLE;
	if (fault != NULL) {
		reject(req, res, fault);
	} else {
		ask(data, req, res, &a);
	}
}

static void get_tasks_csv(const struct http_request *req, struct http_response *res, void *data)
{
	static const char *const names[] = {"source", "state", NULL};
	struct asking a = {.answer = ORCHESTRATOR_ANSWER_TASKS, .form = TASKS_CSV};
	if (has_unknown(req, res, names)) {
		return;
	}
	const char *fault = take_choice(req, &a.choice);
	a.choice.form = ORCHESTRATOR_CSV;
	if (fault != NULL) {
		reject(req, res, fault);
	} else {
		ask(data, req, res, &a);
	}
}

static void get_answer(const struct http_request *req, struct http_response *res, void *data,
	enum orchestrator_answer answer, enum form form)
{
	static const char *const names[] = {"source", NULL};
	if (!has_unknown(req, res, names)) {
		ask(data, req, res, &(const struct asking){.answer = answer, .form = form});
	}
}

static void get_quality(const struct http_request *req, struct http_response *res, void *data)
{
	get_answer(req, res, data, ORCHESTRATOR_ANSWER_QUALITY, JSON);
}

static void get_resolution(const struct http_request *req, struct http_response *res, void *data)
{
	get_answer(req, res, data, ORCHESTRATOR_ANSWER_RESOLUTION, JSON);
}

static void get_resolution_file(
	const struct http_request *req, struct http_response *res, void *data)
{
	get_answer(req, res, data, ORCHESTRATOR_ANSWER_RESOLUTION, JSON_FILE);
}

static void get_resolution_csv(
	const struct http_request *req, struct http_response *res, void *data)
{
	get_answer(req, res, data, ORCHESTRATOR_ANSWER_RESOLUTION, LOOPS_CSV);
}

static void get_resources(const struct http_request *req, struct http_response *res, void *data)
{
	get_answer(req, res, data, ORCHESTRATOR_ANSWER_RESOURCES, JSON);
}

static void get_usage(const struct http_request *req, struct http_response *res, void *data)
{
	get_answer(req, res, data, ORCHESTRATOR_ANSWER_USAGE, JSON);
}

static const struct http_route routes[] = {
	{.path = "/api/metrics/tasks", .methods = HTTP_GET, .handler = get_tasks},
	{.path = "/api/metrics/quality_gates", .methods = HTTP_GET, .handler = get_quality},
	{.path = "/api/metrics/resolution", .methods = HTTP_GET, .handler = get_resolution},
	{.path = "/api/metrics/resources", .methods = HTTP_GET, .handler = get_resources},
	{.path = "/api/metrics/usage", .methods = HTTP_GET, .handler = get_usage},
	{.path = "/api/metrics/stream", .methods = HTTP_GET, .handler = web_orchestrator_stream},
	{.path = "/api/metrics/export/tasks", .methods = HTTP_GET, .handler = get_tasks_csv},
	{.path = "/api/metrics/export/resolution",
		.methods = HTTP_GET,
		.handler = get_resolution_csv},
	{.path = "/api/export/resolution.csv", .methods = HTTP_GET, .handler = get_resolution_csv},
	{.path = "/api/export/resolution.json",
		.methods = HTTP_GET,
		.handler = get_resolution_file},
};

struct http_route_group web_orchestrator_routes(struct web_orchestrator *w)
{
	return (struct http_route_group){.routes = routes, .count = ARRAY_SIZE(routes), .data = w};
}

/* ---- the object */

void web_orchestrator_open(struct web_orchestrator *w, struct instant now)
{
	orchestrator_init(&w->state);
	orchestrator_own_init(&w->own);
	web_host_init(&w->host, now);
	list_init(&w->readers);
	uv_timer_init(w->loop, &w->timer);
	buf_init(&w->kept.quality, WEB_METRICS_BYTES);
	buf_init(&w->kept.providers, WEB_METRICS_BYTES);
	buf_init(&w->kept.tokens, WEB_METRICS_BYTES);
}

void web_orchestrator_close(struct web_orchestrator *w)
{
	w->is_closed = true;
	uv_close((uv_handle_t *)&w->timer, NULL);
}

void web_orchestrator_finish(struct web_orchestrator *w)
{
	orchestrator_finish(&w->state);
	orchestrator_own_finish(&w->own);
	buf_finish(&w->kept.quality);
	buf_finish(&w->kept.providers);
	buf_finish(&w->kept.tokens);
}

void web_orchestrator_write_health(
	struct json_writer *j, const struct web_orchestrator *w, struct instant now)
{
	struct orchestrator_watching watching = {.state = BOARD_OFF};
	if (w->thread != NULL) {
		watching = orchestrator_thread_watching(w->thread);
	}
	json_name(j, "state_dir");
	json_object_begin(j);
	json_name_str(j, "dir", str_from(w->dir));
	json_name_str(j, "state", str_from(board_state_name(watching.state)));
	json_name_str(j, "reason", str_from(watching.reason[0] != '\0' ? watching.reason : NULL));
	json_name(j, "files");
	if (w->dir != NULL) {
		orchestrator_write_sources(j, &w->state, now);
	} else {
		json_array_begin(j);
		json_array_end(j);
	}
	json_object_end(j);
}
