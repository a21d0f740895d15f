/* GET /api/stats: sums over today, the month, everything, and a range of days.
 *
 * Everything comes from daily, latency and recent, where triggers keep sums, so the size of the
 * history does not matter. Only what is running now is read from the calls themselves. */
#include <errno.h>
#include <string.h>

#include "base/json_write.h"
#include "base/mem.h"
#include "report/report.h"
#include "report/report_latency.h"
#include "report/report_sum.h"
#include "store/store_db.h"

enum {
	DAYS = 30,
	MONTHS = 12,
	HOURS = 24,
	QUARTER_MS = 15 * 60 * 1000,
	ACTIVE_MS = 5 * 60 * 1000,
	ACTIVE_MAX = 10
};

/* ?1 and ?2: the first and the last day; ?3 project, ?4 tool, ?5 model, NULL for all of them. */
#define CHOSEN                                                                                     \
	" day BETWEEN ?1 AND ?2 AND (?3 IS NULL OR project = ?3)"                                  \
	" AND (?4 IS NULL OR tool = ?4) AND (?5 IS NULL OR model = ?5)"

enum { DAY_MAX = 99991231 };

struct days {
	int64_t first, last;
};

static void bind_choice(
	struct store_query *q, const struct report_request *request, struct days days)
{
	const char *const texts[] = {request->project, request->tool, request->model};
	store_db_bind_int(q, 1, days.first);
	store_db_bind_int(q, 2, days.last);
	for (int i = 0; i < (int)ARRAY_SIZE(texts); i++) {
		if (texts[i] != NULL) {
			store_db_bind_text(q, 3 + i, str_from(texts[i]));
		}
	}
}

static int read_sum(struct store_db *db, const struct report_request *request, struct days days,
	struct report_sum *ret)
{
	struct store_query *q = store_db_query(
		db, "SELECT " REPORT_SUM_COLUMNS " FROM daily WHERE" CHOSEN);
	bind_choice(q, request, days);
	*ret = (struct report_sum){0};
	if (store_db_step(q)) {
		report_sum_read(ret, q);
	}
	return store_db_end(q);
}

static struct report_latency *place_all(struct str model, void *data)
{
	(void)model;
	return data;
}

static int write_period(struct json_writer *j, struct store_db *db,
	const struct report_request *request, const char *name, struct days days)
{
	struct report_sum sum;
	struct report_latency latency = {0};
	int r = read_sum(db, request, days, &sum);
	r = r < 0 ? r
		  : report_latency_read(db, request, days.first, days.last, place_all, &latency);
	json_name(j, name);
	json_object_begin(j);
	report_sum_write(j, &sum);
	report_latency_write(j, &latency);
	json_object_end(j);
	return r;
}

/* ---- by time */

static void write_date(struct json_writer *j, const char *name, int64_t day)
{
	struct buf text;
	buf_init(&text, 32);
	report_append_date(&text, day);
	json_name_str(j, name, (struct str){text.data, day % 100 == 0 ? 7 : text.size});
	buf_finish(&text);
}

/* Rows with a day or month as their last column, ascending; missing ones are written as zeros.
 * next: the successor of a day or month. */
static int write_series(struct json_writer *j, struct store_query *q, const char *key,
	int64_t first, int count, int64_t (*next)(int64_t at))
{
	int64_t at = first, due = 0;
	struct report_sum sum;
	json_array_begin(j);
	bool more = store_db_step(q);
	for (int i = 0; i < count; i++, at = next(at)) {
		due = more ? store_db_int(q, REPORT_SUM_COUNT) : 0;
		sum = (struct report_sum){0};
		if (more && due == at) {
			report_sum_read(&sum, q);
			more = store_db_step(q);
		}
		json_object_begin(j);
		write_date(j, key, at);
		report_sum_write_short(j, &sum);
		json_object_end(j);
	}
	json_array_end(j);
	return store_db_end(q);
}

static int64_t next_day(int64_t day)
{
	return report_day_plus(day, 1);
}

static int64_t next_month(int64_t month)
{
	return report_month_plus(month / 100, 1) * 100;
}

static int write_days(
	struct json_writer *j, struct store_db *db, const struct report_request *request)
{
	int64_t today = report_day(request->now_ms), first = report_day_plus(today, 1 - DAYS);
	struct store_query *q = store_db_query(db,
		"SELECT " REPORT_SUM_COLUMNS ", day FROM daily WHERE" CHOSEN
		" GROUP BY day ORDER BY day");
	bind_choice(q, request, (struct days){first, today});
	json_name(j, "days");
	return write_series(j, q, "date", first, DAYS, next_day);
}

