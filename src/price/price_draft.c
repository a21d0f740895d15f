#include "price/price_draft.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

/* ---- who makes which models: others only resell them */

static const struct {
	struct str provider, beginning; // of its models' names
} makers[] = {
	{STR_INIT("alibaba"), STR_INIT("qw")}, // qwen, qwq
	{STR_INIT("anthropic"), STR_INIT("claude")},
	{STR_INIT("cohere"), STR_INIT("command")},
	{STR_INIT("cohere_chat"), STR_INIT("command")},
	{STR_INIT("dashscope"), STR_INIT("qw")},
	{STR_INIT("deepseek"), STR_INIT("deepseek")},
	{STR_INIT("gemini"), STR_INIT("gem")}, // gemini, gemma
	{STR_INIT("google"), STR_INIT("gem")},
	{STR_INIT("inception"), STR_INIT("mercury")},
	{STR_INIT("minimax"), STR_INIT("minimax")},
	{STR_INIT("mistral"), STR_INIT("codestral")},
	{STR_INIT("mistral"), STR_INIT("devstral")},
	{STR_INIT("mistral"), STR_INIT("magistral")},
	{STR_INIT("mistral"), STR_INIT("ministral")},
	{STR_INIT("mistral"), STR_INIT("mistral")},
	{STR_INIT("moonshot"), STR_INIT("kimi")},
	{STR_INIT("moonshotai"), STR_INIT("kimi")},
	{STR_INIT("openai"), STR_INIT("chatgpt")},
	{STR_INIT("openai"), STR_INIT("codex")},
	{STR_INIT("openai"), STR_INIT("gpt")},
	{STR_INIT("openai"), STR_INIT("o")}, // o1, o3-mini
	{STR_INIT("vertex_ai-language-models"), STR_INIT("gemini")},
	{STR_INIT("xai"), STR_INIT("grok")},
	{STR_INIT("x-ai"), STR_INIT("grok")},
	{STR_INIT("xiaomi"), STR_INIT("mimo")},
	{STR_INIT("zai"), STR_INIT("glm")},
};

static bool makes(struct str provider, struct str model)
{
	for (size_t i = 0; i < ARRAY_SIZE(makers); i++) {
		if (str_equal(makers[i].provider, provider) &&
			str_starts_with(model, makers[i].beginning)) {
			return true;
		}
	}
	return false;
}

struct str price_draft_speed(struct str name)
{
	static const struct str speeds[] = {STR_INIT("balanced"), STR_INIT("fast"),
		STR_INIT("flex"), STR_INIT("priority"), STR_INIT("ultrafast")};
	for (size_t i = 0; i < ARRAY_SIZE(speeds); i++) {
		if (str_equal_nocase(speeds[i], name)) {
			return speeds[i];
		}
	}
	return (struct str){0};
}

/* ---- reading */

static struct str lower(const struct price_draft *d, struct str name)
{
	str_lower(name, d->json.start + (name.data - d->json.start));
	return name;
}

void price_draft_begin(struct price_draft *d, struct str provider, struct str name)
{
	d->provider = provider.size > 0 ? lower(d, provider) : provider;
	d->name = name.size > 0 ? lower(d, name) : name;
	d->alias_count = d->list_count = 0;
	d->reasoning = PRICE_UNTOLD;
	d->lacks = 0;
	d->out = PRICE_NOTE_COUNT;
	d->import->read++;
}

/* What is not UTF-8 would be written as another name, and maybe a longer one. */
static bool can_be_name(struct str s)
{
	return s.size > 0 && s.size <= PRICE_NAME_BYTES && utf8_is_valid(s);
}

void price_draft_add_alias(struct price_draft *d, struct str name)
{
	if (!can_be_name(name) || d->alias_count == PRICE_DRAFT_ALIASES) {
		price_draft_lacks(d, PRICE_NOTE_PATTERN);
	} else if (!str_equal_nocase(name, d->name)) {
		d->aliases[d->alias_count++] = lower(d, name);
	}
}

struct price_list *price_draft_list(
	struct price_draft *d, struct str speed, int64_t from_day, int64_t above_tokens)
{
	for (size_t i = 0; i < d->list_count; i++) {
		struct price_list *list = &d->lists[i].list;
		if (str_equal(d->lists[i].speed, speed) && list->from_day == from_day &&
			list->above_tokens == above_tokens) {
			return list;
		}
	}
	if (d->list_count == PRICE_DRAFT_LISTS) {
		price_draft_leave_out(d, PRICE_NOTE_SHAPE);
		return &d->lists[0].list;
	}
	struct price_list *list = &d->lists[d->list_count].list;
	*list = price_list_untold();
	list->from_day = from_day;
	list->above_tokens = above_tokens;
	d->lists[d->list_count++].speed = speed;
	return list;
}

