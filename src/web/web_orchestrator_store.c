/* Decisions and usage from the history, for /api/metrics/.... */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json_write.h"
#include "base/local_day.h"
#include "base/mem.h"
#include "store/store_db.h"
#include "web/web_orchestrator_parts.h"

enum { KEPT_NAMES = 500, NAME_BYTES = 192, REASONS = 10, QUARTER_MS = 15 * 60 * 1000 };

/* By quarters of an hour: the one in which the last day begins counts whole. */
static const char decisions[] =
	"SELECT name, lower(decision), lower(decided_by), sum(count), max(last_ms)"
	" FROM recent_decision WHERE quarter >= ?1 AND count > 0"
	" GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 3";

static const char used[] =
	"SELECT tool, model, sum(tokens), sum(calls), sum(iif(quarter >= ?2, tokens, 0)),"
	" sum(iif(quarter >= ?2, calls, 0)) FROM recent WHERE quarter >= ?1 GROUP BY 1, 2"
	" ORDER BY 1, 2";

/* ---- decisions */

struct named {
	char name[NAME_BYTES];
	int64_t approvals, rejections;
};

struct names {
	struct named *all; // owned
	size_t count, capacity;
};

static struct named *find_name(struct names *n, struct str a, const char *between, struct str b)
{
	char name[NAME_BYTES];
	(void)snprintf(name, sizeof(name), "%.*s%s%.*s", STR_ARG(a), between, STR_ARG(b));
	for (size_t i = 0; i < n->count; i++) {
		if (str_equal(str_from(n->all[i].name), str_from(name))) {
			return &n->all[i];
		}
	}
	if (n->count >= KEPT_NAMES) {
		return &n->all[KEPT_NAMES - 1];
	}
	n->all = xgrow(n->all, n->count, &n->capacity, sizeof(*n->all));
	struct named *ret = &n->all[n->count++];
	*ret = (struct named){0};
	(void)snprintf(ret->name, sizeof(ret->name), "%s", name);
	return ret;
}

static int compare_named(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int64_t of_x = x->approvals + x->rejections, of_y = y->approvals + y->rejections;
	return of_x != of_y ? (of_x > of_y ? -1 : 1) : strcmp(x->name, y->name);
}

struct deciding {
	struct names tools, deciders, reasons;
	int64_t approvals, rejections, last_ms;
};

static bool is_approval(struct str decision)
{
	static const char *const words[] = {"accept", "approved", "approved_for_session"};
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (str_equal(decision, str_from(words[i]))) {
			return true;
		}
	}
	return false;
}

static void add_decision(struct deciding *d, const struct store_query *q)
{
	struct str tool = store_db_text(q, 0), decision = store_db_text(q, 1);
	struct str by = store_db_text(q, 2);
	struct str who = by.size > 0 ? by : STR("unknown");
	int64_t count = store_db_int(q, 3), last_ms = store_db_int(q, 4);
	bool approves = is_approval(decision);
	if (str_equal(decision, STR("unknown"))) {
		return;
	}
	struct named *gate = find_name(&d->tools, tool, "", STR(""));
	find_name(&d->deciders, who, "", STR(""))->approvals += count;
	*(approves ? &gate->approvals : &gate->rejections) += count;
	*(approves ? &d->approvals : &d->rejections) += count;
	if (!approves) {
		find_name(&d->reasons, tool, ": ", who)->rejections += count;
	}
	d->last_ms = last_ms > d->last_ms ? last_ms : d->last_ms;
}

static void sort(struct names *n)
{
	if (n->count > 1) {
		qsort(n->all, n->count, sizeof(*n->all), compare_named);
	}
}

static void write_types(struct json_writer *j, struct names *n)
{
	sort(n);
	json_object_begin(j);
	for (size_t i = 0; i < n->count; i++) {
		orchestrator_write_key(j, str_from(n->all[i].name));
		json_int(j, n->all[i].approvals);
	}
	json_object_end(j);
}

static void write_reasons(struct json_writer *j, struct names *n)
{
	sort(n);
	json_array_begin(j);
	for (size_t i = 0; i < n->count && i < REASONS; i++) {
		json_object_begin(j);
		json_name_str(j, "reason", str_from(n->all[i].name));
		json_name_int(j, "count", n->all[i].rejections);
		json_object_end(j);
	}
	json_array_end(j);
}

static void write_gates(struct json_writer *j, struct names *n)
{
	sort(n);
	json_array_begin(j);
	for (size_t i = 0; i < n->count; i++) {
		json_object_begin(j);
		json_name_str(j, "gate", str_from(n->all[i].name));
		json_name_int(j, "approvals", n->all[i].approvals);
		json_name_int(j, "rejections", n->all[i].rejections);
		json_object_end(j);
	}
	json_array_end(j);
}

