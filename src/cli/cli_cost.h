/* What assistants cost, as the daemon's /api/stats and /api/sessions?past=1 tell it, and a table of
 * it for people. No clock and no output. */
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
	double spent_usd; // negative: not one sum, as of a session's
};

struct cli_cost {
	struct cli_cost_row *rows; // owned
	size_t count;
	int64_t all_rows; // how many there are, of which count were sent
	struct cli_cost_row total;
	struct cli_cost_budget budgets[CLI_COST_BUDGETS];
	size_t budget_count;
	struct str plan; // "api" or "subscription"
};

/* Reads an answer of /api/stats, which is changed and must outlive the result: what the sums of
 * period ("today", "month", "range") were spent on. 0 or -EPROTO. */
int cli_cost_read(
	char *text, size_t size, enum cli_cost_by by, const char *period, struct cli_cost *ret);

/* Reads an answer of /api/sessions?past=1 in the place of rows and total. 0 or -EPROTO. */
int cli_cost_read_sessions(char *text, size_t size, struct cli_cost *cost);

void cli_cost_finish(struct cli_cost *cost);

/* Whether its user pays a flat rate, so that costs are only equivalents. */
bool cli_cost_is_flat(const struct cli_cost *cost);

/* Whether what was spent has reached a budget of day or month. */
bool cli_cost_is_exceeded(const struct cli_cost *cost);

/* The limit of one session in US dollars; 0: none. */
double cli_cost_session_limit(const struct cli_cost *cost);

/* A table with bars, a line of totals, what its marks mean, and the budgets. what: "this month". */
void cli_cost_append(struct buf *out, const struct cli_cost *cost, enum cli_cost_by by,
	const char *what, const struct cli_style *style);

/* "$1.23", "<$0.01", "≈$1.23", "≥$1.23"; in ASCII "~" and ">=". */
void cli_cost_append_usd(struct buf *out, const struct cli_cost_row *row, bool ascii);

/* "950", "1.2k", "3.4M", "5.6B" */
void cli_cost_append_tokens(struct buf *out, int64_t tokens);
