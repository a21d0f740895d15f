/* GET /api/models: how fast each model answers, how often it fails, and how. */
#include <stdlib.h>

#include "base/json_write.h"
#include "base/mem.h"
#include "report/report.h"
#include "report/report_latency.h"
#include "store/store_db.h"

enum { DAY_MAX = 99991231 };

/* ?1 and ?2: the first and the last day; ?3 project, ?4 tool. */
static const char models[] =
	"SELECT model, sum(calls), sum(errors) FROM daily WHERE day BETWEEN ?1 AND ?2"
	" AND (?3 IS NULL OR project = ?3) AND (?4 IS NULL OR tool = ?4)"
	" GROUP BY model HAVING sum(calls) > 0 ORDER BY sum(calls) DESC, model";

/* By time, from an index of failed calls only. */
static const char faults[] =
	"SELECT coalesce(model, ''), fault, status, count(*) FROM call INDEXED BY call_of_fault"
	" WHERE fault IS NOT NULL AND end_ms >= ?1 AND end_ms < ?2"
	" AND (?3 IS NULL OR project = ?3) AND (?4 IS NULL OR tool = ?4)"
	" GROUP BY coalesce(model, ''), fault, status ORDER BY count(*) DESC, fault, status";

struct fault {
	char *name; // owned
	bool has_status;
	int64_t status, calls;
};

struct model {
	char *name; // owned
	int64_t calls, errors;
	struct report_latency latency;
	struct fault *faults; // owned
	size_t fault_count, fault_capacity;
};

struct models {
	struct model *all; // owned
	size_t count, capacity;
};

static struct model *find_model(struct models *m, struct str name)
{
	for (size_t i = 0; i < m->count; i++) {
		if (str_equal(str_from(m->all[i].name), name)) {
			return &m->all[i];
		}
	}
	return NULL;
}

static void models_finish(struct models *m)
{
	for (size_t i = 0; i < m->count; i++) {
		for (size_t k = 0; k < m->all[i].fault_count; k++) {
			free(m->all[i].faults[k].name);
		}
		free(m->all[i].faults);
		free(m->all[i].name);
	}
	free(m->all);
}

/* ---- reading */

static struct store_query *query(struct store_db *db, const char *sql,
	const struct report_request *request, int64_t first, int64_t last)
{
	struct store_query *q = store_db_query(db, sql);
	store_db_bind_int(q, 1, first);
	store_db_bind_int(q, 2, last);
	if (request->project != NULL) {
		store_db_bind_text(q, 3, str_from(request->project));
	}
	if (request->tool != NULL) {
		store_db_bind_text(q, 4, str_from(request->tool));
	}
	return q;
}

static int read_models(struct models *m, struct store_db *db, const struct report_request *request,
	int64_t first, int64_t last)
{
	struct store_query *q = query(db, models, request, first, last);
	while (store_db_step(q)) {
		m->all = xgrow(m->all, m->count, &m->capacity, sizeof(*m->all));
		m->all[m->count++] = (struct model){
			.name = str_dup(store_db_text(q, 0)),
			.calls = store_db_int(q, 1),
			.errors = store_db_int(q, 2),
		};
	}
	return store_db_end(q);
}

static struct report_latency *place_of(struct str name, void *data)
{
	struct model *model = find_model(data, name);
	return model != NULL ? &model->latency : NULL;
}

static int read_faults(struct models *m, struct store_db *db, const struct report_request *request)
{
	int64_t to_ms = request->to_ms > 0 ? request->to_ms : INT64_MAX;
	struct store_query *q = query(db, faults, request, request->from_ms, to_ms);
	while (store_db_step(q)) {
		struct model *model = find_model(m, store_db_text(q, 0));
		if (model != NULL) {
			model->faults = xgrow(model->faults, model->fault_count,
				&model->fault_capacity, sizeof(*model->faults));
			model->faults[model->fault_count++] = (struct fault){
				.name = str_dup(store_db_text(q, 1)),
				.has_status = !store_db_is_null(q, 2),
				.status = store_db_int(q, 2),
				.calls = store_db_int(q, 3),
			};
		}
	}
	return store_db_end(q);
}

/* ---- as JSON */

static void write_model(struct json_writer *j, const struct model *model)
{
	struct str name = str_from(model->name);
	json_object_begin(j);
	json_name_str(j, "model", name.size > 0 ? name : (struct str){0});
	json_name_int(j, "calls", model->calls);
	json_name_int(j, "errors", model->errors);
	report_latency_write(j, &model->latency);
	json_name(j, "faults");
	json_array_begin(j);
	for (size_t i = 0; i < model->fault_count; i++) {
		const struct fault *f = &model->faults[i];
		json_object_begin(j);
		json_name_str(j, "fault", str_from(f->name));
		report_name_number(j, "status", f->has_status, f->status);
		json_name_int(j, "calls", f->calls);
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
}

int report_models(struct store_db *db, const struct report_request *request, struct buf *out)
{
	int64_t first = request->from_ms > 0 ? report_day(request->from_ms) : 0;
	int64_t last = request->to_ms > 0 ? report_day(request->to_ms - 1) : DAY_MAX;
	struct models m = {0};
	struct json_writer j;
	int r = read_models(&m, db, request, first, last);
	r = r < 0 ? r : report_latency_read(db, request, first, last, place_of, &m);
	r = r < 0 ? r : read_faults(&m, db, request);
	json_writer_init(&j, out);
	json_object_begin(&j);
	json_name(&j, "models");
	json_array_begin(&j);
	for (size_t i = 0; i < m.count; i++) {
		write_model(&j, &m.all[i]);
	}
	json_array_end(&j);
	json_object_end(&j);
	models_finish(&m);
	return r;
}
