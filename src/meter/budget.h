/* What was spent today and this month, compared with budgets.
 *
 * Days and months are local ones, passed in as numbers: the core has no clock. A budget is an
 * alarm, not a brake: it is reported at 80 % and at 100 %, once per period. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "session/session.h"

enum budget_period { BUDGET_DAY, BUDGET_MONTH, BUDGET_SESSION, BUDGET_PERIOD_COUNT };

/* 20261128: a day, of which the first six digits are its month. */
typedef int32_t budget_date;

struct budget_sum {
	int64_t nano_usd[SESSION_COST_COUNT]; // by source
	int64_t unpriced_calls;
};

/* A budget that is, or is nearly, used up. */
struct budget_alarm {
	enum budget_period period;
	unsigned percent; // 80 or 100
	int64_t spent_nano_usd, limit_nano_usd;
};

struct budget {
	int64_t limit_nano_usd[BUDGET_PERIOD_COUNT]; // 0: none
	budget_date today;
	struct budget_sum sums[BUDGET_SESSION]; // of this day, of this month
	unsigned reported[BUDGET_SESSION];      // the percentage, in this period
};

/* "day", "month", "session": as in settings and API. */
const char *budget_period_name(enum budget_period period);

/* Starts a new day, and possibly a new month, if today differs. Returns whether it did. */
bool budget_set_date(struct budget *b, budget_date today);

/* Adds the cost of a call on that day to the current periods it falls into; negative for a
 * correction. */
void budget_add(struct budget *b, budget_date date, enum session_cost source, int64_t nano_usd,
	unsigned calls);

/* Restores what earlier runs have spent and reported in a period. */
void budget_restore(struct budget *b, enum budget_period period, const struct budget_sum *sum,
	unsigned reported_percent);

/* Adjusts the sum of a period by change, which may be negative. */
void budget_adjust(struct budget *b, enum budget_period period, const struct budget_sum *change);

void budget_sum_add(struct budget_sum *to, const struct budget_sum *sum);

int64_t budget_spent(const struct budget *b, enum budget_period period);

/* The next alarm due for the day or month; false: none. */
bool budget_take_alarm(struct budget *b, struct budget_alarm *ret);

/* The same for one session, whose cost has just grown from before to now. */
bool budget_take_session_alarm(const struct budget *b, int64_t before_nano_usd,
	int64_t now_nano_usd, struct budget_alarm *ret);
