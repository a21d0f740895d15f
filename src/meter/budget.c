#include "meter/budget.h"

#include "base/mem.h"

static const unsigned steps[] = {100, 80};

const char *budget_period_name(enum budget_period period)
{
	static const char *const names[BUDGET_PERIOD_COUNT] = {
		[BUDGET_DAY] = "day", [BUDGET_MONTH] = "month", [BUDGET_SESSION] = "session"};
	return names[period];
}

static void begin_period(struct budget *b, enum budget_period period)
{
	b->sums[period] = (struct budget_sum){0};
	b->reported[period] = 0;
}

bool budget_set_date(struct budget *b, budget_date today)
{
	if (today == b->today) {
		return false;
	}
	if (today / 100 != b->today / 100) {
		begin_period(b, BUDGET_MONTH);
	}
	begin_period(b, BUDGET_DAY);
	b->today = today;
	return true;
}

static int64_t add(int64_t a, int64_t b)
{
	int64_t sum;
	return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static bool falls_into(const struct budget *b, budget_date date, enum budget_period period)
{
	return period == BUDGET_DAY ? date == b->today : date / 100 == b->today / 100;
}

void budget_add(struct budget *b, budget_date date, enum session_cost source, int64_t nano_usd,
	unsigned calls)
{
	for (size_t i = 0; i < ARRAY_SIZE(b->sums); i++) {
		if (!falls_into(b, date, (enum budget_period)i)) {
			continue;
		}
		b->sums[i].nano_usd[source] = add(b->sums[i].nano_usd[source], nano_usd);
		b->sums[i].unpriced_calls += source == SESSION_COST_UNPRICED ? calls : 0;
	}
}

void budget_sum_add(struct budget_sum *to, const struct budget_sum *sum)
{
	for (size_t i = 0; i < SESSION_COST_COUNT; i++) {
		to->nano_usd[i] = add(to->nano_usd[i], sum->nano_usd[i]);
	}
	to->unpriced_calls += sum->unpriced_calls;
}

void budget_adjust(struct budget *b, enum budget_period period, const struct budget_sum *change)
{
	struct budget_sum *sum = &b->sums[period];
	budget_sum_add(sum, change);
	for (size_t i = 0; i < SESSION_COST_COUNT; i++) {
		sum->nano_usd[i] = sum->nano_usd[i] > 0 ? sum->nano_usd[i] : 0;
	}
	sum->unpriced_calls = sum->unpriced_calls > 0 ? sum->unpriced_calls : 0;
}

void budget_restore(struct budget *b, enum budget_period period, const struct budget_sum *sum,
	unsigned reported_percent)
{
	budget_sum_add(&b->sums[period], sum);
	if (reported_percent > b->reported[period]) {
		b->reported[period] = reported_percent;
	}
}

int64_t budget_spent(const struct budget *b, enum budget_period period)
{
	int64_t spent = 0;
	for (size_t i = 0; i < SESSION_COST_COUNT; i++) {
		spent = add(spent, b->sums[period].nano_usd[i]);
	}
	return spent;
}

/* Divides instead of multiplying, to avoid overflow. */
static bool is_reached(int64_t spent, int64_t limit, unsigned percent)
{
	return spent >= limit / 100 * percent + limit % 100 * percent / 100;
}

static bool take(const struct budget *b, enum budget_period period, int64_t spent,
	unsigned *reported, struct budget_alarm *ret)
{
	int64_t limit = b->limit_nano_usd[period];
	for (size_t i = 0; limit > 0 && i < ARRAY_SIZE(steps); i++) {
		if (*reported < steps[i] && is_reached(spent, limit, steps[i])) {
			*reported = steps[i];
			*ret = (struct budget_alarm){period, steps[i], spent, limit};
			return true;
		}
	}
	return false;
}

bool budget_take_alarm(struct budget *b, struct budget_alarm *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(b->sums); i++) {
		enum budget_period period = (enum budget_period)i;
		if (take(b, period, budget_spent(b, period), &b->reported[i], ret)) {
			return true;
		}
	}
	return false;
}

bool budget_take_session_alarm(const struct budget *b, int64_t before_nano_usd,
	int64_t now_nano_usd, struct budget_alarm *ret)
{
	unsigned reported = 0;
	int64_t limit = b->limit_nano_usd[BUDGET_SESSION];
	for (size_t i = ARRAY_SIZE(steps); i-- > 0;) {
		reported = is_reached(before_nano_usd, limit, steps[i]) ? steps[i] : reported;
	}
	return take(b, BUDGET_SESSION, now_nano_usd, &reported, ret);
}
