#include "store/store_reprice.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "price/price.h"
#include "session/session_call.h"
#include "store/store.h"
#include "store/store_db.h"
#include "store/store_word.h"

enum { STEP_ROWS = 500 };

/* A call under examination. */
struct priced_call {
	int64_t row, day;
	struct session_repriced_call call;
	int64_t calls;                   // 1; 0: the growth of a counter
	struct store_repriced *model;    // of store_reprice::models
	struct session_reprice *session; // NULL: not asked for
};

/* The result of one transaction; it counts once committed. */
struct store_reprice_step {
	struct priced_call calls[STEP_ROWS];
	size_t count;
};

/* ---- results */

static bool is_changed(const struct session_repriced_call *call)
{
	return call->is != call->was || call->is_nano_usd != call->was_nano_usd;
}

static struct budget_sum change_of(const struct priced_call *p)
{
	bool was_unpriced = p->call.was == SESSION_COST_UNPRICED;
	bool is_unpriced = p->call.is == SESSION_COST_UNPRICED;
	struct budget_sum change = {.unpriced_calls = (is_unpriced - was_unpriced) * p->calls};
	change.nano_usd[SESSION_COST_ESTIMATED] = p->call.is_nano_usd - p->call.was_nano_usd;
	return change;
}

static void count(struct store_reprice *r, const struct priced_call *p)
{
	struct store_repriced *m = p->model;
	m->calls += p->calls;
	m->before_nano_usd += p->call.was_nano_usd;
	m->after_nano_usd += p->call.is_nano_usd;
	m->before_unpriced += p->call.was == SESSION_COST_UNPRICED ? p->calls : 0;
	m->after_unpriced += p->call.is == SESSION_COST_UNPRICED ? p->calls : 0;
	if (!is_changed(&p->call)) {
		return;
	}
	m->changed += p->calls;
	struct budget_sum change = change_of(p);
	if (p->day == r->today) {
		budget_sum_add(&r->change[BUDGET_DAY], &change);
	}
	if (p->day / 100 == r->today / 100) {
		budget_sum_add(&r->change[BUDGET_MONTH], &change);
	}
	if (p->session != NULL) {
		session_reprice_add(p->session, &p->call);
	}
}

/* The last step was committed, since there is another one. */
static void take_step(struct store_reprice *r)
{
	for (size_t i = 0; i < r->step->count; i++) {
		count(r, &r->step->calls[i]);
	}
	r->step->count = 0;
}

void store_reprice_finish(struct store_reprice *r)
{
	for (size_t i = 0; i < r->model_count; i++) {
		free(r->models[i].tool);
		free(r->models[i].model);
	}
	for (size_t i = 0; i < r->session_count; i++) {
		session_reprice_finish(&r->sessions[i]);
	}
	free(r->models);
	free(r->sessions);
	free(r->step);
	*r = (struct store_reprice){0};
}

/* ---- by model and session */

static bool is_of(const struct store_repriced *m, struct str tool, struct str model)
{
	return str_equal(str_from(m->model), model) && str_equal(str_from(m->tool), tool);
}

/* The last row takes the overflow. */
static struct store_repriced *find_model(struct store_reprice *r, struct str tool, struct str model)
{
	for (size_t i = 0; i < r->model_count; i++) {
		if (is_of(&r->models[i], tool, model)) {
			return &r->models[i];
		}
	}
	if (r->models == NULL) { // never moves: steps point into it
		r->models = xcalloc(STORE_REPRICE_MODELS, sizeof(*r->models));
	}
	if (r->model_count == STORE_REPRICE_MODELS) {
		return &r->models[STORE_REPRICE_MODELS - 1];
	}
	struct store_repriced *m = &r->models[r->model_count++];
	bool is_last = r->model_count == STORE_REPRICE_MODELS;
	m->tool = str_dup(is_last ? STR("other") : tool);
	m->model = str_dup(is_last ? STR("other") : model);
	return m;
}

static int compare_id(const void *key, const void *item)
{
	return strcmp(key, ((const struct session_reprice *)item)->id);
}

static struct session_reprice *find_session(
	struct store_reprice *r, struct store_db *db, int64_t row, int *error)
{
	if (r->session_count == 0) {
		return NULL;
	}
	struct store_query *q = store_db_query(db, "SELECT id FROM session WHERE row = ?1");
	store_db_bind_int(q, 1, row);
	cleanup_free char *id = store_db_step(q) ? str_dup(store_db_text(q, 0)) : NULL;
	*error = store_db_end(q);
	return id == NULL ? NULL
			  : bsearch(id, r->sessions, r->session_count, sizeof(*r->sessions),
				    compare_id);
}

/* ---- a step */

enum column {
	ROW,
	SESSION,
	ID,
	TOOL,
	MODEL,
	SPEED,
	CALLS,
	END,
	DAY,
	TURN,
	COST,
	SOURCE,
	FIRST_TOKENS, // in the order of enum usage_class
};

