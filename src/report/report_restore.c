#include "report/report_restore.h"

#include <stdlib.h>

#include "base/mem.h"
#include "report/report.h"
#include "store/store_db.h"

enum { COUNTERS_MAX = 20000 };

static int read_counters(struct store_db *db, struct report_restored *r)
{
	struct store_query *q = store_db_query(db,
		"SELECT name, labels, value, created_ms FROM counter WHERE name LIKE '%/%' LIMIT ?1");
	store_db_bind_int(q, 1, COUNTERS_MAX);
	r->counters = xcalloc(COUNTERS_MAX, sizeof(*r->counters));
	while (r->counter_count < COUNTERS_MAX && store_db_step(q)) {
		r->counters[r->counter_count++] = (struct report_counter){
			.name = str_dup(store_db_text(q, 0)),
			.labels = str_dup(store_db_text(q, 1)),
			.value = store_db_int(q, 2),
			.created_ms = store_db_int(q, 3),
		};
	}
	return store_db_end(q);
}

static int read_sum(struct store_db *db, int64_t first_day, struct budget_sum *ret)
{
	struct store_query *q = store_db_query(db,
		"SELECT sum(reported_nano_usd), sum(estimated_nano_usd), sum(unpriced_calls)"
		" FROM daily WHERE day >= ?1");
	store_db_bind_int(q, 1, first_day);
	if (store_db_step(q)) {
		ret->nano_usd[SESSION_COST_REPORTED] = store_db_int(q, 0);
		ret->nano_usd[SESSION_COST_ESTIMATED] = store_db_int(q, 1);
		ret->unpriced_calls = store_db_int(q, 2);
	}
	return store_db_end(q);
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
		result = read_sum(db, first_days[i], &r->sums[i]);
		result = result < 0 ? result
				    : read_reported(db, (enum budget_period)i, first_days[i],
					      &r->reported[i]);
	}
	return result;
}

void report_restored_finish(struct report_restored *r)
{
	for (size_t i = 0; i < r->counter_count; i++) {
		free(r->counters[i].name);
		free(r->counters[i].labels);
	}
	free(r->counters);
}
