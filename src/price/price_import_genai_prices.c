/* genai-prices: a list of providers, each with a list of models, which names match by clauses.
 * Prices are USD for a million tokens, and may differ by day, hour and prompt length. */
#include "price/price_draft.h"

#include "base/instant.h"
#include "base/json_number.h"
#include "base/mem.h"

/* The day of the row being read, until its constraint is known. */
static const int64_t unknown_day = INT64_MAX;

/* ---- which names */

static bool read_alternative(struct price_draft *d, struct str name, enum json_token t)
{
	if (t == JSON_STRING && str_equal(name, STR("equals"))) {
		price_draft_add_alias(d, d->json.text);
	} else {
		price_draft_lacks(d, PRICE_NOTE_PATTERN);
	}
	return json_skip(&d->json, t);
}

/* Only {"equals": NAME} and {"or": [...]} of those; all other clauses are patterns. */
static bool read_clause(struct price_draft *d, struct str name, enum json_token t)
{
	if (!str_equal(name, STR("or")) || t != JSON_ARRAY_BEGIN) {
		return read_alternative(d, name, t);
	}
	while ((t = json_next(&d->json)) == JSON_OBJECT_BEGIN) {
		if (!price_draft_members(d, t, read_alternative)) {
			return false;
		}
	}
	return t == JSON_ARRAY_END;
}

/* ---- prices */

/* {"start": 200000, "price": 2.5} */
static bool read_tier(struct price_draft *d, enum json_token t, enum usage_class class)
{
	int64_t above = 0, price = PRICE_UNTOLD;
	if (t != JSON_OBJECT_BEGIN) {
		return false;
	}
	while ((t = json_next(&d->json)) == JSON_NAME) {
		bool is_start = str_equal(d->json.text, STR("start"));
		bool is_price = str_equal(d->json.text, STR("price"));
		t = json_next(&d->json);
		if (is_start && t == JSON_NUMBER) {
			(void)json_to_int64(d->json.text, &above);
		}
		if (is_price ? !price_draft_take(d, t, PRICE_BY_MILLION, &price)
			     : !json_skip(&d->json, t)) {
			return false;
		}
	}
	if (above <= 0) {
		price_draft_leave_out(d, PRICE_NOTE_SHAPE);
	} else {
		price_draft_list(d, (struct str){0}, unknown_day, above)->of[class] = price;
	}
	return t == JSON_OBJECT_END;
}

static bool read_tiers(struct price_draft *d, enum json_token t, enum usage_class class)
{
	if (t != JSON_ARRAY_BEGIN) {
		price_draft_leave_out(d, PRICE_NOTE_SHAPE);
		return json_skip(&d->json, t);
	}
	while ((t = json_next(&d->json)) != JSON_ARRAY_END) {
		if (!read_tier(d, t, class)) {
			return false;
		}
	}
	return true;
}

static bool read_base(struct price_draft *d, enum json_token t, enum usage_class class)
{
	struct price_list *row = price_draft_list(d, (struct str){0}, unknown_day, 0);
	return price_draft_take(d, t, PRICE_BY_MILLION, &row->of[class]);
}

/* A number, or {"base": NUMBER, "tiers": [...]}. */
static bool read_class(struct price_draft *d, enum json_token t, enum usage_class class)
{
	if (t != JSON_OBJECT_BEGIN) {
		return read_base(d, t, class);
	}
	while ((t = json_next(&d->json)) == JSON_NAME) {
		bool is_base = str_equal(d->json.text, STR("base"));
		bool is_tiers = str_equal(d->json.text, STR("tiers"));
		t = json_next(&d->json);
		bool good = is_base    ? read_base(d, t, class)
			    : is_tiers ? read_tiers(d, t, class)
				       : json_skip(&d->json, t);
		if (!good) {
			return false;
		}
	}
	return t == JSON_OBJECT_END;
}

static bool read_price(struct price_draft *d, struct str name, enum json_token t)
{
	static const struct {
		struct str name;
		enum usage_class class;
	} classes[] = {
		{STR_INIT("input_mtok"), USAGE_INPUT},
		{STR_INIT("output_mtok"), USAGE_OUTPUT},
		{STR_INIT("cache_read_mtok"), USAGE_CACHE_READ},
		{STR_INIT("cache_write_mtok"), USAGE_CACHE_WRITE},
		{STR_INIT("cache_write_1h_mtok"), USAGE_CACHE_WRITE_1H},
	};
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		if (str_equal(classes[i].name, name)) {
			return read_class(d, t, classes[i].class);
		}
	}
	if (str_equal(name, STR("output_reasoning_mtok")) && t == JSON_NUMBER) {
		return price_draft_take(d, t, PRICE_BY_MILLION, &d->reasoning);
	}
	bool is_media = str_contains(name, STR("audio")) || str_contains(name, STR("image")) ||
			str_contains(name, STR("video"));
	price_draft_lacks(d, is_media ? PRICE_NOTE_MEDIA : PRICE_NOTE_FEES);
	return json_skip(&d->json, t);
}

