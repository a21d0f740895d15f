#include "report/report_sum.h"

#include <stddef.h>

#include "base/json_write.h"
#include "base/mem.h"
#include "store/store_db.h"

/* In the order of REPORT_SUM_COLUMNS. */
static const size_t columns[REPORT_SUM_COUNT] = {
	offsetof(struct report_sum, calls),
	offsetof(struct report_sum, errors),
	offsetof(struct report_sum, turns),
	offsetof(struct report_sum, tokens[USAGE_INPUT]),
	offsetof(struct report_sum, tokens[USAGE_CACHE_READ]),
	offsetof(struct report_sum, tokens[USAGE_CACHE_WRITE_5M]),
	offsetof(struct report_sum, tokens[USAGE_CACHE_WRITE_1H]),
	offsetof(struct report_sum, tokens[USAGE_CACHE_WRITE]),
	offsetof(struct report_sum, tokens[USAGE_OUTPUT]),
	offsetof(struct report_sum, tokens[USAGE_REASONING]),
	offsetof(struct report_sum, reported_nano_usd),
	offsetof(struct report_sum, estimated_nano_usd),
	offsetof(struct report_sum, free_calls),
	offsetof(struct report_sum, unpriced_calls),
	offsetof(struct report_sum, unpriced_tokens),
	offsetof(struct report_sum, timed_calls),
	offsetof(struct report_sum, duration_ms),
	offsetof(struct report_sum, worked_ms),
	offsetof(struct report_sum, waited_ms),
};

static int64_t *field(struct report_sum *s, size_t column)
{
	return (int64_t *)(void *)((char *)s + columns[column]);
}

void report_sum_read(struct report_sum *ret, const struct store_query *q)
{
	*ret = (struct report_sum){0};
	for (size_t i = 0; i < REPORT_SUM_COUNT; i++) {
		*field(ret, i) = store_db_int(q, (int)i);
	}
}

void report_sum_add(struct report_sum *to, const struct report_sum *from)
{
	struct report_sum copy = *from;
	for (size_t i = 0; i < REPORT_SUM_COUNT; i++) {
		*field(to, i) += *field(&copy, i);
	}
}

int64_t report_sum_cost(const struct report_sum *s)
{
	return s->reported_nano_usd + s->estimated_nano_usd;
}

int64_t report_sum_tokens(const struct report_sum *s)
{
	int64_t sum = 0;
	for (size_t i = 0; i < USAGE_REASONING; i++) {
		sum += s->tokens[i];
	}
	return sum;
}

static void write_money(struct json_writer *j, const char *name, int64_t nano_usd)
{
	json_name(j, name);
	json_billionths(j, nano_usd);
}

static void write_tokens(struct json_writer *j, const struct report_sum *s)
{
	json_name(j, "tokens");
	json_object_begin(j);
	for (unsigned i = 0; i < USAGE_CLASS_COUNT; i++) {
		json_name_int(j, usage_class_name(i), s->tokens[i]);
	}
	json_name_int(j, "total", report_sum_tokens(s));
	json_object_end(j);
}

/* To four decimals, half up; null without calls. */
static void write_success_rate(struct json_writer *j, const struct report_sum *s)
{
	json_name(j, "success_rate");
	if (s->calls <= 0) {
		json_null(j);
	} else {
		int64_t good = s->calls > s->errors ? s->calls - s->errors : 0;
		json_billionths(j, (good * 20000 + s->calls) / (2 * s->calls) * 100000);
	}
}

void report_sum_write(struct json_writer *j, const struct report_sum *s)
{
	write_money(j, "cost_usd", report_sum_cost(s));
	json_name(j, "cost");
	json_object_begin(j);
	write_money(j, "reported", s->reported_nano_usd);
	write_money(j, "estimated", s->estimated_nano_usd);
	write_money(j, "free", 0);
	json_object_end(j);
	json_name_int(j, "free_calls", s->free_calls);
	json_name_int(j, "unpriced_calls", s->unpriced_calls);
	json_name_int(j, "unpriced_tokens", s->unpriced_tokens);
	write_tokens(j, s);
	json_name_int(j, "calls", s->calls);
	json_name_int(j, "errors", s->errors);
	write_success_rate(j, s);
	json_name_int(j, "turns", s->turns);
	json_name_int(j, "worked_ms", s->worked_ms);
	json_name_int(j, "waited_ms", s->waited_ms);
}

void report_sum_write_short(struct json_writer *j, const struct report_sum *s)
{
	write_money(j, "cost_usd", report_sum_cost(s));
	json_name_int(j, "calls", s->calls);
	json_name_int(j, "tokens", report_sum_tokens(s));
}
