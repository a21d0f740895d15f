#include "price/price_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/json_number.h"
#include "base/mem.h"

static const int64_t max_pico = INT64_C(1000000000); // 1000 USD for a million tokens

struct price_table *price_table_hold(struct price_table *t)
{
	if (t != NULL) {
		t->holders++;
	}
	return t;
}

void price_table_destroy(struct price_table *t)
{
	if (t == NULL || t->holders-- > 0) {
		return;
	}
	hash_finish(&t->by_name);
	free(t->prefixes);
	free(t->models);
	free(t->speeds);
	free(t->lists);
	free(t->names);
	free(t->text);
	free(t);
}

const struct price_model *price_table_find(const struct price_table *t, struct str name)
{
	struct hash_node *node = hash_first(&t->by_name, str_hash(name));
	for (; node != NULL; node = hash_next(node)) {
		const struct price_name *n = container_of(node, struct price_name, node);
		if (str_equal(n->text, name)) {
			return &t->models[n->model];
		}
	}
	return NULL;
}

const struct price_speed *price_table_speed(
	const struct price_table *t, const struct price_model *model, struct str speed)
{
	for (uint32_t i = 0; i < model->speed_count; i++) {
		const struct price_speed *s = &t->speeds[model->first_speed + i];
		if (str_equal_nocase(s->name, speed)) {
			return s;
		}
	}
	return NULL;
}

const struct price_list *price_table_list(const struct price_table *t,
	const struct price_speed *speed, int64_t day, int64_t prompt_tokens)
{
	const struct price_list *found = &t->lists[speed->first];
	bool in_row = true;
	for (uint32_t i = 0; i < speed->count; i++) {
		const struct price_list *list = &t->lists[speed->first + i];
		if (list->above_tokens == 0) {
			in_row = list->from_day <= day;
			found = in_row ? list : found;
		} else if (in_row && prompt_tokens > list->above_tokens) {
			found = list;
		}
	}
	return found;
}

struct price_list price_list_untold(void)
{
	struct price_list list = {.from_day = INT64_MIN};
	for (unsigned i = 0; i <= USAGE_OUTPUT; i++) {
		list.of[i] = PRICE_UNTOLD;
	}
	return list;
}

static int64_t told_or(int64_t price, int64_t other)
{
	return price != PRICE_UNTOLD ? price : other;
}

void price_list_fill(struct price_list *list)
{
	int64_t *of = list->of, input = of[USAGE_INPUT];
	int64_t write = of[USAGE_CACHE_WRITE], write_5m = of[USAGE_CACHE_WRITE_5M];
	of[USAGE_CACHE_READ] = told_or(of[USAGE_CACHE_READ], input);
	of[USAGE_CACHE_WRITE_5M] = told_or(write_5m, told_or(write, input));
	of[USAGE_CACHE_WRITE_1H] = told_or(of[USAGE_CACHE_WRITE_1H], told_or(write, input));
	of[USAGE_CACHE_WRITE] = told_or(write, told_or(write_5m, input));
}

bool price_pico(struct str number, int shift, int64_t *ret)
{
	enum { DIGITS = 40 };
	char text[DIGITS + 32];
	size_t size = 0;
	int64_t exponent = 0;
	while (size < number.size && number.data[size] != 'e' && number.data[size] != 'E') {
		size++;
	}
	if (size < number.size) {
		struct str digits = str_skip(number, size + 1);
		bool plus = digits.size > 0 && digits.data[0] == '+';
		if (!str_to_int64(str_skip(digits, plus), &exponent)) {
			return false;
		}
	}
	/* the same digits, the point moved */
	if (size > DIGITS || exponent < -DIGITS || exponent > DIGITS) {
		return false;
	}
	int n = snprintf(
		text, sizeof(text), "%.*se%" PRId64, (int)size, number.data, exponent + shift);
	int64_t pico;
	if (!json_to_int64((struct str){text, (size_t)n}, &pico) || pico < 0 || pico > max_pico) {
		return false;
	}
	*ret = pico;
	return true;
}

void price_day_format(int64_t day, char ret[PRICE_DAY_BYTES])
{
	enum { DAY_S = 86400, FIRST = 10957, PAST_LAST = 47482 }; // 2000-01-01, 2100-01-01
	time_t at = (time_t)(day >= FIRST && day < PAST_LAST ? day * DAY_S : 0);
	struct tm date;
	if (at == 0 || gmtime_r(&at, &date) == NULL ||
		strftime(ret, PRICE_DAY_BYTES, "%Y-%m-%d", &date) == 0) {
		ret[0] = '\0';
	}
}
