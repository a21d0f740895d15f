#include "price/price_import.h"

#include <stdlib.h>

#include "base/json_read.h"
#include "base/mem.h"
#include "price/price_draft.h"

enum { DEPTH = 64 };

static const struct {
	const char *name;
	bool (*read)(struct price_draft *d, enum json_token t);
} sources[] = {
	[PRICE_SOURCE_MODELS_DEV] = {"models.dev", price_import_models_dev},
	[PRICE_SOURCE_LITELLM] = {"litellm", price_import_litellm},
	[PRICE_SOURCE_GENAI_PRICES] = {"genai-prices", price_import_genai_prices},
};

static const char *const note_texts[] = {
	[PRICE_NOTE_UNPRICED] = "no price per token for both input and output",
	[PRICE_NOTE_OTHER_USE] = "no language models",
	[PRICE_NOTE_FREE] = "price 0, which may mean free or unknown",
	[PRICE_NOTE_INEXACT] =
		"a price outside $0 to $1000 per million tokens, or finer than $0.000001",
	[PRICE_NOTE_SHAPE] = "prices in an unknown form",
	[PRICE_NOTE_NAME] = "a name that is empty, longer than 80 bytes or not UTF-8",
	[PRICE_NOTE_DISPUTED] = "several providers with different prices",
	[PRICE_NOTE_RESOLD] = "not sold by the maker, whose price counts",
	[PRICE_NOTE_OWN_ALIAS] = "an alias in your own list",
	[PRICE_NOTE_MEDIA] = "prices of audio, images and video",
	[PRICE_NOTE_REASONING] = "a price of its own for reasoning",
	[PRICE_NOTE_HOURS] = "prices by time of day",
	[PRICE_NOTE_FEES] = "fees per request, search or citation",
	[PRICE_NOTE_SERVICE] = "prices of batches and of other services",
	[PRICE_NOTE_FACTOR] = "surcharges by factor, such as for a region",
	[PRICE_NOTE_CACHE] = "cache writes kept for other times than 5 minutes and an hour",
	[PRICE_NOTE_PATTERN] = "name patterns; only exact names are taken",
	[PRICE_NOTE_LOST_HOUR] = "the price of cache writes kept for an hour",
	[PRICE_NOTE_LOST_SPEED] = "prices of other speeds",
	[PRICE_NOTE_LOST_DATES] = "earlier or later prices",
};

const char *price_source_name(enum price_source source)
{
	return sources[source].name;
}

const char *price_note_text(enum price_note note)
{
	return note_texts[note];
}

void price_import_note(struct price_import *im, enum price_note note, struct str model)
{
	struct price_notes *n = &im->notes[note];
	if (n->count < PRICE_NOTE_NAMES) {
		n->names[n->count] = model;
	}
	n->count++;
}

/* ---- whose list it is */

/* The first object of the file decides, by a name that only that source has. */
static enum price_source source_of_object(struct json_reader *r)
{
	static const struct {
		struct str name;
		enum price_source source;
	} signs[] = {
		{STR_INIT("models"), PRICE_SOURCE_MODELS_DEV},
		{STR_INIT("litellm_provider"), PRICE_SOURCE_LITELLM},
		{STR_INIT("input_cost_per_token"), PRICE_SOURCE_LITELLM},
	};
	enum json_token t;
	while ((t = json_next(r)) == JSON_NAME) {
		for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
			if (str_equal(signs[i].name, r->text)) {
				return signs[i].source;
			}
		}
		if (!json_skip(r, t)) {
			break;
		}
	}
	return PRICE_SOURCE_COUNT;
}

static enum price_source find_source(char *text, size_t size)
{
	struct json_reader r;
	json_reader_init(&r, text, size, DEPTH);
	r.raw = true;
	enum json_token t = json_next(&r);
	if (t == JSON_ARRAY_BEGIN) {
		bool is_list = json_next(&r) == JSON_OBJECT_BEGIN &&
			       source_of_object(&r) == PRICE_SOURCE_MODELS_DEV;
		return is_list ? PRICE_SOURCE_GENAI_PRICES : PRICE_SOURCE_COUNT;
	}
	bool has_object = t == JSON_OBJECT_BEGIN && json_next(&r) == JSON_NAME &&
			  json_next(&r) == JSON_OBJECT_BEGIN;
	return has_object ? source_of_object(&r) : PRICE_SOURCE_COUNT;
}

