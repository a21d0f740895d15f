#include "web/web_purge.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json_write.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/http_json.h"
#include "http/http_query.h"
#include "http/http_response.h"
#include "report/report.h"
#include "store/store_purge.h"
#include "store/store_reprice.h"
#include "web/web_change.h"
#include "web/web_history.h"

enum { VALUE_BYTES = 1024, DATE_BYTES = 16 };

/* Parameters of both. */
struct order {
	const struct web_history *history;
	int64_t day; // purge before it; reprice since it
	char *project;
	bool is_dry;
};

struct purge {
	struct store_purge work; // first: the store's thread receives a pointer to it
	struct order order;
};

struct reprice {
	struct store_reprice work; // first
	struct order order;
};

/* ---- parameters */

static const char *read_order(
	const struct http_request *req, const char *day_name, struct order *ret)
{
	struct buf value;
	const char *fault = NULL;
	int64_t tomorrow = report_day_plus(report_day(req->now.wall_ms), 1);
	buf_init(&value, VALUE_BYTES);
	if (!http_query_find(req->query, str_from(day_name), &value) ||
		!report_read_date(buf_str(&value), req->now.wall_ms, &ret->day) ||
		ret->day > tomorrow) {
		fault = "before and since take YYYY-MM-DD, up to tomorrow, and one is needed";
	}
	buf_clear(&value);
	if (http_query_find(req->query, STR("project"), &value) && value.size > 0) {
		ret->project = str_dup(buf_str(&value));
	}
	buf_clear(&value);
	if (http_query_find(req->query, STR("dry_run"), &value)) {
		ret->is_dry = str_equal(buf_str(&value), STR("1"));
		fault = ret->is_dry || str_equal(buf_str(&value), STR("0"))
				? fault
				: "dry_run takes 0 or 1";
	}
	buf_finish(&value);
	return fault;
}

/* False: a response was sent. A request is never carried out in part. */
static bool accepts(const struct http_request *req, struct http_response *res, const char *day_name,
	const char *const *names, struct order *ret)
{
	const char *fault = http_query_unknown(req->query, names).data != NULL
				    ? "unknown parameter; see docs/api.md"
				    : read_order(req, day_name, ret);
	if (fault != NULL) {
		free(ret->project);
		http_response_status(res, 400);
		http_json_error(req, res, 400, str_from(fault), NULL);
	}
	return fault == NULL;
}

static void write_day(struct json_writer *j, const char *name, int64_t day)
{
	struct buf date;
	buf_init(&date, DATE_BYTES);
	report_append_date(&date, day);
	json_name_str(j, name, buf_str(&date));
	buf_finish(&date);
}

/* ---- purge */

static void write_purge(struct json_writer *j, void *state)
{
	const struct purge *p = state;
	write_day(j, "before", p->order.day);
	json_name_str(j, "project", str_from(p->order.project));
	json_name_bool(j, "dry_run", p->order.is_dry);
	json_name(j, "rows");
	json_object_begin(j);
	for (unsigned i = 0; i < STORE_PURGE_TABLES; i++) {
		json_name_int(j, store_purge_table_name(i), p->work.rows[i]);
	}
	json_object_end(j);
	json_name_int(j, "days", p->work.days);
}

static void finish_purge(int r, void *state)
{
	struct purge *p = state;
	const struct web_history *w = p->order.history;
	int64_t rows = 0;
	for (unsigned i = 0; i < STORE_PURGE_TABLES; i++) {
		rows += p->work.rows[i];
	}
	if (!p->order.is_dry && (r == 0 || rows > 0)) {
		log_info("purged the history before %" PRId64 "%s%s: %" PRId64 " rows, sums of "
			 "%" PRId64 " days",
			p->order.day, p->order.project != NULL ? " of project " : "",
			p->order.project != NULL ? log_shown(str_from(p->order.project)) : "", rows,
			p->work.days);
		w->on_purged(&p->work, w->data);
	}
	free(p->order.project);
	free(p);
}

