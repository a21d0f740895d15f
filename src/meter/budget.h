/* What was spent today and this month, and the budgets that it is held against.
 *
 * Days and months are the local ones of whoever asks, and come as numbers: the core has no clock. A
 * budget is an alarm and no brake: it is reported at 80 % and at 100 %, once a period. */
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

/* What there is to report. */
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

/* "day", "month", "session": as the settings and the API name it. */
const char *budget_period_name(enum budget_period period);

/* Begins a new day, and a new month with it, where today is another one. Whether it was. */
bool budget_set_date(struct budget *b, budget_date today);

/* The cost of a call of that day, which counts in the periods that it falls into; negative where a
 * correction lowers it. */
void budget_add(struct budget *b, budget_date date, enum session_cost source, int64_t nano_usd,
	unsigned calls);

/* What earlier runs of the daemon have spent in a period, and reported. */
void budget_restore(struct budget *b, enum budget_period period, const struct budget_sum *sum,
	unsigned reported_percent);

/* What a period cost is no longer what was counted: change is added, and may be below 0. */
void budget_adjust(struct budget *b, enum budget_period period, const struct budget_sum *change);

void budget_sum_add(struct budget_sum *to, const struct budget_sum *sum);

int64_t budget_spent(const struct budget *b, enum budget_period period);

/* The next alarm of day or month that is due and was not given; false: none. */
bool budget_take_alarm(struct budget *b, struct budget_alarm *ret);

/* The same for one session, whose cost has just grown from before to now. */
bool budget_take_session_alarm(const struct budget *b, int64_t before_nano_usd,
	int64_t now_nano_usd, struct budget_alarm *ret);
