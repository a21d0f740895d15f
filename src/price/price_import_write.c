/* The user's own list, with models from another: text of the user's stays as it is. */
#include "price/price_import.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "price/price_draft.h"

enum { DEPTH = 16, PICO_TO_BILLIONTHS = 1000 };

struct taken_name {
	struct hash_node node;
	struct str text;
};

struct writer {
	struct price_import *import;
	const struct price_table *own; // NULL: none
	bool *replaced;                // of own's models
	struct taken_name *names;      // room for all there can be
	size_t name_count;
	struct hash by_name;
	char date[PRICE_DAY_BYTES];
	struct buf *out;
	bool has_model;
};

/* ---- names, each of which may stand only once */

static bool is_taken(const struct writer *w, struct str text)
{
	struct hash_node *node = hash_first(&w->by_name, str_hash(text));
	for (; node != NULL; node = hash_next(node)) {
		if (str_equal(container_of(node, struct taken_name, node)->text, text)) {
			return true;
		}
	}
	return false;
}

static void take_name(struct writer *w, struct str text)
{
	struct taken_name *name = &w->names[w->name_count++];
	name->text = text;
	hash_add(&w->by_name, &name->node, str_hash(text));
}

/* ---- which models */

static bool is_chosen(const struct price_offer *offer, bool all)
{
	return !offer->is_out && (all || offer->verdict != PRICE_VERDICT_SAME);
}

/* One's own model of that name is replaced; if another has it as an alias, that one stays. */
static void choose(struct writer *w, struct price_offer *offer)
{
	const struct price_model *same = w->own != NULL ? price_table_find(w->own, offer->name)
							: NULL;
	if (same == NULL) {
		return;
	}
	if (str_equal(same->name, offer->name)) {
		w->replaced[same - w->own->models] = true;
	} else {
		offer->is_out = true;
		price_import_note(w->import, PRICE_NOTE_OWN_ALIAS, offer->name);
	}
}

static void choose_all(struct writer *w, bool all, size_t *ret_models)
{
	struct price_import *im = w->import;
	*ret_models = 0;
	for (uint32_t i = 0; i < im->offer_count; i++) {
		if (is_chosen(&im->offers[i], all)) {
			choose(w, &im->offers[i]);
		}
	}
	for (uint32_t i = 0; w->own != NULL && i < w->own->name_count; i++) {
		if (!w->replaced[w->own->names[i].model]) {
			take_name(w, w->own->names[i].text);
		}
	}
	for (uint32_t i = 0; i < im->offer_count; i++) {
		if (is_chosen(&im->offers[i], all)) {
			take_name(w, im->offers[i].name);
			++*ret_models;
		}
	}
}

/* ---- models of the user's own */

static void begin_model(struct writer *w)
{
	buf_append_str(w->out, w->has_model ? STR(",\n    ") : STR("\n    "));
	w->has_model = true;
}

/* The text of a value whose first token is t. */
static struct str slice_of(struct json_reader *r, enum json_token t, size_t begin)
{
	(void)json_skip(r, t);
	return (struct str){r->start + begin, json_offset(r) - begin};
}

static void keep_models(struct writer *w, struct json_reader *r)
{
	size_t place = 0;
	for (enum json_token t = json_next(r); t == JSON_OBJECT_BEGIN; t = json_next(r)) {
		struct str text = slice_of(r, t, json_offset(r) - 1);
		if (!w->replaced[place++]) {
			begin_model(w);
			buf_append_str(w->out, text);
		}
	}
}

/* ---- models of the file */

static void write_prices(struct json_writer *j, const struct price_list *list)
{
	for (unsigned i = 0; i <= USAGE_OUTPUT; i++) {
		if (list->of[i] != PRICE_UNTOLD) {
			json_name(j, usage_class_name(i));
			json_billionths(j, list->of[i] * PICO_TO_BILLIONTHS);
		}
	}
}

/* Rows, each with its tiers. */
static void write_speed(
	struct json_writer *j, const struct price_import *im, const struct price_speed *speed)
{
	const struct price_list *lists = &im->table->lists[speed->first];
	json_array_begin(j);
	for (uint32_t i = 0; i < speed->count;) {
		char from[PRICE_DAY_BYTES];
		price_day_format(lists[i].from_day, from);
		json_object_begin(j);
		if (from[0] != '\0') {
			json_name_str(j, "from", str_from(from));
		}
		write_prices(j, &lists[i++]);
		if (i < speed->count && lists[i].above_tokens > 0) {
			json_name(j, "tiers");
			json_array_begin(j);
			for (; i < speed->count && lists[i].above_tokens > 0; i++) {
				json_object_begin(j);
				json_name_int(j, "above_input_tokens", lists[i].above_tokens);
				write_prices(j, &lists[i]);
				json_object_end(j);
			}
			json_array_end(j);
		}
		json_object_end(j);
	}
	json_array_end(j);
}