/* ---- reading */

/* Before anything is decoded, so that lines can be counted. */
static bool is_json(char *text, size_t size, const char **ret_error, size_t *ret_line)
{
	struct json_reader r;
	json_reader_init(&r, text, size, DEPTH);
	r.raw = true;
	if (json_skip(&r, json_next(&r)) && json_next(&r) == JSON_END) {
		return true;
	}
	*ret_error = r.error;
	*ret_line = str_line_of((struct str){text, size}, json_offset(&r));
	return false;
}

static struct price_offer *find_offer(const struct hash *by_name, struct str name)
{
	struct hash_node *node = hash_first(by_name, str_hash(name));
	for (; node != NULL; node = hash_next(node)) {
		struct price_offer *offer = container_of(node, struct price_offer, node);
		if (str_equal(offer->name, name)) {
			return offer;
		}
	}
	return NULL;
}

static size_t count_told(const struct price_import *im, const struct price_offer *offer)
{
	size_t told = 0;
	for (uint32_t i = 0; i < offer->speed_count; i++) {
		const struct price_speed *speed = &im->table->speeds[offer->first_speed + i];
		for (size_t k = 0; k < speed->count * (size_t)(USAGE_OUTPUT + 1); k++) {
			const struct price_list
				*list = &im->table->lists[speed->first + k / (USAGE_OUTPUT + 1)];
			told += list->of[k % (USAGE_OUTPUT + 1)] != PRICE_UNTOLD;
		}
	}
	return told;
}

/* Whether both agree on the usual price, as far as both have it. */
static bool agree(
	const struct price_import *im, const struct price_offer *a, const struct price_offer *b)
{
	const struct price_speed *x = &im->table->speeds[a->first_speed];
	const struct price_speed *y = &im->table->speeds[b->first_speed];
	for (uint32_t i = 0; i < x->count && x->count == y->count; i++) {
		struct price_list p = im->table->lists[x->first + i];
		struct price_list q = im->table->lists[y->first + i];
		for (unsigned k = 0; k <= USAGE_OUTPUT; k++) {
			bool both = p.of[k] != PRICE_UNTOLD && q.of[k] != PRICE_UNTOLD;
			if (both && p.of[k] != q.of[k]) {
				return false;
			}
		}
		if (p.above_tokens != q.above_tokens || p.from_day != q.from_day) {
			return false;
		}
	}
	return x->count == y->count;
}

/* Of two offers under one name: the maker's, or the more detailed one. */
static void contest(struct price_import *im, struct hash *by_name, struct price_offer *first,
	struct price_offer *second)
{
	bool disputed = first->is_maker == second->is_maker && !agree(im, first, second);
	bool second_wins = first->is_maker == second->is_maker
				   ? count_told(im, second) > count_told(im, first)
				   : second->is_maker;
	struct price_offer *winner = second_wins ? second : first;
	struct price_offer *loser = second_wins ? first : second;
	if (winner->is_maker != loser->is_maker) {
		price_import_note(im, PRICE_NOTE_RESOLD, loser->name);
	} else {
		winner->is_disputed = disputed || loser->is_disputed || winner->is_disputed;
	}
	loser->is_out = true;
	if (second_wins) {
		hash_remove(by_name, &first->node);
		hash_add(by_name, &second->node, str_hash(second->name));
	}
}

