/* What calls cost, to the nano-dollar: the vectors, and the two lists together. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/json_number.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "price/price.h"
#include "price/price_listed.h"
#include "price/price_table.h"
#include "price/price_vectors.h"
#include "support/suite.h"

static struct price_table *read_list(struct str json)
{
	const char *error = NULL;
	unsigned line = 0;
	struct price_table *table = price_table_read(json, &error, &line);
	ck_assert_msg(table != NULL, "line %u: %s", line, error);
	return table;
}

/* ---- vectors */

struct vector {
	struct str name, model, speed, matched;
	struct usage usage;
	int64_t at_ms, nano_usd;
	bool is_unpriced;
};

static int64_t read_number(struct str text, size_t from, size_t size)
{
	int64_t number = 0;
	ck_assert(str_to_int64((struct str){text.data + from, size}, &number));
	return number;
}

/* "2026-11-27T12:00:00Z", or with "+01:00" for the Z. */
static int64_t read_time(struct str text)
{
	int64_t day;
	ck_assert(instant_read_date((struct str){text.data, 10}, &day));
	int64_t seconds = day * 86400 + read_number(text, 11, 2) * 3600 +
			  read_number(text, 14, 2) * 60 + read_number(text, 17, 2);
	if (text.data[19] != 'Z') {
		int64_t off = read_number(text, 20, 2) * 3600 + read_number(text, 23, 2) * 60;
		seconds -= text.data[19] == '-' ? -off : off;
	}
	return seconds * 1000;
}

static void read_member(struct vector *v, struct str name, enum json_token t, struct str text)
{
	static const struct {
		struct str name;
		enum usage_class class;
	} classes[] = {
		{STR_INIT("input"), USAGE_INPUT},
		{STR_INIT("cache_read"), USAGE_CACHE_READ},
		{STR_INIT("cache_write"), USAGE_CACHE_WRITE},
		{STR_INIT("cache_write_5m"), USAGE_CACHE_WRITE_5M},
		{STR_INIT("cache_write_1h"), USAGE_CACHE_WRITE_1H},
		{STR_INIT("output"), USAGE_OUTPUT},
		{STR_INIT("reasoning"), USAGE_REASONING},
	};
	const struct {
		struct str name;
		struct str *text;
	} texts[] = {
		{STR_INIT("name"), &v->name},
		{STR_INIT("model"), &v->model},
		{STR_INIT("speed"), &v->speed},
		{STR_INIT("matched_model"), &v->matched},
	};
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		if (str_equal(name, classes[i].name)) {
			ck_assert(json_to_int64(text, &v->usage.tokens[classes[i].class]));
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (str_equal(name, texts[i].name) && t == JSON_STRING) {
			*texts[i].text = text;
		}
	}
	if (str_equal(name, STR("at"))) {
		v->at_ms = read_time(text);
	} else if (str_equal(name, STR("expect_nano_usd"))) {
		v->is_unpriced = t == JSON_STRING;
		ck_assert(v->is_unpriced || json_to_int64(text, &v->nano_usd));
	}
}

static struct vector read_vector(struct json_reader *r)
{
	struct vector v = {0};
	enum json_token t;
	while ((t = json_next(r)) == JSON_NAME) {
		struct str name = r->text;
		t = json_next(r);
		if (t == JSON_OBJECT_BEGIN) {
			ck_assert(json_skip(r, t));
		} else {
			read_member(&v, name, t, r->text);
		}
	}
	ck_assert_int_eq(t, JSON_OBJECT_END);
	return v;
}

static void check_vector(const struct price_book *book, const struct vector *v)
{
	const struct price_query query = {
		.model = v->model, .speed = v->speed, .at_ms = v->at_ms, .usage = &v->usage};
	struct price_quote quote = {.nano_usd = -1};
	bool is_priced = price_call(book, &query, &quote);
	ck_assert_msg(is_priced == !v->is_unpriced, "%.*s: %spriced", STR_ARG(v->name),
		is_priced ? "" : "not ");
	if (is_priced) {
		ck_assert_msg(quote.nano_usd == v->nano_usd, "%.*s: %lld, not %lld",
			STR_ARG(v->name), (long long)quote.nano_usd, (long long)v->nano_usd);
		ck_assert(str_equal(quote.model, v->matched));
	}
}

START_TEST(every_vector_costs_what_it_must)
{
	struct price_table *table = read_list(price_listed_json);
	const struct price_book book = {.listed = table};
	char *text = str_dup(price_vectors_json);
	struct json_reader r;
	json_reader_init(&r, text, price_vectors_json.size, 8);
	size_t count = 0;
	for (enum json_token t; (t = json_next(&r)) != JSON_END;) {
		ck_assert_int_ne(t, JSON_ERROR);
		if (t == JSON_NAME && str_equal(r.text, STR("vectors"))) {
			ck_assert_int_eq(json_next(&r), JSON_ARRAY_BEGIN);
			while (json_next(&r) == JSON_OBJECT_BEGIN) {
				struct vector v = read_vector(&r);
				check_vector(&book, &v);
				count++;
			}
		}
	}
	ck_assert_uint_eq(count, 133);
	free(text);
	price_table_destroy(table);
}
END_TEST

/* ---- beside the vectors */