/* The row that was read holds from that day. */
static void date_row(struct price_draft *d, int64_t day)
{
	for (size_t i = 0; i < d->list_count; i++) {
		struct price_list *list = &d->lists[i].list;
		list->from_day = list->from_day == unknown_day ? day : list->from_day;
	}
}

static void drop_row(struct price_draft *d)
{
	size_t kept = 0;
	for (size_t i = 0; i < d->list_count; i++) {
		if (d->lists[i].list.from_day != unknown_day) {
			d->lists[kept++] = d->lists[i];
		}
	}
	d->list_count = kept;
}

/* {"start_date": "2026-09-01"}, or hours, which make the row one that is not taken. */
static bool read_constraint(struct price_draft *d, enum json_token t, int64_t *ret_day)
{
	if (t != JSON_OBJECT_BEGIN) {
		return json_skip(&d->json, t);
	}
	*ret_day = unknown_day;
	while ((t = json_next(&d->json)) == JSON_NAME) {
		bool is_date = str_equal(d->json.text, STR("start_date"));
		t = json_next(&d->json);
		if (is_date && !(t == JSON_STRING && instant_read_date(d->json.text, ret_day))) {
			price_draft_leave_out(d, PRICE_NOTE_SHAPE);
		}
		if (!json_skip(&d->json, t)) {
			return false;
		}
	}
	return t == JSON_OBJECT_END;
}

/* {"constraint": {...}, "prices": {...}} */
static bool read_row(struct price_draft *d, enum json_token t)
{
	int64_t day = INT64_MIN;
	if (t != JSON_OBJECT_BEGIN) {
		return false;
	}
	while ((t = json_next(&d->json)) == JSON_NAME) {
		bool is_prices = str_equal(d->json.text, STR("prices"));
		bool is_constraint = str_equal(d->json.text, STR("constraint"));
		t = json_next(&d->json);
		bool good = is_prices       ? price_draft_members(d, t, read_price)
			    : is_constraint ? read_constraint(d, t, &day)
					    : json_skip(&d->json, t);
		if (!good) {
			return false;
		}
	}
	if (day == unknown_day) {
		price_draft_lacks(d, PRICE_NOTE_HOURS);
		drop_row(d);
	}
	date_row(d, day);
	return t == JSON_OBJECT_END;
}

static bool read_prices(struct price_draft *d, enum json_token t)
{
	if (t == JSON_OBJECT_BEGIN) {
		bool good = price_draft_members(d, t, read_price);
		date_row(d, INT64_MIN);
		return good;
	}
	if (t != JSON_ARRAY_BEGIN) {
		return false;
	}
	while ((t = json_next(&d->json)) != JSON_ARRAY_END) {
		if (!read_row(d, t)) {
			return false;
		}
	}
	return true;
}

/* ---- models */

static bool read_model_member(struct price_draft *d, struct str name, enum json_token t)
{
	if (str_equal(name, STR("match")) && t == JSON_OBJECT_BEGIN) {
		return price_draft_members(d, t, read_clause);
	}
	return str_equal(name, STR("prices")) ? read_prices(d, t) : json_skip(&d->json, t);
}

/* The value of "id" in the object that was just begun, which is then read from its begin on: so
 * nothing is decoded, and an id with an escape counts as none. */
static bool find_id(struct price_draft *d, struct str *ret)
{
	struct json_mark begin = json_tell(&d->json);
	enum json_token t;
	*ret = (struct str){0};
	d->json.raw = true;
	while ((t = json_next(&d->json)) == JSON_NAME) {
		bool is_id = str_equal(d->json.text, STR("id"));
		t = json_next(&d->json);
		if (is_id && t == JSON_STRING) {
			if (!str_contains(d->json.text, STR("\\"))) {
				*ret = d->json.text;
			}
			break;
		}
		if (!json_skip(&d->json, t)) {
			break;
		}
	}
	d->json.raw = false;
	json_seek(&d->json, begin);
	return t != JSON_ERROR;
}

static bool read_model(struct price_draft *d, enum json_token t, struct str provider)
{
	struct str id;
	if (t != JSON_OBJECT_BEGIN || !find_id(d, &id)) {
		return false;
	}
	price_draft_begin(d, provider, id);
	if (!price_draft_members(d, JSON_OBJECT_BEGIN, read_model_member)) {
		return false;
	}
	price_draft_end(d);
	return true;
}

static bool read_models(struct price_draft *d, enum json_token t, struct str provider)
{
	if (t != JSON_ARRAY_BEGIN) {
		return false;
	}
	while ((t = json_next(&d->json)) != JSON_ARRAY_END) {
		if (!read_model(d, t, provider)) {
			return false;
		}
	}
	return true;
}

static bool read_provider(struct price_draft *d, enum json_token t)
{
	struct str provider;
	return t == JSON_OBJECT_BEGIN && find_id(d, &provider) &&
	       price_draft_models(d, provider, read_models);
}

bool price_import_genai_prices(struct price_draft *d, enum json_token t)
{
	if (t != JSON_ARRAY_BEGIN) {
		return false;
	}
	while ((t = json_next(&d->json)) != JSON_ARRAY_END) {
		if (!read_provider(d, t)) {
			return false;
		}
	}
	return true;
}