static void settle(struct price_import *im)
{
	struct hash by_name;
	hash_init(&by_name, im->offer_count);
	for (uint32_t i = 0; i < im->offer_count; i++) {
		struct price_offer *offer = &im->offers[i];
		struct price_offer *other = find_offer(&by_name, offer->name);
		if (other != NULL) {
			contest(im, &by_name, other, offer);
		} else {
			hash_add(&by_name, &offer->node, str_hash(offer->name));
		}
	}
	hash_finish(&by_name);
	for (uint32_t i = 0; i < im->offer_count; i++) {
		struct price_offer *offer = &im->offers[i];
		if (!offer->is_out && offer->is_disputed) {
			offer->is_out = true;
			price_import_note(im, PRICE_NOTE_DISPUTED, offer->name);
		}
	}
}

bool price_import_read(struct price_import *ret, enum price_source source, char *text, size_t size,
	const char **ret_error, size_t *ret_line)
{
	*ret = (struct price_import){.source = source, .table = xcalloc(1, sizeof(*ret->table))};
	if (!is_json(text, size, ret_error, ret_line)) {
		return false;
	}
	if (source == PRICE_SOURCE_COUNT) {
		ret->source = find_source(text, size);
	}
	*ret_line = 0;
	*ret_error = "it is neither models.dev's api.json, nor LiteLLM's "
		     "model_prices_and_context_window.json, nor genai-prices' data.json";
	if (ret->source == PRICE_SOURCE_COUNT) {
		return false;
	}
	struct price_draft *draft = xcalloc(1, sizeof(*draft));
	draft->import = ret;
	json_reader_init(&draft->json, text, size, DEPTH);
	bool good = sources[ret->source].read(draft, json_next(&draft->json));
	free(draft);
	*ret_error = "it has another form than the lists of that source";
	if (good) {
		settle(ret);
	}
	return good;
}

void price_import_finish(struct price_import *im)
{
	price_table_destroy(im->table);
	free(im->offers);
	free(im->aliases);
}

/* ---- what is new */

struct pair { // a speed as the file and as the list in use has it
	const struct price_table *file_table, *used_table;
	const struct price_speed *file, *used;
};

/* What is missing in the file is not compared. */
static bool says_the_same(const struct pair *p, int64_t day, int64_t tokens)
{
	const struct price_list *a = price_table_list(p->file_table, p->file, day, tokens);
	const struct price_list *b = price_table_list(p->used_table, p->used, day, tokens);
	for (unsigned i = 0; i <= USAGE_OUTPUT; i++) {
		if (a->of[i] != PRICE_UNTOLD && a->of[i] != b->of[i]) {
			return false;
		}
	}
	return true;
}

/* At every length where either list changes its price. */
static bool is_same_on(const struct pair *p, int64_t day)
{
	bool same = says_the_same(p, day, 0);
	for (uint32_t i = 0; i < p->file->count && same; i++) {
		int64_t above = p->file_table->lists[p->file->first + i].above_tokens;
		same = above == 0 || says_the_same(p, day, above + 1);
	}
	for (uint32_t i = 0; i < p->used->count && same; i++) {
		int64_t above = p->used_table->lists[p->used->first + i].above_tokens;
		same = above == 0 || says_the_same(p, day, above + 1);
	}
	return same;
}

/* Today and on every later day on which the file changes its price. */
static bool is_same_speed(const struct pair *p, int64_t today)
{
	bool same = is_same_on(p, today);
	for (uint32_t i = 0; i < p->file->count && same; i++) {
		int64_t day = p->file_table->lists[p->file->first + i].from_day;
		same = day <= today || is_same_on(p, day);
	}
	return same;
}

/* As far as both have it: a speed that only one has is no difference. */
static bool is_same(const struct price_import *im, const struct price_offer *offer,
	const struct price_match *m, int64_t today)
{
	bool same = true;
	for (uint32_t i = 0; i < offer->speed_count && same; i++) {
		struct pair p = {
			im->table, m->table, &im->table->speeds[offer->first_speed + i], NULL};
		bool unlisted;
		p.used = price_find_speed(m, p.file->name, &unlisted);
		same = unlisted || is_same_speed(&p, today);
	}
	return same;
}

