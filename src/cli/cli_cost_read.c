#include <errno.h>
#include <stdlib.h>

#include "base/json_bind.h"
#include "base/mem.h"
#include "cli/cli_cost.h"

enum { DEPTH = 16, ROWS_MAX = 10000 };

/* ---- a sum, whatever it is a sum over */

static const struct json_member cost_members[] = {
	JSON_MEMBER("estimated", DOUBLE, struct cli_cost_row, estimated_usd),
};
static const struct json_shape cost_shape = JSON_SHAPE(cost_members);

static const struct json_member token_members[] = {
	JSON_MEMBER("total", INT, struct cli_cost_row, tokens),
};
static const struct json_shape token_shape = JSON_SHAPE(token_members);

#define SUM_MEMBERS                                                                                \
	JSON_MEMBER("cost_usd", DOUBLE, struct cli_cost_row, usd),                                 \
		JSON_MEMBER("calls", INT, struct cli_cost_row, calls),                             \
		JSON_MEMBER("unpriced_calls", INT, struct cli_cost_row, unpriced_calls),           \
		{STR_INIT("cost"), JSON_BIND_OBJECT, .shape = &cost_shape},                        \
	{                                                                                          \
		STR_INIT("tokens"), JSON_BIND_OBJECT, .shape = &token_shape                        \
	}

static const struct json_member sum_members[] = {SUM_MEMBERS};
static const struct json_shape sum_shape = JSON_SHAPE(sum_members);

/* ---- rows, by what they are for */

#define NAMED(member) SUM_MEMBERS, JSON_MEMBER(member, TEXT, struct cli_cost_row, name)

static const struct json_member model_members[] = {NAMED("model")};
static const struct json_member project_members[] = {NAMED("project")};
static const struct json_member tool_members[] = {NAMED("tool")};
static const struct json_member day_members[] = {NAMED("date")};
static const struct json_member session_members[] = {
	NAMED("session_id"),
	JSON_MEMBER("project", TEXT, struct cli_cost_row, project),
};

static const struct {
	struct str array; // of the answer
	struct json_shape shape;
} groups[CLI_COST_BY_COUNT] = {
	[CLI_COST_BY_MODEL] = {STR_INIT("by_model"), JSON_SHAPE(model_members)},
	[CLI_COST_BY_PROJECT] = {STR_INIT("by_project"), JSON_SHAPE(project_members)},
	[CLI_COST_BY_TOOL] = {STR_INIT("by_tool"), JSON_SHAPE(tool_members)},
	[CLI_COST_BY_DAY] = {STR_INIT("by_day"), JSON_SHAPE(day_members)},
	[CLI_COST_BY_SESSION] = {STR_INIT("sessions"), JSON_SHAPE(session_members)},
};

static void *add_row(void *into, struct str name)
{
	struct cli_cost *cost = into;
	(void)name;
	if (cost->count == ROWS_MAX) {
		return NULL;
	}
	cost->rows = xgrow_list(cost->rows, cost->count, sizeof(*cost->rows));
	cost->rows[cost->count] = (struct cli_cost_row){0};
	return &cost->rows[cost->count++];
}

/* ---- budgets */

static const struct json_member budget_members[] = {
	JSON_MEMBER("period", TEXT, struct cli_cost_budget, period),
	JSON_MEMBER("limit_usd", DOUBLE, struct cli_cost_budget, limit_usd),
	JSON_MEMBER("spent_usd", DOUBLE, struct cli_cost_budget, spent_usd),
};
static const struct json_shape budget_shape = JSON_SHAPE(budget_members);

static void *add_budget(void *into, struct str name)
{
	struct cli_cost *cost = into;
	(void)name;
	if (cost->budget_count == CLI_COST_BUDGETS) {
		return NULL;
	}
	cost->budgets[cost->budget_count] = (struct cli_cost_budget){.spent_usd = -1};
	return &cost->budgets[cost->budget_count++];
}

static const struct json_items budgets = {
	.item = {.kind = JSON_BIND_OBJECT, .shape = &budget_shape}, .add = add_budget};

/* ---- the answers */

/* total: the member with the sum of all rows. The daemon never writes values of other types. */
static int read_answer(char *text, size_t size, enum cli_cost_by by,
	const struct json_member *total, struct cli_cost *cost)
{
	const struct json_items rows = {
		.item = {.kind = JSON_BIND_OBJECT, .shape = &groups[by].shape}, .add = add_row};
	const struct json_member members[] = {
		{groups[by].array, JSON_BIND_ARRAY, .items = &rows},
		{STR_INIT("budgets"), JSON_BIND_ARRAY, .items = &budgets},
		JSON_MEMBER("plan", TEXT, struct cli_cost, plan),
		*total,
	};
	const struct json_shape shape = JSON_SHAPE(members);
	struct json_tally tally = {0};
	bool is_read = json_bind_text(text, size, DEPTH, &shape, cost, &tally);
	return is_read && tally.misfits == 0 ? 0 : -EPROTO;
}

int cli_cost_read(
	char *text, size_t size, enum cli_cost_by by, const char *period, struct cli_cost *ret)
{
	struct cli_cost cost = {0};
	const struct json_member total = {str_from(period), JSON_BIND_OBJECT,
		.offset = offsetof(struct cli_cost, total), .shape = &sum_shape};
	if (read_answer(text, size, by, &total, &cost) < 0) {
		cli_cost_finish(&cost);
		return -EPROTO;
	}
	*ret = cost;
	return 0;
}

int cli_cost_read_sessions(char *text, size_t size, struct cli_cost *cost)
{
	static const struct json_member total = JSON_MEMBER(
		"total", INT, struct cli_cost, all_rows);
	cost->total = (struct cli_cost_row){0};
	if (read_answer(text, size, CLI_COST_BY_SESSION, &total, cost) < 0) {
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

bool cli_cost_is_flat(const struct cli_cost *cost)
{
	return str_equal(cost->plan, STR("subscription"));
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
