/* What assistants cost, from the daemon's /api/stats and /api/sessions?past=1, and a table of it
 * for people. No clock, no output. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct buf;
struct cli_style;

enum cli_cost_by {
	CLI_COST_BY_MODEL,
	CLI_COST_BY_PROJECT,
	CLI_COST_BY_TOOL,
	CLI_COST_BY_DAY,
	CLI_COST_BY_SESSION,
	CLI_COST_BY_COUNT,
};

extern const char *const cli_cost_by_words[]; // by enum cli_cost_by, up to a NULL

struct cli_cost_row { // texts are slices of the answer
	struct str name;
	struct str project; // of a session
	double usd, estimated_usd;
	int64_t calls, tokens, unpriced_calls;
};

enum { CLI_COST_BUDGETS = 8 };

struct cli_cost_budget {
	struct str period; // "day", "month", "session"
	double limit_usd;
	double spent_usd; // negative: not a single sum, as for sessions
};

struct cli_cost {
	struct cli_cost_row *rows; // owned
	size_t count;
	int64_t all_rows; // how many there are; count of them were sent
	struct cli_cost_row total;
	struct cli_cost_budget budgets[CLI_COST_BUDGETS];
	size_t budget_count;
	struct str plan; // "api" or "subscription"
};

/* Reads an answer of /api/stats, which is modified and must outlive the result: how the sum of
 * period ("today", "month", "range") breaks down. 0 or -EPROTO. */
int cli_cost_read(
	char *text, size_t size, enum cli_cost_by by, const char *period, struct cli_cost *ret);

/* Replaces rows and total from an answer of /api/sessions?past=1. 0 or -EPROTO. */
int cli_cost_read_sessions(char *text, size_t size, struct cli_cost *cost);

void cli_cost_finish(struct cli_cost *cost);

/* Whether the user pays a flat rate, so that costs are only equivalents. */
bool cli_cost_is_flat(const struct cli_cost *cost);

/* Whether the budget of the day or month is used up. */
bool cli_cost_is_exceeded(const struct cli_cost *cost);

/* The limit of one session in US dollars; 0: none. */
double cli_cost_session_limit(const struct cli_cost *cost);

/* Appends a table with bars, a line of totals, a legend of its marks, and the budgets. what: "this
 * month". */
void cli_cost_append(struct buf *out, const struct cli_cost *cost, enum cli_cost_by by,
	const char *what, const struct cli_style *style);

/* "$1.23", "<$0.01", "≈$1.23", "≥$1.23"; in ASCII "~" and ">=". */
void cli_cost_append_usd(struct buf *out, const struct cli_cost_row *row, bool ascii);

/* "950", "1.2k", "3.4M", "5.6B" */
void cli_cost_append_tokens(struct buf *out, int64_t tokens);