static int write_months(
	struct json_writer *j, struct store_db *db, const struct report_request *request)
{
	int64_t today = report_day(request->now_ms);
	int64_t first = report_month_plus(today / 100, 1 - MONTHS) * 100;
	struct store_query *q = store_db_query(db,
		"SELECT " REPORT_SUM_COLUMNS ", day / 100 * 100 FROM daily WHERE" CHOSEN
		" GROUP BY day / 100 ORDER BY day / 100");
	bind_choice(q, request, (struct days){first, today});
	json_name(j, "months");
	return write_series(j, q, "month", first, MONTHS, next_month);
}

/* By the clock, so that the day that has an hour twice counts both in it. */
static int write_hours(struct json_writer *j, struct store_db *db,
	const struct report_request *request, const char *name, int64_t day)
{
	struct report_sum hours[HOURS] = {0};
	struct store_query *q = store_db_query(db,
		"SELECT quarter, calls, tokens, nano_usd FROM recent"
		" WHERE quarter >= ?6 AND quarter < ?7 AND" CHOSEN);
	bind_choice(q, request, (struct days){day, day});
	store_db_bind_int(q, 6, report_day_begin_ms(day) / QUARTER_MS);
	store_db_bind_int(q, 7, report_day_begin_ms(next_day(day)) / QUARTER_MS);
	while (store_db_step(q)) {
		struct report_sum *hour = &hours[report_hour(store_db_int(q, 0) * QUARTER_MS)];
		hour->calls += store_db_int(q, 1);
		hour->tokens[USAGE_INPUT] += store_db_int(q, 2);
		hour->reported_nano_usd += store_db_int(q, 3);
	}
	json_name(j, name);
	json_array_begin(j);
	for (int i = 0; i < HOURS; i++) {
		json_object_begin(j);
		json_name_int(j, "hour", i);
		report_sum_write_short(j, &hours[i]);
		json_object_end(j);
	}
	json_array_end(j);
	return store_db_end(q);
}

/* ---- by group */

#define BY_COST " ORDER BY sum(reported_nano_usd + estimated_nano_usd) DESC, sum(calls) DESC, 20"
#define GROUPED(column)                                                                            \
	"SELECT " REPORT_SUM_COLUMNS ", " column " FROM daily WHERE" CHOSEN                        \
	" GROUP BY " column BY_COST

static const struct {
	const char *word, *name, *key, *sql;
} groups[] = {
	{"model", "by_model", "model", GROUPED("model")},
	{"project", "by_project", "project", GROUPED("project")},
	{"tool", "by_tool", "tool", GROUPED("tool")},
	{"day", "by_day", "date", GROUPED("day")},
};

bool report_read_groups(struct str text, unsigned *ret)
{
	unsigned mask = 0;
	do {
		struct str word = str_cut(&text, ',');
		size_t i = 0;
		while (i < ARRAY_SIZE(groups) && !str_equal(word, str_from(groups[i].word))) {
			i++;
		}
		if (i == ARRAY_SIZE(groups)) {
			return false;
		}
		mask |= 1u << i;
	} while (text.size > 0);
	*ret = mask;
	return true;
}

static int write_group(struct json_writer *j, struct store_db *db,
	const struct report_request *request, struct days days, size_t index)
{
	struct store_query *q = store_db_query(db, groups[index].sql);
	bind_choice(q, request, days);
	json_name(j, groups[index].name);
	json_array_begin(j);
	while (store_db_step(q)) {
		struct report_sum sum;
		struct str key = store_db_text(q, REPORT_SUM_COUNT);
		report_sum_read(&sum, q);
		json_object_begin(j);
		if (strcmp(groups[index].key, "date") == 0) {
			write_date(j, "date", store_db_int(q, REPORT_SUM_COUNT));
		} else {
			json_name_str(j, groups[index].key, key.size > 0 ? key : (struct str){0});
		}
		report_sum_write(j, &sum);
		json_object_end(j);
	}
	json_array_end(j);
	return store_db_end(q);
}

/* ---- members for earlier dashboards */

