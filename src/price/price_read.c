/* A price list from JSON: one table of members for each kind of object. */
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/json_number.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "price/price_table.h"

enum { DEPTH = 16, VERSION = 2 };

struct reader {
	struct json_reader json;
	struct price_table *table;
	const char *error;
};

struct member {
	struct str name;
	bool (*read)(struct reader *r, enum json_token t, const struct member *m, void *into);
	bool required;
	unsigned detail; // what read() makes of it
};

static bool fail(struct reader *r, const char *error)
{
	if (r->error == NULL) { // a syntax error takes precedence
		r->error = r->json.error != NULL ? r->json.error : error;
	}
	return false;
}

/* ---- objects and arrays */

static const struct member *find_member(
	const struct member *members, size_t count, struct str name, unsigned *ret_bit)
{
	for (size_t i = 0; i < count; i++) {
		if (str_equal(members[i].name, name)) {
			*ret_bit = 1u << i;
			return &members[i];
		}
	}
	return NULL;
}

/* Unknown members are for future readers. */
static bool read_object(
	struct reader *r, enum json_token t, const struct member *members, size_t count, void *into)
{
	unsigned seen = 0, bit = 0;
	if (t != JSON_OBJECT_BEGIN) {
		return fail(r, "an object is missing");
	}
	while ((t = json_next(&r->json)) == JSON_NAME) {
		const struct member *m = find_member(members, count, r->json.text, &bit);
		t = json_next(&r->json);
		if (m == NULL ? !json_skip(&r->json, t) : !m->read(r, t, m, into)) {
			return fail(r, r->json.error);
		}
		if (m != NULL && (seen & bit) != 0) {
			return fail(r, "a member stands twice");
		}
		seen |= m != NULL ? bit : 0;
	}
	for (size_t i = 0; i < count; i++) {
		if (members[i].required && (seen >> i & 1) == 0) {
			return fail(r, "a member is missing that every one has");
		}
	}
	return t == JSON_OBJECT_END || fail(r, r->json.error);
}

static bool read_array(struct reader *r, enum json_token t,
	bool (*read)(struct reader *r, enum json_token t, void *into), void *into)
{
	if (t != JSON_ARRAY_BEGIN) {
		return fail(r, "a list is missing");
	}
	while ((t = json_next(&r->json)) != JSON_ARRAY_END) {
		if (t == JSON_ERROR || t == JSON_END || !read(r, t, into)) {
			return fail(r, r->json.error);
		}
	}
	return true;
}

/* ---- values */

/* A name in lower case, where it stands. */
static bool read_name(struct reader *r, enum json_token t, struct str *ret)
{
	struct str text = r->json.text;
	if (t != JSON_STRING || text.size == 0 || text.size > PRICE_NAME_BYTES) {
		return fail(r, "a name is a text of 1 to 80 bytes");
	}
	str_lower(text, r->table->text + (text.data - r->table->text));
	*ret = text;
	return true;
}

static bool read_day(struct reader *r, enum json_token t, int64_t *ret)
{
	return (t == JSON_STRING && instant_read_date(r->json.text, ret)) ||
	       fail(r, "a date is written like \"2026-11-27\"");
}

/* ---- what it costs */

static bool read_price(struct reader *r, enum json_token t, const struct member *m, void *into)
{
	struct price_list *list = into;
	return (t == JSON_NUMBER &&
		       price_pico(r->json.text, PRICE_BY_MILLION, &list->of[m->detail])) ||
	       fail(r, "a price is a number from 0 to 1000 with at most six decimals");
}

static bool read_from(struct reader *r, enum json_token t, const struct member *m, void *into)
{
	struct price_list *list = into;
	(void)m;
	return read_day(r, t, &list->from_day);
}

static bool read_edge(struct reader *r, enum json_token t, const struct member *m, void *into)
{
	struct price_list *list = into;
	(void)m;
	bool good = t == JSON_NUMBER && json_to_int64(r->json.text, &list->above_tokens) &&
		    list->above_tokens > 0 && list->above_tokens <= 100000000;
	return good || fail(r, "above_input_tokens is a number from 1 to 100000000");
}

static void add_list(struct price_table *t, const struct price_list *list)
{
	t->lists = xgrow_list(t->lists, t->list_count, sizeof(*t->lists));
	t->lists[t->list_count++] = *list;
}

