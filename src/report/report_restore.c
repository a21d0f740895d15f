#include "report/report_restore.h"

#include <stdlib.h>

#include "base/mem.h"
#include "report/report.h"
#include "store/store_db.h"

enum { COUNTERS_MAX = 20000, DAY_MS = 24 * 60 * 60 * 1000 };

static int read_counters(struct store_db *db, struct report_restored *r)
{
	struct store_query *q = store_db_query(db,
		"SELECT name, labels, value, created_ms FROM counter WHERE name LIKE '%/%' LIMIT ?1");
	store_db_bind_int(q, 1, COUNTERS_MAX);
	while (store_db_step(q)) {
		r->counters = xgrow_list(r->counters, r->counter_count, sizeof(*r->counters));
		r->counters[r->counter_count++] = (struct report_counter){
			.name = str_dup(store_db_text(q, 0)),
			.labels = str_dup(store_db_text(q, 1)),
			.value = store_db_int(q, 2),
			.created_ms = store_db_int(q, 3),
		};
	}
	return store_db_end(q);
}

static int read_sum(
	struct store_db *db, int64_t first_day, int64_t last_day, struct budget_sum *ret)
{
	struct store_spent spent = {.from_day = first_day, .to_day = last_day};
	int r = store_load_spent(db, &spent);
	ret->nano_usd[SESSION_COST_REPORTED] = spent.reported_nano_usd;
	ret->nano_usd[SESSION_COST_ESTIMATED] = spent.estimated_nano_usd;
	ret->unpriced_calls = spent.unpriced_calls;
	return r;
}

static int read_reported(
	struct store_db *db, enum budget_period period, int64_t first_day, unsigned *ret)
{
	struct store_query *q = store_db_query(db,
		"SELECT max(CAST(json_extract(detail, '$.percent') AS INTEGER)) FROM event"
		" WHERE at_ms >= ?1 AND kind = 'budget' AND json_extract(detail, '$.period') = ?2");
	store_db_bind_int(q, 1, report_day_begin_ms(first_day));
	store_db_bind_text(q, 2, str_from(budget_period_name(period)));
	if (store_db_step(q)) {
		*ret = (unsigned)store_db_int(q, 0);
	}
	return store_db_end(q);
}

int report_restore(struct store_db *db, void *arg)
{
	struct report_restored *r = arg;
	int64_t today = report_day(r->now_ms);
	const int64_t first_days[] = {[BUDGET_DAY] = today, [BUDGET_MONTH] = today / 100 * 100 + 1};
	int result = read_counters(db, r);
	for (size_t i = 0; result == 0 && i < ARRAY_SIZE(first_days); i++) {
		result = read_sum(db, first_days[i], today, &r->sums[i]);
		result = result < 0 ? result
				    : read_reported(db, (enum budget_period)i, first_days[i],
					      &r->reported[i]);
	}
	r->past.since_ms = r->now_ms - DAY_MS;
	return result < 0 ? result : store_load_past(db, &r->past);
}

void report_restored_finish(struct report_restored *r)
{
	for (size_t i = 0; i < r->counter_count; i++) {
		free(r->counters[i].name);
		free(r->counters[i].labels);
	}
	free(r->counters);
	store_past_finish(&r->past);
}
