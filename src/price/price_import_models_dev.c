/* models.dev: an object of providers, each with an object of models, by their ids. Prices are USD
 * for a million tokens. */
#include "price/price_draft.h"

#include "base/json_number.h"
#include "base/mem.h"

struct cost_member {
	struct str name;
	enum usage_class class;
};

static const struct cost_member cost_members[] = {
	{STR_INIT("input"), USAGE_INPUT},
	{STR_INIT("output"), USAGE_OUTPUT},
	{STR_INIT("cache_read"), USAGE_CACHE_READ},
	{STR_INIT("cache_write"), USAGE_CACHE_WRITE},
	{STR_INIT("reasoning"), USAGE_REASONING},
};

static const struct cost_member *find_cost(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(cost_members); i++) {
		if (str_equal(cost_members[i].name, name)) {
			return &cost_members[i];
		}
	}
	return NULL;
}

/* One member of a cost. */
static bool read_price(
	struct price_draft *d, struct price_list *list, struct str name, enum json_token t)
{
	const struct cost_member *m = find_cost(name);
	if (m == NULL) {
		bool is_media = str_equal(name, STR("input_audio")) ||
				str_equal(name, STR("output_audio"));
		price_draft_lacks(d, is_media ? PRICE_NOTE_MEDIA : PRICE_NOTE_SERVICE);
		return json_skip(&d->json, t);
	}
	bool is_reasoning = m->class == USAGE_REASONING;
	return price_draft_take(
		d, t, PRICE_BY_MILLION, is_reasoning ? &d->reasoning : &list->of[m->class]);
}

/* An object of prices, all for one list. */
static bool read_prices(struct price_draft *d, enum json_token t, struct price_list *list)
{
	if (t != JSON_OBJECT_BEGIN) {
		price_draft_leave_out(d, PRICE_NOTE_SHAPE);
		return json_skip(&d->json, t);
	}
	while ((t = json_next(&d->json)) == JSON_NAME) {
		struct str name = d->json.text;
		if (!read_price(d, list, name, json_next(&d->json))) {
			return false;
		}
	}
	return t == JSON_OBJECT_END;
}

/* "tier": {"type": "context", "size": 200000} */
static bool read_edge(struct price_draft *d, enum json_token t, int64_t *ret)
{
	if (t != JSON_OBJECT_BEGIN) {
		return json_skip(&d->json, t);
	}
	while ((t = json_next(&d->json)) == JSON_NAME) {
		bool is_size = str_equal(d->json.text, STR("size"));
		bool is_type = str_equal(d->json.text, STR("type"));
		t = json_next(&d->json);
		if (is_type && !(t == JSON_STRING && str_equal(d->json.text, STR("context")))) {
			price_draft_leave_out(d, PRICE_NOTE_SHAPE);
		}
		if (is_size && t == JSON_NUMBER) {
			(void)json_to_int64(d->json.text, ret);
		}
		if (!json_skip(&d->json, t)) {
			return false;
		}
	}
	return t == JSON_OBJECT_END;
}

static bool read_tier(struct price_draft *d, enum json_token t)
{
	struct price_list tier = price_list_untold();
	int64_t reasoning = d->reasoning; // a tier's is not looked at
	if (t != JSON_OBJECT_BEGIN) {
		return false;
	}
	while ((t = json_next(&d->json)) == JSON_NAME) {
		struct str name = d->json.text;
		t = json_next(&d->json);
		bool good = str_equal(name, STR("tier")) ? read_edge(d, t, &tier.above_tokens)
							 : read_price(d, &tier, name, t);
		if (!good) {
			return false;
		}
	}
	d->reasoning = reasoning;
	if (tier.above_tokens <= 0) {
		price_draft_leave_out(d, PRICE_NOTE_SHAPE);
		return t == JSON_OBJECT_END;
	}
	*price_draft_list(d, (struct str){0}, INT64_MIN, tier.above_tokens) = tier;
	return t == JSON_OBJECT_END;
}