bool price_draft_take(struct price_draft *d, enum json_token t, int shift, int64_t *ret)
{
	if (t == JSON_NUMBER) {
		if (!price_pico(d->json.text, shift, ret)) {
			price_draft_leave_out(d, PRICE_NOTE_INEXACT);
		}
		return true;
	}
	if (t != JSON_NULL) {
		price_draft_leave_out(d, PRICE_NOTE_SHAPE);
	}
	return json_skip(&d->json, t);
}

bool price_draft_members(struct price_draft *d, enum json_token t,
	bool (*read)(struct price_draft *d, struct str name, enum json_token t))
{
	if (t != JSON_OBJECT_BEGIN) {
		return false;
	}
	while ((t = json_next(&d->json)) == JSON_NAME) {
		struct str name = d->json.text;
		if (!read(d, name, json_next(&d->json))) {
			return false;
		}
	}
	return t == JSON_OBJECT_END;
}

bool price_draft_items(struct price_draft *d, enum json_token t,
	bool (*read)(struct price_draft *d, enum json_token t))
{
	if (t != JSON_ARRAY_BEGIN) {
		price_draft_leave_out(d, PRICE_NOTE_SHAPE);
		return json_skip(&d->json, t);
	}
	while ((t = json_next(&d->json)) != JSON_ARRAY_END) {
		if (!read(d, t)) {
			return false;
		}
	}
	return true;
}

bool price_draft_models(struct price_draft *d, struct str provider,
	bool (*read)(struct price_draft *d, enum json_token t, struct str provider))
{
	enum json_token t;
	while ((t = json_next(&d->json)) == JSON_NAME) {
		bool is_models = str_equal(d->json.text, STR("models"));
		t = json_next(&d->json);
		if (is_models ? !read(d, t, provider) : !json_skip(&d->json, t)) {
			return false;
		}
	}
	return t == JSON_OBJECT_END;
}

/* ---- the end of a model */

/* The usual speed first, rows in order of time, each followed by its tiers. */
static int compare_lists(const void *a, const void *b)
{
	const struct price_draft_list *x = a, *y = b;
	size_t shorter = x->speed.size < y->speed.size ? x->speed.size : y->speed.size;
	int names = shorter > 0 ? memcmp(x->speed.data, y->speed.data, shorter) : 0;
	if (names != 0) {
		return names;
	}
	if (x->speed.size != y->speed.size) {
		return x->speed.size < y->speed.size ? -1 : 1;
	}
	if (x->list.from_day != y->list.from_day) {
		return x->list.from_day < y->list.from_day ? -1 : 1;
	}
	return (x->list.above_tokens > y->list.above_tokens) -
	       (x->list.above_tokens < y->list.above_tokens);
}

static bool is_priced(const struct price_list *list)
{
	return list->of[USAGE_INPUT] != PRICE_UNTOLD && list->of[USAGE_OUTPUT] != PRICE_UNTOLD;
}

/* What a tier leaves out costs the same as in its row, and what a speed leaves out, the usual
 * price: that is what these lists mean. */
static const struct price_list *filler_of(const struct price_draft *d, size_t place)
{
	const struct price_list *list = &d->lists[place].list;
	for (size_t i = place; i-- > 0;) {
		const struct price_list *other = &d->lists[i].list;
		bool is_own = str_equal(d->lists[i].speed, d->lists[place].speed);
		bool fits = list->above_tokens > 0 ? is_own && other->from_day == list->from_day
						   : d->lists[i].speed.size == 0 &&
							     other->from_day <= list->from_day;
		if (fits && other->above_tokens == 0) {
			return other;
		}
	}
	return NULL;
}

static void fill(struct price_list *list, const struct price_list *from)
{
	for (unsigned i = 0; i <= USAGE_OUTPUT; i++) {
		list->of[i] = list->of[i] == PRICE_UNTOLD ? from->of[i] : list->of[i];
	}
}

/* These lists mean 5-minute writes if they have another price for an hour. */
static void split_writes(struct price_list *list)
{
	if (list->of[USAGE_CACHE_WRITE_1H] != PRICE_UNTOLD) {
		list->of[USAGE_CACHE_WRITE_5M] = list->of[USAGE_CACHE_WRITE];
		list->of[USAGE_CACHE_WRITE] = PRICE_UNTOLD;
	}
}

static void drop_list(struct price_draft *d, size_t place)
{
	memmove(&d->lists[place], &d->lists[place + 1],
		(d->list_count - place - 1) * sizeof(d->lists[0]));
	d->list_count--;
}