/* In order of time, whatever their cost, so that steps stay short even where costs are reported. */
static const char next_calls[] =
	"SELECT row, session, id, tool, model, speed, calls, end_ms, day, turn, cost_nano_usd,"
	" " STORE_COST_SOURCE(
		"cost_source") ", input_tokens, cache_read_tokens, cache_write_5m_tokens,"
			       " cache_write_1h_tokens, cache_write_tokens, output_tokens, reasoning_tokens"
			       " FROM call WHERE end_ms >= ?1 AND (end_ms > ?1 OR row > ?2)"
			       " ORDER BY end_ms, row LIMIT ?3";

static void set_price(const struct store_reprice *r, const struct store_query *q,
	struct session_repriced_call *call)
{
	struct usage usage = {0};
	for (unsigned i = 0; i < USAGE_CLASS_COUNT; i++) {
		usage.tokens[i] = store_db_int(q, FIRST_TOKENS + (int)i);
	}
	const struct price_query query = {
		.model = store_db_text(q, MODEL),
		.speed = store_db_text(q, SPEED),
		.at_ms = store_db_int(q, END),
		.is_sum = store_db_int(q, CALLS) == 0,
		.usage = &usage,
	};
	const struct price_book book = {r->listed, r->own};
	struct price_quote quote;
	if (!price_call(&book, &query, &quote)) {
		call->is = SESSION_COST_UNPRICED;
		return;
	}
	call->is = SESSION_COST_ESTIMATED;
	call->is_nano_usd = quote.nano_usd <= USAGE_MAX_NANO_USD ? quote.nano_usd : 0;
}

static bool is_ours(struct str source, enum session_cost *ret)
{
	bool is_estimated = str_equal(source, str_from(session_cost_name(SESSION_COST_ESTIMATED)));
	*ret = is_estimated ? SESSION_COST_ESTIMATED : SESSION_COST_UNPRICED;
	return is_estimated ||
	       str_equal(source, str_from(session_cost_name(SESSION_COST_UNPRICED)));
}

static int read_call(struct store_reprice *r, struct store_db *db, const struct store_query *q)
{
	int error = 0;
	struct priced_call p = {
		.row = store_db_int(q, ROW),
		.day = store_db_int(q, DAY),
		.calls = store_db_int(q, CALLS),
		.call.id = (uint64_t)store_db_int(q, ID),
		.call.turn = (int)store_db_int(q, TURN),
		.call.was_nano_usd = store_db_int(q, COST),
	};
	r->at_ms = store_db_int(q, END);
	r->at_row = p.row;
	if (!is_ours(store_db_text(q, SOURCE), &p.call.was)) {
		return 0;
	}
	p.model = find_model(r, store_db_text(q, TOOL), store_db_text(q, MODEL));
	set_price(r, q, &p.call);
	if (is_changed(&p.call)) {
		p.session = find_session(r, db, store_db_int(q, SESSION), &error);
	}
	r->step->calls[r->step->count++] = p;
	return error;
}

/* *ret: how many. */
static int read_calls(struct store_reprice *r, struct store_db *db, size_t *ret)
{
	int error = 0;
	struct store_query *q = store_db_query(db, next_calls);
	store_db_bind_int(q, 1, r->at_ms);
	store_db_bind_int(q, 2, r->at_row);
	store_db_bind_int(q, 3, STEP_ROWS);
	for (*ret = 0; error == 0 && store_db_step(q); ++*ret) {
		error = read_call(r, db, q);
	}
	int ended = store_db_end(q);
	return error < 0 ? error : ended;
}

static int write_call(struct store_db *db, const struct priced_call *p)
{
	struct store_query *q = store_db_query(db,
		"UPDATE call SET cost_nano_usd = ?2, cost_source = substr(?3, 1, 1), estimate_nano_usd = ?4"
		" WHERE row = ?1");
	store_db_bind_int(q, 1, p->row);
	store_db_bind_int(q, 2, p->call.is_nano_usd);
	store_db_bind_text(q, 3, str_from(session_cost_name(p->call.is)));
	if (p->call.is == SESSION_COST_ESTIMATED) {
		store_db_bind_int(q, 4, p->call.is_nano_usd);
	}
	return store_db_run(q);
}

int store_reprice(struct store_db *db, void *arg)
{
	struct store_reprice *r = arg;
	size_t found;
	if (r->step == NULL) {
		r->step = xcalloc(1, sizeof(*r->step));
		r->at_ms = r->since_ms;
		r->at_row = -1;
	}
	take_step(r);
	int error = read_calls(r, db, &found);
	for (size_t i = 0; error == 0 && !r->is_dry && i < r->step->count; i++) {
		if (is_changed(&r->step->calls[i].call)) {
			error = write_call(db, &r->step->calls[i]);
		}
	}
	return error < 0 ? error : found > 0 ? STORE_MORE : 0;
}