#define PRICE_MEMBERS                                                                              \
	{STR_INIT("input"), read_price, true, USAGE_INPUT},                                        \
		{STR_INIT("output"), read_price, true, USAGE_OUTPUT},                              \
		{STR_INIT("cache_read"), read_price, false, USAGE_CACHE_READ},                     \
		{STR_INIT("cache_write"), read_price, false, USAGE_CACHE_WRITE},                   \
		{STR_INIT("cache_write_5m"), read_price, false, USAGE_CACHE_WRITE_5M},             \
	{                                                                                          \
		STR_INIT("cache_write_1h"), read_price, false, USAGE_CACHE_WRITE_1H                \
	}

static bool read_tier(struct reader *r, enum json_token t, void *into)
{
	static const struct member members[] = {
		{STR_INIT("above_input_tokens"), read_edge, true, 0}, PRICE_MEMBERS};
	(void)into;
	struct price_list tier = price_list_untold();
	if (!read_object(r, t, members, ARRAY_SIZE(members), &tier)) {
		return false;
	}
	if (tier.above_tokens <= r->table->lists[r->table->list_count - 1].above_tokens) {
		return fail(r, "tiers stand in order of above_input_tokens");
	}
	price_list_fill(&tier);
	add_list(r->table, &tier);
	return true;
}

static bool read_tiers(struct reader *r, enum json_token t, const struct member *m, void *into)
{
	(void)m;
	return read_array(r, t, read_tier, into);
}

/* into: the day of the row before it. */
static bool read_row(struct reader *r, enum json_token t, void *into)
{
	static const struct member members[] = {{STR_INIT("from"), read_from, false, 0},
		{STR_INIT("tiers"), read_tiers, false, 0}, PRICE_MEMBERS};
	int64_t *last_day = into;
	struct price_list row = price_list_untold();
	uint32_t place = r->table->list_count; // its tiers follow it
	add_list(r->table, &row);
	if (!read_object(r, t, members, ARRAY_SIZE(members), &row)) {
		return false;
	}
	bool is_first = *last_day == INT64_MAX;
	if (is_first ? row.from_day != INT64_MIN : row.from_day <= *last_day) {
		return fail(
			r, "the first row has no \"from\", and later rows stand in order of it");
	}
	price_list_fill(&row);
	r->table->lists[place] = row;
	*last_day = row.from_day;
	return true;
}

static bool read_speed(struct reader *r, enum json_token t, struct str name)
{
	struct price_table *table = r->table;
	int64_t last_day = INT64_MAX;
	struct price_speed speed = {.name = name, .first = table->list_count};
	if (!read_array(r, t, read_row, &last_day)) {
		return false;
	}
	speed.count = table->list_count - speed.first;
	table->speeds = xgrow_list(table->speeds, table->speed_count, sizeof(*table->speeds));
	table->speeds[table->speed_count++] = speed;
	return speed.count > 0 || fail(r, "a model has at least one row of prices");
}

/* ---- models */

static bool read_prices(struct reader *r, enum json_token t, const struct member *m, void *into)
{
	(void)m;
	(void)into;
	return read_speed(r, t, (struct str){0});
}

static bool has_speed(
	const struct price_table *table, const struct price_model *model, struct str name)
{
	for (uint32_t i = model->first_speed; i < table->speed_count; i++) {
		if (str_equal(table->speeds[i].name, name)) {
			return true;
		}
	}
	return false;
}

static bool read_speeds(struct reader *r, enum json_token t, const struct member *m, void *into)
{
	const struct price_model *model = into;
	(void)m;
	if (t != JSON_OBJECT_BEGIN) {
		return fail(r, "an object is missing");
	}
	while ((t = json_next(&r->json)) == JSON_NAME) {
		struct str name;
		if (!read_name(r, JSON_STRING, &name)) {
			return false;
		}
		if (has_speed(r->table, model, name)) {
			return fail(r, "a speed stands twice");
		}
		if (!read_speed(r, json_next(&r->json), name)) {
			return false;
		}
	}
	return t == JSON_OBJECT_END || fail(r, r->json.error);
}

static bool add_name(struct reader *r, enum json_token t, struct str *ret)
{
	struct price_table *table = r->table;
	struct price_name name = {.model = table->model_count};
	if (!read_name(r, t, &name.text)) {
		return false;
	}
	table->names = xgrow_list(table->names, table->name_count, sizeof(*table->names));
	table->names[table->name_count++] = name;
	*ret = name.text;
	return true;
}

static bool read_model_name(struct reader *r, enum json_token t, const struct member *m, void *into)
{
	struct price_model *model = into;
	(void)m;
	return add_name(r, t, &model->name);
}

static bool read_alias(struct reader *r, enum json_token t, void *into)
{
	struct str name;
	(void)into;
	return add_name(r, t, &name);
}

