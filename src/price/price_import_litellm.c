/* LiteLLM: an object of models, by names that begin with a provider's where they are not a maker's
 * own. Prices are USD for one token; a member's name tells class, prompt length and speed. */
#include "price/price_draft.h"

#include "base/json_number.h"
#include "base/mem.h"

/* "cache_creation_input_token_cost_above_1hr_above_272k_tokens_priority", taken apart */
struct cost_name {
	enum usage_class class;
	int64_t above_tokens;
	struct str speed; // empty: the usual one
};

static bool take(struct str *rest, struct str beginning)
{
	bool taken = str_starts_with(*rest, beginning);
	*rest = str_skip(*rest, taken ? beginning.size : 0);
	return taken;
}

static bool take_class(struct str *rest, enum usage_class *ret)
{
	static const struct {
		struct str name;
		enum usage_class class;
	} classes[] = {
		{STR_INIT("cache_creation_input_token_cost_above_1hr"), USAGE_CACHE_WRITE_1H},
		{STR_INIT("cache_creation_input_token_cost"), USAGE_CACHE_WRITE},
		{STR_INIT("cache_read_input_token_cost"), USAGE_CACHE_READ},
		{STR_INIT("input_cost_per_token"), USAGE_INPUT},
		{STR_INIT("output_cost_per_token"), USAGE_OUTPUT},
		{STR_INIT("output_cost_per_reasoning_token"), USAGE_REASONING},
	};
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		if (take(rest, classes[i].name)) {
			*ret = classes[i].class;
			return true;
		}
	}
	return false;
}

/* "_above_200k_tokens" */
static bool take_edge(struct str *rest, int64_t *ret)
{
	static const struct str end = STR_INIT("k_tokens");
	struct str at = *rest;
	int64_t thousands;
	size_t digits = 0;
	if (!take(&at, STR("_above_"))) {
		return false;
	}
	while (digits < at.size && at.data[digits] >= '0' && at.data[digits] <= '9') {
		digits++;
	}
	if (digits > 6 || !str_to_int64((struct str){at.data, digits}, &thousands) ||
		!str_starts_with(str_skip(at, digits), end)) {
		return false;
	}
	*ret = thousands * 1000;
	*rest = str_skip(at, digits + end.size);
	return true;
}

static bool take_apart(struct str name, struct cost_name *ret)
{
	*ret = (struct cost_name){0};
	if (!take_class(&name, &ret->class)) {
		return false;
	}
	(void)take_edge(&name, &ret->above_tokens);
	if (name.size > 1 && name.data[0] == '_') {
		ret->speed = price_draft_speed(str_skip(name, 1));
		return ret->speed.data != NULL;
	}
	return name.size == 0;
}

/* The note for a member that is not a price of ours; PRICE_NOTE_COUNT: not about prices. */
static enum price_note note_of(struct str name)
{
	static const struct {
		struct str part;
		enum price_note note;
	} parts[] = {
		{STR_INIT("audio"), PRICE_NOTE_MEDIA},
		{STR_INIT("image"), PRICE_NOTE_MEDIA},
		{STR_INIT("video"), PRICE_NOTE_MEDIA},
		{STR_INIT("pixel"), PRICE_NOTE_MEDIA},
		{STR_INIT("per_second"), PRICE_NOTE_MEDIA},
		{STR_INIT("_above_12hr"), PRICE_NOTE_CACHE},
		{STR_INIT("off_peak"), PRICE_NOTE_HOURS},
		{STR_INIT("per_query"), PRICE_NOTE_FEES},
		{STR_INIT("per_request"), PRICE_NOTE_FEES},
		{STR_INIT("per_session"), PRICE_NOTE_FEES},
		{STR_INIT("citation"), PRICE_NOTE_FEES},
		{STR_INIT("uplift_multiplier"), PRICE_NOTE_FACTOR},
		{STR_INIT("provider_specific_entry"), PRICE_NOTE_FACTOR},
		{STR_INIT("_cost"), PRICE_NOTE_SERVICE},
	};
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (str_contains(name, parts[i].part)) {
			return parts[i].note;
		}
	}
	return PRICE_NOTE_COUNT;
}

static bool read_other(struct price_draft *d, struct str name, enum json_token t)
{
	enum price_note note = note_of(name);
	if (note != PRICE_NOTE_COUNT) {
		price_draft_lacks(d, note);
	}
	return json_skip(&d->json, t);
}