static int write_models(struct json_writer *j, struct store_db *db)
{
	struct store_query *q = store_db_query(
		db, "SELECT " REPORT_SUM_COLUMNS ", model FROM daily GROUP BY model" BY_COST);
	json_name(j, "models");
	json_array_begin(j);
	while (store_db_step(q)) {
		struct report_sum sum;
		report_sum_read(&sum, q);
		json_object_begin(j);
		json_name_str(j, "model_name", store_db_text(q, REPORT_SUM_COUNT));
		json_name_int(j, "invocations", sum.calls);
		json_name_int(j, "total_tokens", report_sum_tokens(&sum));
		json_name(j, "total_cost_usd");
		json_billionths(j, report_sum_cost(&sum));
		json_object_end(j);
	}
	json_array_end(j);
	return store_db_end(q);
}

static int write_trends(
	struct json_writer *j, struct store_db *db, const struct report_request *request)
{
	int64_t today = report_day(request->now_ms), day = report_day_plus(today, 1 - DAYS);
	struct store_query *q = store_db_query(db,
		"SELECT day, sum(reported_nano_usd + estimated_nano_usd) FROM daily"
		" WHERE day BETWEEN ?1 AND ?2 GROUP BY day ORDER BY day");
	store_db_bind_int(q, 1, day);
	store_db_bind_int(q, 2, today);
	bool more = store_db_step(q);
	json_name(j, "trends");
	json_array_begin(j);
	for (int i = 0; i < DAYS; i++, day = next_day(day)) {
		bool is_due = more && store_db_int(q, 0) == day;
		json_object_begin(j);
		write_date(j, "date", day);
		json_name(j, "cost_usd");
		json_billionths(j, is_due ? store_db_int(q, 1) : 0);
		json_object_end(j);
		more = is_due ? store_db_step(q) : more;
	}
	json_array_end(j);
	return store_db_end(q);
}

static int write_active(
	struct json_writer *j, struct store_db *db, const struct report_request *request)
{
	static const char *const names[] = {"invocation_id", "timestamp", "agent_name", "tool_name",
		"model_name", "total_tokens", "cost", "latency_ms", "status"};
	struct store_query *q = store_db_query(db,
		"SELECT invocation_id, timestamp, agent_name, tool_name, model_name, total_tokens,"
		" cost_nano_usd, latency_ms, invocations.status FROM invocations"
		" JOIN call ON call.row = invocations.id"
		" WHERE call.row IN (SELECT row FROM call WHERE end_ms >= ?1 AND calls > 0"
		" ORDER BY end_ms DESC LIMIT ?2) ORDER BY call.end_ms DESC");
	store_db_bind_int(q, 1, request->now_ms - ACTIVE_MS);
	store_db_bind_int(q, 2, ACTIVE_MAX);
	json_name(j, "active_operations");
	json_array_begin(j);
	while (store_db_step(q)) {
		json_object_begin(j);
		for (int i = 0; i < (int)ARRAY_SIZE(names); i++) {
			if (i == 6) {
				json_name(j, "cost_usd");
				json_billionths(j, store_db_int(q, i));
			} else if (store_db_is_null(q, i)) {
				json_name(j, names[i]);
				json_null(j);
			} else if (i == 5 || i == 7) {
				json_name_int(j, names[i], store_db_int(q, i));
			} else {
				json_name_str(j, names[i], store_db_text(q, i));
			}
		}
		json_object_end(j);
	}
	json_array_end(j);
	return store_db_end(q);
}

static void write_tasks(struct json_writer *j, const struct report_tasks *tasks)
{
	json_name(j, "tasks");
	json_object_begin(j);
	json_name_int(j, "inbox", tasks->inbox);
	json_name_int(j, "assigned", tasks->assigned);
	json_name_int(j, "done", tasks->done);
	json_name_int(j, "other", tasks->other);
	json_name_int(j, "total", tasks->inbox + tasks->assigned + tasks->done);
	json_object_end(j);
}

/* ---- the answer */

/* The forecast for today, at its pace so far; from one hour and three calls on. */
static void write_projection(
	struct json_writer *j, const struct report_request *request, const struct report_sum *today)
{
	int64_t day = report_day(request->now_ms), begin_ms = report_day_begin_ms(day);
	int64_t passed_ms = request->now_ms - begin_ms;
	int64_t length_ms = report_day_begin_ms(report_day_plus(day, 1)) - begin_ms;
	json_name(j, "projected_today");
	if (passed_ms < 3600 * 1000 || today->calls < 3) {
		json_null(j);
	} else {
		double usd = (double)report_sum_cost(today) * (double)length_ms / (double)passed_ms;
		json_billionths(j, usd < 9e18 ? (int64_t)usd : INT64_MAX);
	}
}

