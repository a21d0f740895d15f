#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_read.h"
#include "base/mem.h"
#include "cli/cli_ask.h"
#include "cli/cli_cost.h"

enum { DEPTH = 16, ROWS_MAX = 10000 };

#define ROW(member) offsetof(struct cli_cost_row, member)

/* Of a sum, whatever it is a sum over. */
#define SUM_MEMBERS                                                                                \
	{"cost_usd", CLI_MEMBER_DOUBLE, ROW(usd)},                                                 \
		{"cost.estimated", CLI_MEMBER_DOUBLE, ROW(estimated_usd)},                         \
		{"calls", CLI_MEMBER_INT, ROW(calls)},                                             \
		{"tokens.total", CLI_MEMBER_INT, ROW(tokens)},                                     \
	{                                                                                          \
		"unpriced_calls", CLI_MEMBER_INT, ROW(unpriced_calls)                              \
	}

static const struct cli_member sum_members[] = {SUM_MEMBERS};

static const struct {
	const char *array; // of the answer
	struct cli_member members[8];
} groups[CLI_COST_BY_COUNT] = {
	[CLI_COST_BY_MODEL] = {"by_model", {SUM_MEMBERS, {"model", CLI_MEMBER_TEXT, ROW(name)}}},
	[CLI_COST_BY_PROJECT] = {"by_project",
		{SUM_MEMBERS, {"project", CLI_MEMBER_TEXT, ROW(name)}}},
	[CLI_COST_BY_TOOL] = {"by_tool", {SUM_MEMBERS, {"tool", CLI_MEMBER_TEXT, ROW(name)}}},
	[CLI_COST_BY_DAY] = {"by_day", {SUM_MEMBERS, {"date", CLI_MEMBER_TEXT, ROW(name)}}},
	[CLI_COST_BY_SESSION] = {"sessions",
		{SUM_MEMBERS, {"session_id", CLI_MEMBER_TEXT, ROW(name)},
			{"project", CLI_MEMBER_TEXT, ROW(project)}}},
};

static size_t member_count(enum cli_cost_by by)
{
	size_t count = 0;
	while (count < ARRAY_SIZE(groups[by].members) && groups[by].members[count].name != NULL) {
		count++;
	}
	return count;
}

static bool read_rows(struct json_reader *r, enum cli_cost_by by, struct cli_cost *cost)
{
	enum json_token t;
	while ((t = json_next(r)) == JSON_OBJECT_BEGIN && cost->count < ROWS_MAX) {
		if ((cost->count & (cost->count + 1)) == 0) { // room for 1, 3, 7, 15, …
			size_t room = cost->count * 2 + 1;
			cost->rows = xrealloc(cost->rows, room * sizeof(*cost->rows));
		}
		struct cli_cost_row *row = &cost->rows[cost->count];
		*row = (struct cli_cost_row){0};
		if (!cli_read_members(r, groups[by].members, member_count(by), row)) {
			return false;
		}
		cost->count++;
	}
	return t == JSON_ARRAY_END;
}

static bool read_budgets(struct json_reader *r, struct cli_cost *cost)
{
	static const struct cli_member members[] = {
		{"period", CLI_MEMBER_TEXT, offsetof(struct cli_cost_budget, period)},
		{"limit_usd", CLI_MEMBER_DOUBLE, offsetof(struct cli_cost_budget, limit_usd)},
		{"spent_usd", CLI_MEMBER_DOUBLE, offsetof(struct cli_cost_budget, spent_usd)},
	};
	enum json_token t;
	while ((t = json_next(r)) == JSON_OBJECT_BEGIN && cost->budget_count < CLI_COST_BUDGETS) {
		struct cli_cost_budget *budget = &cost->budgets[cost->budget_count++];
		*budget = (struct cli_cost_budget){.spent_usd = -1};
		if (!cli_read_members(r, members, ARRAY_SIZE(members), budget)) {
			return false;
		}
	}
	return t == JSON_ARRAY_END;
}

static bool read_member(
	struct json_reader *r, enum cli_cost_by by, const char *period, struct cli_cost *cost)
{
	struct str name = r->text;
	enum json_token t = json_next(r);
	if (t == JSON_ARRAY_BEGIN && str_equal(name, str_from(groups[by].array))) {
		return read_rows(r, by, cost);
	}
	if (t == JSON_ARRAY_BEGIN && str_equal(name, STR("budgets"))) {
		return read_budgets(r, cost);
	}
	if (t == JSON_OBJECT_BEGIN && period != NULL && str_equal(name, str_from(period))) {
		return cli_read_members(r, sum_members, ARRAY_SIZE(sum_members), &cost->total);
	}
	if (t == JSON_STRING && str_equal(name, STR("plan"))) {
		cost->is_subscription = str_equal(r->text, STR("subscription"));
	}
	if (t == JSON_NUMBER && str_equal(name, STR("total"))) {
		(void)str_to_int64(r->text, &cost->all_rows);
	}
	return json_skip(r, t);
}

static int read_answer(
	char *text, size_t size, enum cli_cost_by by, const char *period, struct cli_cost *cost)
{
	struct json_reader r;
	json_reader_init(&r, text, size, DEPTH);
	enum json_token t = json_next(&r);
	bool is_good = t == JSON_OBJECT_BEGIN;
	while (is_good && (t = json_next(&r)) == JSON_NAME) {
		is_good = read_member(&r, by, period, cost);
	}
	return is_good && t == JSON_OBJECT_END && json_next(&r) == JSON_END ? 0 : -EPROTO;
}

int cli_cost_read(
	char *text, size_t size, enum cli_cost_by by, const char *period, struct cli_cost *ret)
{
	struct cli_cost cost = {0};
	if (read_answer(text, size, by, period, &cost) < 0) {
		cli_cost_finish(&cost);
		return -EPROTO;
	}
	*ret = cost;
	return 0;
}

int cli_cost_read_sessions(char *text, size_t size, struct cli_cost *cost)
{
	cost->total = (struct cli_cost_row){0};
	if (read_answer(text, size, CLI_COST_BY_SESSION, NULL, cost) < 0) {
		return -EPROTO;
	}
	for (size_t i = 0; i < cost->count; i++) {
		cost->total.usd += cost->rows[i].usd;
		cost->total.estimated_usd += cost->rows[i].estimated_usd;
		cost->total.calls += cost->rows[i].calls;
		cost->total.tokens += cost->rows[i].tokens;
		cost->total.unpriced_calls += cost->rows[i].unpriced_calls;
	}
	return 0;
}

void cli_cost_finish(struct cli_cost *cost)
{
	free(cost->rows);
	*cost = (struct cli_cost){0};
}

bool cli_cost_is_exceeded(const struct cli_cost *cost)
{
	for (size_t i = 0; i < cost->budget_count; i++) {
		const struct cli_cost_budget *b = &cost->budgets[i];
		if (b->spent_usd >= 0 && b->limit_usd > 0 && b->spent_usd >= b->limit_usd) {
			return true;
		}
	}
	return false;
}

double cli_cost_session_limit(const struct cli_cost *cost)
{
	for (size_t i = 0; i < cost->budget_count; i++) {
		if (str_equal(cost->budgets[i].period, STR("session"))) {
			return cost->budgets[i].limit_usd;
		}
	}
	return 0;
}