static bool read_aliases(struct reader *r, enum json_token t, const struct member *m, void *into)
{
	(void)m;
	return read_array(r, t, read_alias, into);
}

static bool read_model(struct reader *r, enum json_token t, void *into)
{
	static const struct member members[] = {
		{STR_INIT("model"), read_model_name, true, 0},
		{STR_INIT("aliases"), read_aliases, false, 0},
		{STR_INIT("prices"), read_prices, true, 0},
		{STR_INIT("speeds"), read_speeds, false, 0},
	};
	struct price_table *table = r->table;
	struct price_model model = {.first_speed = table->speed_count};
	(void)into;
	if (!read_object(r, t, members, ARRAY_SIZE(members), &model)) {
		return false;
	}
	model.speed_count = table->speed_count - model.first_speed;
	table->models = xgrow_list(table->models, table->model_count, sizeof(*table->models));
	table->models[table->model_count++] = model;
	return true;
}

/* ---- the whole */

static bool read_version(struct reader *r, enum json_token t, const struct member *m, void *into)
{
	int64_t version;
	(void)m;
	(void)into;
	bool good = t == JSON_NUMBER && json_to_int64(r->json.text, &version) && version == VERSION;
	return good || fail(r, "only version 2 of the form is known");
}

static bool read_as_of(struct reader *r, enum json_token t, const struct member *m, void *into)
{
	(void)m;
	(void)into;
	return read_day(r, t, &r->table->as_of_day);
}

static bool read_unit(struct reader *r, enum json_token t, const struct member *m, void *into)
{
	(void)m;
	(void)into;
	return (t == JSON_STRING && str_equal(r->json.text, STR("USD per 1000000 tokens"))) ||
	       fail(r, "the unit is \"USD per 1000000 tokens\"");
}

static bool read_prefix(struct reader *r, enum json_token t, void *into)
{
	struct price_table *table = r->table;
	struct str prefix;
	(void)into;
	if (!read_name(r, t, &prefix)) {
		return false;
	}
	table->prefixes = xgrow_list(
		table->prefixes, table->prefix_count, sizeof(*table->prefixes));
	table->prefixes[table->prefix_count++] = prefix;
	return true;
}

static bool read_prefixes(struct reader *r, enum json_token t, const struct member *m, void *into)
{
	(void)m;
	return read_array(r, t, read_prefix, into);
}

static bool read_models(struct reader *r, enum json_token t, const struct member *m, void *into)
{
	(void)m;
	return read_array(r, t, read_model, into);
}

static bool read_file(struct reader *r)
{
	static const struct member members[] = {
		{STR_INIT("version"), read_version, true, 0},
		{STR_INIT("as_of"), read_as_of, false, 0},
		{STR_INIT("unit"), read_unit, false, 0},
		{STR_INIT("prefixes"), read_prefixes, false, 0},
		{STR_INIT("models"), read_models, true, 0},
	};
	if (!read_object(r, json_next(&r->json), members, ARRAY_SIZE(members), NULL)) {
		return false;
	}
	return json_next(&r->json) == JSON_END || fail(r, r->json.error);
}

/* NULL, or the name that stands twice. */
static const struct price_name *index_names(struct price_table *t)
{
	hash_init(&t->by_name, t->name_count);
	for (uint32_t i = 0; i < t->name_count; i++) {
		struct price_name *name = &t->names[i];
		if (price_table_find(t, name->text) != NULL) {
			return name;
		}
		hash_add(&t->by_name, &name->node, str_hash(name->text));
	}
	return NULL;
}

struct price_table *price_table_read(struct str json, const char **ret_error, unsigned *ret_line)
{
	struct reader r = {.table = xcalloc(1, sizeof(*r.table))};
	if (json.size > PRICE_FILE_BYTES) {
		r.error = "it is larger than 4 MiB";
	}
	r.table->text = str_dup(r.error == NULL ? json : (struct str){0});
	json_reader_init(&r.json, r.table->text, r.error == NULL ? json.size : 0, DEPTH);
	if (r.error != NULL || !read_file(&r)) {
		*ret_error = r.error;
		*ret_line = (unsigned)str_line_of(json, json_offset(&r.json));
		price_table_destroy(r.table);
		return NULL;
	}
	const struct price_name *twice = index_names(r.table);
	if (twice != NULL) {
		*ret_error = "a name stands twice";
		*ret_line = (unsigned)str_line_of(json, (size_t)(twice->text.data - r.table->text));
		price_table_destroy(r.table);
		return NULL;
	}
	return r.table;
}