void web_purge_post(const struct http_request *req, struct http_response *res, void *data)
{
	static const char *const names[] = {"before", "project", "dry_run", NULL};
	static const struct web_change_kind kinds[] = {
		{"a purge of the history", store_purge, false, write_purge, finish_purge},
		{"the count for a purge", store_purge_count, true, write_purge, finish_purge},
	};
	struct order order = {.history = data};
	if (!accepts(req, res, "before", names, &order)) {
		return;
	}
	struct purge *p = xcalloc(1, sizeof(*p));
	p->order = order;
	p->work = (struct store_purge){
		.before_ms = report_day_begin_ms(order.day),
		.before_day = order.day,
		.today = report_day(req->now.wall_ms),
		.project = order.project,
	};
	web_change_begin(data, &kinds[order.is_dry], p, req, res);
}

/* ---- reprice */

static void write_money(struct json_writer *j, const char *name, int64_t nano_usd, int64_t unpriced)
{
	json_name(j, name);
	json_object_begin(j);
	json_name(j, "estimated_usd");
	json_billionths(j, nano_usd);
	json_name_int(j, "unpriced_calls", unpriced);
	json_object_end(j);
}

static void write_repriced(struct json_writer *j, const struct store_repriced *m)
{
	json_name_int(j, "calls", m->calls);
	json_name_int(j, "changed", m->changed);
	write_money(j, "before", m->before_nano_usd, m->before_unpriced);
	write_money(j, "after", m->after_nano_usd, m->after_unpriced);
}

static void add_repriced(struct store_repriced *to, const struct store_repriced *m)
{
	to->calls += m->calls;
	to->changed += m->changed;
	to->before_nano_usd += m->before_nano_usd;
	to->after_nano_usd += m->after_nano_usd;
	to->before_unpriced += m->before_unpriced;
	to->after_unpriced += m->after_unpriced;
}

static void write_reprice(struct json_writer *j, void *state)
{
	const struct reprice *p = state;
	const struct store_repriced *all = p->work.models;
	struct store_repriced total = {0};
	for (size_t i = 0; i < p->work.model_count; i++) {
		add_repriced(&total, &all[i]);
	}
	write_day(j, "since", p->order.day);
	json_name_bool(j, "dry_run", p->order.is_dry);
	write_repriced(j, &total);
	json_name(j, "by_model");
	json_array_begin(j);
	for (size_t i = 0; i < p->work.model_count; i++) {
		json_object_begin(j);
		json_name_str(j, "model", str_from(all[i].model));
		json_name_str(j, "tool", str_from(all[i].tool));
		write_repriced(j, &all[i]);
		json_object_end(j);
	}
	json_array_end(j);
}

static void finish_reprice(int r, void *state)
{
	struct reprice *p = state;
	const struct web_history *w = p->order.history;
	int64_t changed = 0;
	for (size_t i = 0; i < p->work.model_count; i++) {
		changed += p->work.models[i].changed;
	}
	if (!p->order.is_dry && (r == 0 || changed > 0)) {
		log_info("repriced the calls since %" PRId64 ": %" PRId64
			 " cost something else now",
			p->order.day, changed);
	}
	w->reprice_end(&p->work, w->data);
	free(p->order.project);
	free(p);
}

void web_reprice_post(const struct http_request *req, struct http_response *res, void *data)
{
	static const char *const names[] = {"since", "dry_run", NULL};
	static const struct web_change_kind kinds[] = {
		{"a reprice of the history", store_reprice, false, write_reprice, finish_reprice},
		{"the trial of a reprice", store_reprice, true, write_reprice, finish_reprice},
	};
	const struct web_history *w = data;
	struct order order = {.history = w};
	if (!accepts(req, res, "since", names, &order)) {
		return;
	}
	struct reprice *p = xcalloc(1, sizeof(*p));
	p->order = order;
	p->work = (struct store_reprice){
		.since_ms = report_day_begin_ms(order.day),
		.today = report_day(req->now.wall_ms),
		.is_dry = order.is_dry,
	};
	w->reprice_begin(&p->work, w->data);
	web_change_begin(data, &kinds[order.is_dry], p, req, res);
}