static void put_in_order(struct price_draft *d)
{
	qsort(d->lists, d->list_count, sizeof(d->lists[0]), compare_lists);
	for (size_t i = 0; i < d->list_count;) {
		struct price_list *list = &d->lists[i].list;
		const struct price_list *filler = filler_of(d, i);
		bool is_usual_row = d->lists[i].speed.size == 0 && list->above_tokens == 0;
		bool needs_own = list->above_tokens == 0; // a row without input and output is none
		if (!is_usual_row && (filler == NULL || (needs_own && !is_priced(list)))) {
			price_draft_lacks(d, PRICE_NOTE_SERVICE);
			drop_list(d, i);
			continue;
		}
		if (!is_usual_row) {
			fill(list, filler);
		}
		i++;
	}
	for (size_t i = 0; i < d->list_count; i++) {
		split_writes(&d->lists[i].list);
	}
}

/* Every speed starts with a row without a date, and has one price per day and length. */
static void check(struct price_draft *d)
{
	const struct price_list *first = d->list_count > 0 ? &d->lists[0].list : NULL;
	if (!can_be_name(d->name)) {
		price_draft_leave_out(d, PRICE_NOTE_NAME);
	}
	if (first == NULL || d->lists[0].speed.size > 0) {
		price_draft_leave_out(d, PRICE_NOTE_UNPRICED);
	}
	for (size_t i = 0; i < d->list_count; i++) {
		const struct price_list *list = &d->lists[i].list;
		bool begins = i == 0 || !str_equal(d->lists[i].speed, d->lists[i - 1].speed);
		if (!is_priced(list)) {
			price_draft_leave_out(d, PRICE_NOTE_UNPRICED);
		} else if (begins ? list->from_day != INT64_MIN || list->above_tokens > 0
				  : compare_lists(&d->lists[i - 1], &d->lists[i]) == 0) {
			price_draft_leave_out(d, PRICE_NOTE_SHAPE);
		}
	}
	if (d->out != PRICE_NOTE_COUNT) {
		return;
	}
	if (first->of[USAGE_INPUT] == 0 && first->of[USAGE_OUTPUT] == 0) {
		price_draft_leave_out(d, PRICE_NOTE_FREE);
	} else if (d->reasoning != PRICE_UNTOLD && d->reasoning != first->of[USAGE_OUTPUT]) {
		price_draft_lacks(d, PRICE_NOTE_REASONING);
	}
}

/* "xai/grok-9" of xai: its own API and its clients call it grok-9. */
static void cut_provider(struct price_draft *d)
{
	struct str rest = d->name;
	if (str_starts_with(rest, d->provider) && rest.size > d->provider.size + 1 &&
		rest.data[d->provider.size] == '/') {
		rest = str_skip(rest, d->provider.size + 1);
		if (makes(d->provider, rest)) {
			struct str whole = d->name;
			d->name = rest;
			price_draft_add_alias(d, whole);
		}
	}
}

static void add_lists(struct price_table *t, const struct price_draft *d)
{
	for (size_t i = 0; i < d->list_count; i++) {
		if (i == 0 || !str_equal(d->lists[i].speed, d->lists[i - 1].speed)) {
			t->speeds = xgrow_list(t->speeds, t->speed_count, sizeof(*t->speeds));
			t->speeds[t->speed_count++] = (struct price_speed){
				.name = d->lists[i].speed, .first = t->list_count};
		}
		t->lists = xgrow_list(t->lists, t->list_count, sizeof(*t->lists));
		t->lists[t->list_count++] = d->lists[i].list;
		t->speeds[t->speed_count - 1].count++;
	}
}

static void add_offer(struct price_draft *d)
{
	struct price_import *im = d->import;
	struct price_offer offer = {.provider = d->provider,
		.name = d->name,
		.first_alias = im->alias_count,
		.first_speed = im->table->speed_count,
		.lacks = d->lacks,
		.is_maker = makes(d->provider, d->name)};
	for (size_t i = 0; i < d->alias_count; i++) {
		im->aliases = xgrow_list(im->aliases, im->alias_count, sizeof(*im->aliases));
		im->aliases[im->alias_count++] = d->aliases[i];
	}
	add_lists(im->table, d);
	offer.alias_count = im->alias_count - offer.first_alias;
	offer.speed_count = im->table->speed_count - offer.first_speed;
	im->offers = xgrow_list(im->offers, im->offer_count, sizeof(*im->offers));
	im->offers[im->offer_count++] = offer;
}

void price_draft_end(struct price_draft *d)
{
	put_in_order(d);
	check(d);
	if (d->out != PRICE_NOTE_COUNT) {
		price_import_note(d->import, d->out, d->name);
		return;
	}
	cut_provider(d);
	add_offer(d);
}