static void write_aliases(struct writer *w, struct json_writer *j, const struct price_offer *offer)
{
	json_name(j, "aliases");
	json_array_begin(j);
	for (uint32_t i = 0; i < offer->alias_count; i++) {
		struct str alias = w->import->aliases[offer->first_alias + i];
		if (!is_taken(w, alias)) {
			take_name(w, alias);
			json_str(j, alias);
		}
	}
	json_array_end(j);
}

static void write_offer(struct writer *w, const struct price_offer *offer)
{
	const struct price_import *im = w->import;
	const struct price_speed *speeds = &im->table->speeds[offer->first_speed];
	struct json_writer j;
	begin_model(w);
	json_writer_init(&j, w->out);
	json_object_begin(&j);
	json_name_str(&j, "provider", offer->provider.size > 0 ? offer->provider : STR(""));
	json_name_str(&j, "model", offer->name);
	write_aliases(w, &j, offer);
	json_name(&j, "prices");
	write_speed(&j, im, &speeds[0]);
	if (offer->speed_count > 1) {
		json_name(&j, "speeds");
		json_object_begin(&j);
		for (uint32_t i = 1; i < offer->speed_count; i++) {
			json_name(&j, speeds[i].name.data); // of price_draft_speed()
			write_speed(&j, im, &speeds[i]);
		}
		json_object_end(&j);
	}
	json_name_str(&j, "source", str_from(price_source_name(im->source)));
	json_name_str(&j, "checked", str_from(w->date));
	json_object_end(&j);
}

/* ---- the whole */

static void write_models(struct writer *w, struct json_reader *r, bool all)
{
	buf_append_str(w->out, STR("\"models\": ["));
	if (r != NULL) {
		keep_models(w, r);
	}
	for (uint32_t i = 0; i < w->import->offer_count; i++) {
		if (is_chosen(&w->import->offers[i], all)) {
			write_offer(w, &w->import->offers[i]);
		}
	}
	buf_append_str(w->out, w->has_model ? STR("\n  ]") : STR("]"));
}

/* Where the value behind a name begins. */
static size_t value_begin(const struct json_reader *r)
{
	size_t at = json_offset(r);
	while (r->start + at < r->end && strchr(": \t\r\n", r->start[at]) != NULL) {
		at++;
	}
	return at;
}

/* Member by member, as they stand. */
static void write_merged(struct writer *w, struct str before, bool all)
{
	cleanup_free char *text = str_dup(before);
	struct json_reader r;
	json_reader_init(&r, text, before.size, DEPTH);
	r.raw = true;
	bool is_first = true;
	(void)json_next(&r);
	buf_append_str(w->out, STR("{"));
	while (json_next(&r) == JSON_NAME) {
		struct str name = r.text;
		size_t begin = value_begin(&r);
		buf_append_str(w->out, is_first ? STR("\n  ") : STR(",\n  "));
		is_first = false;
		enum json_token t = json_next(&r);
		if (str_equal(name, STR("models"))) {
			write_models(w, &r, all);
			continue;
		}
		struct str value = slice_of(&r, t, begin);
		buf_printf(w->out, "\"%.*s\": ", STR_ARG(name));
		buf_append_str(w->out, value);
	}
	buf_append_str(w->out, STR("\n}\n"));
}

void price_import_write(struct price_import *im, struct str before, const struct price_table *own,
	bool all, int64_t today, struct buf *out, size_t *ret_models)
{
	size_t own_names = own != NULL ? own->name_count : 0;
	struct writer w = {.import = im, .own = own, .out = out};
	w.names = xcalloc(own_names + im->offer_count + im->alias_count, sizeof(*w.names));
	w.replaced = xcalloc(own != NULL ? own->model_count : 0, sizeof(*w.replaced));
	hash_init(&w.by_name, own_names + im->offer_count + im->alias_count);
	price_day_format(today, w.date);
	choose_all(&w, all, ret_models);
	if (own != NULL) {
		write_merged(&w, before, all);
	} else {
		buf_append_str(out, STR("{\n  \"version\": 2,\n  "));
		write_models(&w, NULL, all);
		buf_append_str(out, STR("\n}\n"));
	}
	hash_finish(&w.by_name);
	free(w.names);
	free(w.replaced);
}