static bool read_mode(struct price_draft *d, enum json_token t)
{
	static const struct str modes[] = {
		STR_INIT("chat"), STR_INIT("completion"), STR_INIT("responses")};
	bool known = t != JSON_STRING;
	for (size_t i = 0; i < ARRAY_SIZE(modes) && !known; i++) {
		known = str_equal(modes[i], d->json.text);
	}
	if (!known) {
		price_draft_leave_out(d, PRICE_NOTE_OTHER_USE);
	}
	return json_skip(&d->json, t);
}

/* "range": [32000, 128000] */
static bool read_range(struct price_draft *d, enum json_token t, int64_t *ret_above)
{
	if (t != JSON_ARRAY_BEGIN) {
		return json_skip(&d->json, t);
	}
	t = json_next(&d->json);
	if (t == JSON_NUMBER) {
		(void)json_to_int64(d->json.text, ret_above);
	}
	while (t != JSON_ARRAY_END) {
		if (!json_skip(&d->json, t)) {
			return false;
		}
		t = json_next(&d->json);
	}
	return true;
}

/* One of "tiered_pricing": prices for a range of prompt lengths. */
static bool read_tier(struct price_draft *d, enum json_token t)
{
	struct price_list tier = price_list_untold();
	tier.above_tokens = -1;
	if (t != JSON_OBJECT_BEGIN) {
		return false;
	}
	while ((t = json_next(&d->json)) == JSON_NAME) {
		struct str name = d->json.text;
		struct cost_name cost;
		bool good;
		t = json_next(&d->json);
		if (str_equal(name, STR("range"))) {
			good = read_range(d, t, &tier.above_tokens);
		} else if (take_apart(name, &cost) && cost.class <= USAGE_OUTPUT &&
			   cost.speed.size == 0 && cost.above_tokens == 0) {
			good = price_draft_take(d, t, PRICE_BY_TOKEN, &tier.of[cost.class]);
		} else if (str_equal(name, STR("output_cost_per_reasoning_token"))) {
			price_draft_lacks(d, PRICE_NOTE_REASONING);
			good = json_skip(&d->json, t);
		} else {
			good = read_other(d, name, t);
		}
		if (!good) {
			return false;
		}
	}
	if (tier.above_tokens < 0) {
		price_draft_leave_out(d, PRICE_NOTE_SHAPE);
	} else {
		*price_draft_list(d, (struct str){0}, INT64_MIN, tier.above_tokens) = tier;
	}
	return t == JSON_OBJECT_END;
}

static bool read_member(struct price_draft *d, struct str name, enum json_token t)
{
	struct cost_name cost;
	if (str_equal(name, STR("litellm_provider")) && t == JSON_STRING) {
		d->provider = d->json.text;
		return true;
	}
	if (str_equal(name, STR("mode"))) {
		return read_mode(d, t);
	}
	if (str_equal(name, STR("tiered_pricing"))) {
		return price_draft_items(d, t, read_tier);
	}
	if (!take_apart(name, &cost)) {
		return read_other(d, name, t);
	}
	if (cost.class == USAGE_REASONING) {
		bool is_usual = cost.speed.size == 0 && cost.above_tokens == 0;
		return is_usual ? price_draft_take(d, t, PRICE_BY_TOKEN, &d->reasoning)
				: json_skip(&d->json, t);
	}
	struct price_list *list = price_draft_list(d, cost.speed, INT64_MIN, cost.above_tokens);
	return price_draft_take(d, t, PRICE_BY_TOKEN, &list->of[cost.class]);
}

bool price_import_litellm(struct price_draft *d, enum json_token t)
{
	if (t != JSON_OBJECT_BEGIN) {
		return false;
	}
	while ((t = json_next(&d->json)) == JSON_NAME) {
		struct str name = d->json.text;
		bool is_model = !str_equal(name, STR("sample_spec")); // explains the members
		t = json_next(&d->json);
		if (!is_model) {
			if (!json_skip(&d->json, t)) {
				return false;
			}
			continue;
		}
		price_draft_begin(d, (struct str){0}, name);
		if (!price_draft_members(d, t, read_member)) {
			return false;
		}
		price_draft_end(d);
	}
	return t == JSON_OBJECT_END;
}