#define LIST(models) STR("{\"version\":2,\"prefixes\":[\"acme/\"],\"models\":[" models "]}")
#define MODEL(name, aliases, input)                                                                \
	"{\"model\":\"" name "\",\"aliases\":[" aliases "],\"prices\":[{\"input\":" input          \
	",\"output\":0}]}"

static int64_t cost_of(const struct price_book *book, const char *model)
{
	const struct usage usage = {.tokens = {[USAGE_INPUT] = 1000}};
	struct price_quote quote;
	const struct price_query query = {.model = str_from(model), .usage = &usage};
	return price_call(book, &query, &quote) ? quote.nano_usd / 1000000 : -1;
}

START_TEST(its_users_own_prices_come_first)
{
	struct price_table *listed = read_list(LIST(MODEL("one", "\"uno\"", "1") "," MODEL(
		"two", "", "2") "," MODEL("three", "", "3")));
	struct price_table *own = read_list(
		STR("{\"version\":2,\"prefixes\":[\"mine/\"],\"models\":[" MODEL(
			"One", "", "10") "," MODEL("four", "\"three\"", "40") "]}"));
	const struct price_book both = {listed, own}, only = {listed, NULL}, none = {NULL, NULL};
	ck_assert_int_eq(cost_of(&only, "uno"), 1);
	ck_assert_int_eq(cost_of(&both, "one"), 10);
	ck_assert_int_eq(cost_of(&both, "uno"), 10); // another name of the model that it replaces
	ck_assert_int_eq(cost_of(&both, "two"), 2);
	ck_assert_int_eq(cost_of(&both, "three"), 40);
	ck_assert_int_eq(cost_of(&both, "mine/acme/two"), 2);
	ck_assert_int_eq(cost_of(&only, "mine/two"), -1);
	ck_assert_int_eq(cost_of(&none, "one"), -1);
	price_table_destroy(own);
	price_table_destroy(listed);
}
END_TEST

START_TEST(sums_of_calls_take_the_row_whatever_their_length)
{
	struct price_table *table = read_list(price_listed_json);
	const struct price_book book = {.listed = table};
	const struct usage usage = {.tokens = {[USAGE_INPUT] = 300000, [USAGE_OUTPUT] = 1000}};
	struct price_query query = {.model = STR("gemini-2.5-pro"), .usage = &usage};
	struct price_quote call, sum;
	ck_assert(price_call(&book, &query, &call));
	query.is_sum = true;
	ck_assert(price_call(&book, &query, &sum));
	ck_assert_int_eq(call.nano_usd, 765000000);
	ck_assert_int_eq(sum.nano_usd, 385000000);
	price_table_destroy(table);
}
END_TEST

/* One that is read anew meanwhile. */
START_TEST(a_list_lives_as_long_as_its_last_holder)
{
	struct price_table *table = read_list(price_listed_json);
	ck_assert_ptr_eq(price_table_hold(table), table);
	price_table_destroy(table);
	ck_assert_ptr_nonnull(price_table_find(table, STR("claude-opus-5-5")));
	price_table_destroy(table);
	ck_assert_ptr_null(price_table_hold(NULL));
}
END_TEST

START_TEST(a_speed_that_is_not_listed_is_marked)
{
	struct price_table *table = read_list(price_listed_json);
	const struct price_book book = {.listed = table};
	static const struct {
		struct str speed;
		bool marked;
	} speeds[] = {{STR_INIT(""), false}, {STR_INIT("Standard"), false},
		{STR_INIT("AUTO"), false}, {STR_INIT("warp"), true}, {STR_INIT("flex"), true},
		{STR_INIT("FAST"), false}, {STR_INIT(" priority "), false}};
	const struct usage usage = {.tokens = {[USAGE_INPUT] = 1}};
	for (size_t i = 0; i < ARRAY_SIZE(speeds); i++) {
		const struct price_query query = {
			.model = STR("claude-opus-5-5"), .speed = speeds[i].speed, .usage = &usage};
		struct price_quote quote;
		ck_assert(price_call(&book, &query, &quote));
		ck_assert_int_eq(quote.unlisted_speed, speeds[i].marked);
	}
	price_table_destroy(table);
}
END_TEST

START_TEST(names_of_any_length_are_looked_up)
{
	struct price_table *table = read_list(price_listed_json);
	const struct price_book book = {.listed = table};
	char name[1000];
	memset(name, '/', sizeof(name));
	const struct usage usage = {0};
	for (size_t size = 0; size <= sizeof(name); size++) {
		const struct price_query query = {.model = {name, size}, .usage = &usage};
		struct price_quote quote;
		ck_assert(!price_call(&book, &query, &quote));
	}
	price_table_destroy(table);
}
END_TEST

static Suite *price_suite(void)
{
	Suite *suite = suite_create("price");
	TCase *c = tcase_create("cost");
	tcase_add_test(c, every_vector_costs_what_it_must);
	tcase_add_test(c, its_users_own_prices_come_first);
	tcase_add_test(c, sums_of_calls_take_the_row_whatever_their_length);
	tcase_add_test(c, a_speed_that_is_not_listed_is_marked);
	tcase_add_test(c, a_list_lives_as_long_as_its_last_holder);
	tcase_add_test(c, names_of_any_length_are_looked_up);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(price_suite());
}