static void write_decisions(struct web_asked_store *a, struct deciding *d)
{
	struct json_writer j;
	struct buf parts[3], updated;
	void (*const write[])(struct json_writer *, struct names *) = {
		write_types, write_reasons, write_gates};
	struct names *const names[] = {&d->deciders, &d->reasons, &d->tools};
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		buf_init(&parts[i], WEB_METRICS_BYTES);
		json_writer_init(&j, &parts[i]);
		write[i](&j, names[i]);
	}
	buf_init(&updated, NAME_BYTES);
	if (d->last_ms > 0) {
		instant_append_utc(&updated, d->last_ms);
	}
	json_writer_init(&j, &a->quality);
	orchestrator_write_quality(&j, &(const struct orchestrator_quality){
					       .updated_at = buf_str(&updated),
					       .total = (double)(d->approvals + d->rejections),
					       .consensus = NAN,
					       .approvals = (double)d->approvals,
					       .rejections = (double)d->rejections,
					       .escalations = 0,
					       .by_type = buf_str(&parts[0]),
					       .reasons = buf_str(&parts[1]),
					       .gates = buf_str(&parts[2]),
				       });
	buf_finish(&updated);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		buf_finish(&parts[i]);
		free(names[i]->all);
	}
}

static int ask_decisions(struct store_db *db, struct web_asked_store *a)
{
	struct store_query *q = store_db_query(db, decisions);
	struct deciding d = {0};
	store_db_bind_int(q, 1, (a->now_ms - ORCHESTRATOR_DAY_MS) / QUARTER_MS);
	while (store_db_step(q)) {
		add_decision(&d, q);
	}
	int r = store_db_end(q);
	write_decisions(a, &d);
	return r;
}

/* ---- usage */

static int64_t hour_begin_ms(int64_t now_ms)
{
	time_t seconds = (time_t)(now_ms / 1000);
	struct tm local;
	(void)localtime_r(&seconds, &local);
	return (int64_t)(seconds - (time_t)local.tm_min * 60 - local.tm_sec) * 1000;
}

struct provider_use {
	char id[NAME_BYTES]; // TOOL:PROVIDER
	const char *provider;
	int64_t day_tokens, day_calls, hour_tokens, hour_calls;
};

struct uses {
	struct provider_use *all; // owned
	size_t count, capacity;
};

static struct provider_use *find_use(struct uses *u, struct str tool, struct str model)
{
	char id[NAME_BYTES];
	const char *provider = orchestrator_provider_of(model, tool);
	(void)snprintf(id, sizeof(id), "%.*s:%s", STR_ARG(tool), provider);
	for (size_t i = 0; i < u->count; i++) {
		if (str_equal(str_from(u->all[i].id), str_from(id))) {
			return &u->all[i];
		}
	}
	u->all = xgrow(u->all, u->count, &u->capacity, sizeof(*u->all));
	struct provider_use *ret = &u->all[u->count++];
	*ret = (struct provider_use){.provider = provider};
	(void)snprintf(ret->id, sizeof(ret->id), "%s", id);
	return ret;
}

static void write_use(struct json_writer *j, const struct provider_use *u, bool is_whole)
{
	json_object_begin(j);
	if (is_whole) {
		json_name_str(j, "id", str_from(u->id));
	}
	json_name_str(j, "provider", str_from(u->provider));
	json_name_int(j, "hourlyTokens", u->hour_tokens);
	if (is_whole) {
		json_name_int(j, "hourlyRequests", u->hour_calls);
	}
	json_name_int(j, "dailyTokens", u->day_tokens);
	if (is_whole) {
		json_name_int(j, "dailyRequests", u->day_calls);
	}
	json_name(j, "utilizationPercent");
	json_null(j); // no client reports its limits
	json_object_end(j);
}

static void write_uses(struct buf *out, const struct uses *u, bool is_whole)
{
	struct json_writer j;
	json_writer_init(&j, out);
	json_array_begin(&j);
	for (size_t i = 0; i < u->count; i++) {
		write_use(&j, &u->all[i], is_whole);
	}
	json_array_end(&j);
}

static int ask_use(struct store_db *db, struct web_asked_store *a)
{
	struct store_query *q = store_db_query(db, used);
	struct uses u = {0};
	store_db_bind_int(q, 1, local_day_begin_ms(local_day_of(a->now_ms)) / QUARTER_MS);
	store_db_bind_int(q, 2, hour_begin_ms(a->now_ms) / QUARTER_MS);
	while (store_db_step(q)) {
		struct provider_use *p = find_use(&u, store_db_text(q, 0), store_db_text(q, 1));
		p->day_tokens += store_db_int(q, 2);
		p->day_calls += store_db_int(q, 3);
		p->hour_tokens += store_db_int(q, 4);
		p->hour_calls += store_db_int(q, 5);
	}
	int r = store_db_end(q);
	write_uses(&a->providers, &u, true);
	write_uses(&a->tokens, &u, false);
	free(u.all);
	return r;
}

int web_ask_store(struct store_db *db, void *arg)
{
	struct web_asked_store *a = arg;
	a->disk = web_host_disk(a->path);
	int r = ask_decisions(db, a);
	return r == 0 ? ask_use(db, a) : r;
}