static void write_budgets(struct json_writer *j, const struct report_request *request)
{
	json_name(j, "budgets");
	json_array_begin(j);
	for (size_t i = 0; i < BUDGET_PERIOD_COUNT; i++) {
		int64_t limit = request->budget.limit_nano_usd[i];
		if (limit == 0) {
			continue;
		}
		json_object_begin(j);
		json_name_str(j, "period", str_from(budget_period_name((enum budget_period)i)));
		json_name(j, "limit_usd");
		json_billionths(j, limit);
		if (i != BUDGET_SESSION) {
			json_name(j, "spent_usd");
			json_billionths(j, budget_spent(&request->budget, (enum budget_period)i));
		}
		json_object_end(j);
	}
	json_array_end(j);
}

static void write_costs(struct json_writer *j, const struct report_sum sums[3])
{
	static const char *const names[] = {"today", "month", "total"};
	json_name(j, "costs");
	json_object_begin(j);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		json_name(j, names[i]);
		json_billionths(j, report_sum_cost(&sums[i]));
	}
	json_object_end(j);
}

static int write_first_dashboards(struct json_writer *j, struct store_db *db,
	const struct report_request *request, const struct days days[3])
{
	const struct report_request all = {.now_ms = request->now_ms};
	struct report_sum sums[3];
	int r = 0;
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(sums); i++) {
		r = read_sum(db, &all, days[i], &sums[i]);
	}
	if (r == 0) {
		write_tasks(j, &request->tasks);
		write_costs(j, sums);
	}
	r = r < 0 ? r : write_models(j, db);
	r = r < 0 ? r : write_trends(j, db, request);
	return r < 0 ? r : write_active(j, db, request);
}

static bool has_range(const struct report_request *request)
{
	return request->from_ms != 0 || request->to_ms != 0;
}

static struct days range_of(const struct report_request *request)
{
	return (struct days){
		.first = request->from_ms != 0 ? report_day(request->from_ms) : 0,
		.last = request->to_ms != 0 ? report_day(request->to_ms - 1) : DAY_MAX,
	};
}

static int write_by_time(
	struct json_writer *j, struct store_db *db, const struct report_request *request)
{
	int64_t today = report_day(request->now_ms);
	int r = write_hours(j, db, request, "hours", today);
	r = r < 0 ? r : write_hours(j, db, request, "hours_yesterday", report_day_plus(today, -1));
	r = r < 0 ? r : write_days(j, db, request);
	return r < 0 ? r : write_months(j, db, request);
}

static int write_periods(struct json_writer *j, struct store_db *db,
	const struct report_request *request, const struct days days[3])
{
	static const char *const names[] = {"today", "month", "total"};
	int r = 0;
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(names); i++) {
		r = write_period(j, db, request, names[i], days[i]);
	}
	return r == 0 && has_range(request)
		       ? write_period(j, db, request, "range", range_of(request))
		       : r;
}

int report_stats(struct store_db *db, const struct report_request *request, struct buf *out)
{
	int64_t today = report_day(request->now_ms);
	const struct days days[] = {{today, today}, {today / 100 * 100, today}, {0, DAY_MAX}};
	struct days chosen = has_range(request) ? range_of(request) : days[1];
	struct report_sum sum = {0};
	struct json_writer j;
	json_writer_init(&j, out);
	json_object_begin(&j);
	int r = write_periods(&j, db, request, days);
	r = r < 0 ? r : write_by_time(&j, db, request);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(groups); i++) {
		bool is_wanted = request->groups == 0 || (request->groups >> i & 1) != 0;
		r = is_wanted ? write_group(&j, db, request, chosen, i) : 0;
	}
	r = r < 0 ? r : read_sum(db, request, days[0], &sum);
	write_projection(&j, request, &sum);
	write_budgets(&j, request);
	json_name_str(&j, "plan", request->is_subscription ? STR("subscription") : STR("api"));
	r = r < 0 ? r : write_first_dashboards(&j, db, request, days);
	report_name_time(&j, "timestamp", request->now_ms);
	json_object_end(&j);
	return r;
}