static bool has_speed(
	const struct price_import *im, const struct price_offer *offer, struct str name)
{
	static const struct str fast = STR_INIT("fast"), priority = STR_INIT("priority");
	struct str other = str_equal(name, fast)       ? priority
			   : str_equal(name, priority) ? fast
						       : name;
	for (uint32_t i = 0; i < offer->speed_count; i++) {
		struct str own = im->table->speeds[offer->first_speed + i].name;
		if (str_equal(own, name) || str_equal(own, other)) {
			return true;
		}
	}
	return false;
}

static size_t count_rows(const struct price_table *t, const struct price_speed *speed)
{
	size_t rows = 0;
	for (uint32_t i = 0; i < speed->count; i++) {
		rows += t->lists[speed->first + i].above_tokens == 0;
	}
	return rows;
}

/* The user's own model replaces another completely. */
static void note_losses(struct price_import *im, const struct price_offer *offer,
	const struct price_match *m, const struct price_list *was)
{
	const struct price_speed *file = &im->table->speeds[offer->first_speed];
	const struct price_speed *used = price_table_speed(m->table, m->model, (struct str){0});
	bool has_hour = im->table->lists[file->first].of[USAGE_CACHE_WRITE_1H] != PRICE_UNTOLD;
	bool lost_speed = false;
	for (uint32_t i = 0; i < m->model->speed_count; i++) {
		lost_speed = lost_speed ||
			     !has_speed(
				     im, offer, m->table->speeds[m->model->first_speed + i].name);
	}
	if (!has_hour && was->of[USAGE_CACHE_WRITE_1H] != was->of[USAGE_CACHE_WRITE_5M]) {
		price_import_note(im, PRICE_NOTE_LOST_HOUR, offer->name);
	}
	if (lost_speed) {
		price_import_note(im, PRICE_NOTE_LOST_SPEED, offer->name);
	}
	if (count_rows(m->table, used) > count_rows(im->table, file)) {
		price_import_note(im, PRICE_NOTE_LOST_DATES, offer->name);
	}
}

static void note_difference(struct price_import *im, struct price_offer *offer,
	const struct price_match *m, int64_t today)
{
	const struct price_speed *used = price_table_speed(m->table, m->model, (struct str){0});
	const struct price_list *was = price_table_list(m->table, used, today, 0);
	const struct price_list *now = price_table_list(
		im->table, &im->table->speeds[offer->first_speed], today, 0);
	for (unsigned i = 0; i <= USAGE_OUTPUT; i++) {
		offer->was_of[i] = was->of[i];
		offer->now_of[i] = now->of[i];
	}
	note_losses(im, offer, m, was);
}

/* A gateway's name for a listed model, without a price of the user's. */
static bool is_resold(const struct price_offer *offer, const struct price_book *book)
{
	const struct price_book listed = {.listed = book->listed};
	struct price_match m;
	bool is_own = book->own != NULL && price_table_find(book->own, offer->name) != NULL;
	return !offer->is_maker && !is_own && price_find(&listed, offer->name, &m);
}

void price_import_compare(struct price_import *im, const struct price_book *book, int64_t today)
{
	for (uint32_t i = 0; i < im->offer_count; i++) {
		struct price_offer *offer = &im->offers[i];
		struct price_match m;
		if (offer->is_out) {
			continue;
		}
		if (is_resold(offer, book)) {
			offer->is_out = true;
			price_import_note(im, PRICE_NOTE_RESOLD, offer->name);
			continue;
		}
		if (!price_find(book, offer->name, &m)) {
			offer->verdict = PRICE_VERDICT_NEW;
		} else if (is_same(im, offer, &m, today)) {
			offer->verdict = PRICE_VERDICT_SAME;
		} else {
			offer->verdict = PRICE_VERDICT_DIFFERS;
			note_difference(im, offer, &m, today);
		}
		im->verdicts[offer->verdict]++;
		for (unsigned note = PRICE_NOTE_FIRST_LACK; note < PRICE_NOTE_FIRST_LOSS; note++) {
			if ((offer->lacks >> note & 1) != 0) {
				price_import_note(im, note, offer->name);
			}
		}
	}
}