static bool read_cost_member(struct price_draft *d, struct str name, enum json_token t)
{
	enum { OVER_TOKENS = 200000 };
	if (str_equal(name, STR("tiers"))) {
		return price_draft_items(d, t, read_tier);
	}
	bool is_over = str_equal(name, STR("context_over_200k"));
	struct price_list *list = price_draft_list(
		d, (struct str){0}, INT64_MIN, is_over ? OVER_TOKENS : 0);
	return is_over ? read_prices(d, t, list) : read_price(d, list, name, t);
}

/* experimental.modes: {"fast": {"cost": {...}}} */
static bool read_mode(struct price_draft *d, struct str name, enum json_token t)
{
	struct str speed = price_draft_speed(name);
	if (t != JSON_OBJECT_BEGIN) {
		return json_skip(&d->json, t);
	}
	while ((t = json_next(&d->json)) == JSON_NAME) {
		bool is_cost = str_equal(d->json.text, STR("cost"));
		t = json_next(&d->json);
		bool good;
		if (is_cost && speed.data != NULL) {
			good = read_prices(d, t, price_draft_list(d, speed, INT64_MIN, 0));
		} else {
			d->lacks |= is_cost ? UINT32_C(1) << PRICE_NOTE_SERVICE : 0;
			good = json_skip(&d->json, t);
		}
		if (!good) {
			return false;
		}
	}
	return t == JSON_OBJECT_END;
}

static bool read_experimental(struct price_draft *d, struct str name, enum json_token t)
{
	return str_equal(name, STR("modes")) && t == JSON_OBJECT_BEGIN
		       ? price_draft_members(d, t, read_mode)
		       : json_skip(&d->json, t);
}

/* A model that gives no text is no language model. */
static bool read_modality(struct price_draft *d, struct str name, enum json_token t)
{
	if (t != JSON_ARRAY_BEGIN || !str_equal(name, STR("output"))) {
		return json_skip(&d->json, t);
	}
	bool has_text = false;
	while ((t = json_next(&d->json)) != JSON_ARRAY_END) {
		has_text = has_text || (t == JSON_STRING && str_equal(d->json.text, STR("text")));
		if (!json_skip(&d->json, t)) {
			return false;
		}
	}
	if (!has_text) {
		price_draft_leave_out(d, PRICE_NOTE_OTHER_USE);
	}
	return true;
}

static bool read_model_member(struct price_draft *d, struct str name, enum json_token t)
{
	static const struct {
		struct str name;
		bool (*read)(struct price_draft *d, struct str name, enum json_token t);
	} members[] = {
		{STR_INIT("cost"), read_cost_member},
		{STR_INIT("experimental"), read_experimental},
		{STR_INIT("modalities"), read_modality},
	};
	for (size_t i = 0; i < ARRAY_SIZE(members) && t == JSON_OBJECT_BEGIN; i++) {
		if (str_equal(members[i].name, name)) {
			return price_draft_members(d, t, members[i].read);
		}
	}
	return json_skip(&d->json, t);
}

static bool read_models(struct price_draft *d, enum json_token t, struct str provider)
{
	if (t != JSON_OBJECT_BEGIN) {
		return false;
	}
	while ((t = json_next(&d->json)) == JSON_NAME) {
		price_draft_begin(d, provider, d->json.text);
		if (!price_draft_members(d, json_next(&d->json), read_model_member)) {
			return false;
		}
		price_draft_end(d);
	}
	return t == JSON_OBJECT_END;
}

static bool read_provider(struct price_draft *d, struct str provider, enum json_token t)
{
	return t == JSON_OBJECT_BEGIN && price_draft_models(d, provider, read_models);
}

bool price_import_models_dev(struct price_draft *d, enum json_token t)
{
	return price_draft_members(d, t, read_provider);
}
