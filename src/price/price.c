#include "price/price.h"

#include <stddef.h>

#include "base/mem.h"
#include "price/price_name.h"
#include "price/price_table.h"

enum { NAME_BYTES = 256 };

static const int64_t day_ms = INT64_C(86400000);

/* ---- which model */

/* Exactly that name. The user's own model also replaces the listed one under its other names. */
static bool find_exactly(const struct price_book *book, struct str name, struct price_match *ret)
{
	const struct price_model *own = NULL, *listed = NULL;
	if (book->own != NULL) {
		own = price_table_find(book->own, name);
	}
	if (own == NULL && book->listed != NULL) {
		listed = price_table_find(book->listed, name);
		own = listed != NULL && book->own != NULL
			      ? price_table_find(book->own, listed->name)
			      : NULL;
	}
	if (own == NULL && listed == NULL) {
		return false;
	}
	ret->table = own != NULL ? book->own : book->listed;
	ret->model = own != NULL ? own : listed;
	return true;
}

/* The longest match of both lists. */
static bool cut_prefix(const struct price_book *book, struct str *name)
{
	const struct price_table *tables[] = {book->listed, book->own};
	struct str shortest = *name;
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		struct str rest = *name;
		if (tables[i] != NULL &&
			price_name_cut_prefix(
				&rest, tables[i]->prefixes, tables[i]->prefix_count) &&
			rest.size < shortest.size) {
			shortest = rest;
		}
	}
	bool cut = shortest.size < name->size;
	*name = shortest;
	return cut;
}

bool price_find(const struct price_book *book, struct str told, struct price_match *ret)
{
	char lower[NAME_BYTES];
	struct str name = str_trim(told);
	if (name.size == 0 || name.size > sizeof(lower)) {
		return false;
	}
	str_lower(name, lower);
	size_t size = name.size;
	name.data = lower;
	bool found = find_exactly(book, name, ret);
	while (!found && cut_prefix(book, &name)) {
		found = find_exactly(book, name, ret);
	}
	while (!found && price_name_cut_ending(&name)) {
		found = find_exactly(book, name, ret);
	}
	if (found) {
		ret->prefix = (size_t)(name.data - lower);
		ret->ending = size - ret->prefix - name.size;
	}
	return found;
}

/* ---- at which speed */

static bool is_usual(struct str speed)
{
	static const struct str words[] = {STR_INIT(""), STR_INIT("normal"), STR_INIT("standard"),
		STR_INIT("default"), STR_INIT("auto")};
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (str_equal_nocase(words[i], speed)) {
			return true;
		}
	}
	return false;
}

const struct price_speed *price_find_speed(
	const struct price_match *m, struct str told, bool *ret_unlisted)
{
	static const struct str fast = STR_INIT("fast"), priority = STR_INIT("priority");
	struct str speed = str_trim(told);
	const struct price_speed *found = price_table_speed(m->table, m->model, speed);
	if (found == NULL && str_equal_nocase(speed, priority)) {
		found = price_table_speed(m->table, m->model, fast);
	} else if (found == NULL && str_equal_nocase(speed, fast)) {
		found = price_table_speed(m->table, m->model, priority);
	}
	*ret_unlisted = found == NULL && !is_usual(speed);
	return found != NULL ? found : price_table_speed(m->table, m->model, (struct str){0});
}

/* ---- how much */

static int64_t believed(int64_t tokens)
{
	return tokens >= 0 && tokens <= USAGE_MAX_TOKENS ? tokens : 0;
}

static int64_t prompt_tokens(const struct usage *u)
{
	int64_t sum = 0;
	for (unsigned i = 0; i < USAGE_OUTPUT; i++) {
		sum += believed(u->tokens[i]);
	}
	return sum;
}

static int64_t nano_usd_of(const struct price_list *prices, const struct usage *u)
{
	/* six classes, each at most 10^9 tokens at 10^9 pico-USD */
	int64_t pico = 0;
	for (unsigned i = 0; i <= USAGE_OUTPUT; i++) {
		pico += believed(u->tokens[i]) * prices->of[i];
	}
	return (pico + 500) / 1000;
}

bool price_call(
	const struct price_book *book, const struct price_query *query, struct price_quote *ret)
{
	struct price_match m;
	if (!price_find(book, query->model, &m)) {
		return false;
	}
	int64_t day = query->at_ms / day_ms - (query->at_ms % day_ms < 0);
	const struct price_speed *speed = price_find_speed(&m, query->speed, &ret->unlisted_speed);
	const struct price_list *prices = price_table_list(
		m.table, speed, day, query->is_sum ? 0 : prompt_tokens(query->usage));
	ret->model = m.model->name;
	ret->nano_usd = nano_usd_of(prices, query->usage);
	return true;
}
