#include "orchestrator/orchestrator_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/json_number.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "board/board_arena.h"

enum { FEW_KEYS = 16 };

struct reading {
	struct json_reader json;
	struct orchestrator_document *document;
};

/* ---- the tree */

/* A new value; NULL: the limit is reached. */
static struct board_value *add_value(struct reading *r, enum board_kind kind, struct str text)
{
	struct orchestrator_document *d = r->document;
	if (++d->values > ORCHESTRATOR_VALUES) {
		d->is_too_large = true;
		(void)snprintf(
			d->error, sizeof(d->error), "more than %d values", ORCHESTRATOR_VALUES);
		return NULL;
	}
	struct board_value *value = board_arena_take(&d->blocks, sizeof(*value));
	*value = (struct board_value){.kind = kind, .text = text, .nodes = 1};
	return value;
}

/* Moves an array from the heap to the arena. */
static void *keep_array(struct reading *r, void *array, size_t size)
{
	void *kept = board_arena_take(&r->document->blocks, size);
	if (size > 0) {
		memcpy(kept, array, size);
	}
	free(array);
	return kept;
}

static struct board_value *take_value(struct reading *r, enum json_token t);

// NOLINTNEXTLINE(misc-no-recursion): the reader bounds the depth
static struct board_value *take_list(struct reading *r)
{
	struct board_value *list = add_value(r, BOARD_LIST, (struct str){0});
	struct board_value **items = NULL;
	size_t count = 0, capacity = 0;
	enum json_token t = list != NULL ? json_next(&r->json) : JSON_ERROR;
	while (t != JSON_ARRAY_END && t != JSON_ERROR) {
		struct board_value *item = take_value(r, t);
		if (item == NULL) {
			t = JSON_ERROR;
			break;
		}
		items = xgrow(items, count, &capacity, sizeof(struct board_value *));
		items[count++] = item;
		t = json_next(&r->json);
	}
	if (t == JSON_ERROR) {
		free(items);
		return NULL;
	}
	list->items = keep_array(r, items, count * sizeof(struct board_value *));
	list->count = count;
	return list;
}

struct key_node {
	struct hash_node node;
	size_t index;
};

static struct key_node *find_key(
	const struct hash *keys, const struct board_member *members, struct str key)
{
	struct hash_node *n = hash_first(keys, str_hash(key));
	for (; n != NULL; n = hash_next(n)) {
		struct key_node *k = container_of(n, struct key_node, node);
		if (str_equal(members[k->index].key, key)) {
			return k;
		}
	}
	return NULL;
}

/* Of duplicate keys the last value wins, in the place of the first. Returns how many are left. */
static size_t drop_doubles(struct board_member *members, size_t count)
{
	struct key_node *nodes = xcalloc(count, sizeof(*nodes));
	struct hash keys;
	size_t kept = 0;
	hash_init(&keys, count > FEW_KEYS ? count : FEW_KEYS);
	for (size_t i = 0; i < count; i++) {
		struct key_node *before = find_key(&keys, members, members[i].key);
		if (before != NULL) {
			members[before->index].value = members[i].value;
			continue;
		}
		members[kept] = members[i];
		nodes[kept].index = kept;
		hash_add(&keys, &nodes[kept].node, str_hash(members[kept].key));
		kept++;
	}
	hash_finish(&keys);
	free(nodes);
	return kept;
}

// NOLINTNEXTLINE(misc-no-recursion): the reader bounds the depth
static struct board_value *take_map(struct reading *r)
{
	struct board_value *map = add_value(r, BOARD_MAP, (struct str){0});
	struct board_member *members = NULL;
	size_t count = 0, capacity = 0;
	enum json_token t = map != NULL ? json_next(&r->json) : JSON_ERROR;
	while (t == JSON_NAME) {
		struct board_member m = {.key = r->json.text};
		m.value = take_value(r, json_next(&r->json));
		if (m.value == NULL) {
			t = JSON_ERROR;
			break;
		}
		members = xgrow(members, count, &capacity, sizeof(*members));
		members[count++] = m;
		t = json_next(&r->json);
	}
	if (t != JSON_OBJECT_END) {
		free(members);
		return NULL;
	}
	count = count > 1 ? drop_doubles(members, count) : count;
	map->members = keep_array(r, members, count * sizeof(*members));
	map->count = count;
	return map;
}

// NOLINTNEXTLINE(misc-no-recursion): the reader bounds the depth
static struct board_value *take_value(struct reading *r, enum json_token t)
{
	switch (t) {
	case JSON_OBJECT_BEGIN: return take_map(r);
	case JSON_ARRAY_BEGIN: return take_list(r);
	case JSON_STRING: return add_value(r, BOARD_TEXT, r->json.text);
	case JSON_NUMBER: return add_value(r, BOARD_NUMBER, r->json.text);
	case JSON_TRUE: return add_value(r, BOARD_BOOL, STR("true"));
	case JSON_FALSE: return add_value(r, BOARD_BOOL, STR("false"));
	case JSON_NULL: return add_value(r, BOARD_NULL, (struct str){0});
	default: return NULL;
	}
}

void orchestrator_document_read(struct orchestrator_document *d, char *text, size_t size)
{
	struct reading r = {.document = d};
	*d = (struct orchestrator_document){0};
	json_reader_init(&r.json, text, size, ORCHESTRATOR_DEPTH);
	d->top = take_value(&r, json_next(&r.json));
	if (d->top != NULL && json_next(&r.json) != JSON_END) {
		d->top = NULL;
	}
	if (d->top == NULL && !d->is_too_large) {
		size_t line = str_line_of((struct str){text, size}, json_offset(&r.json));
		(void)snprintf(d->error, sizeof(d->error), "not JSON: line %zu: %s", line,
			r.json.error != NULL ? r.json.error : "it ends too early");
	}
}

void orchestrator_document_finish(struct orchestrator_document *d)
{
	board_arena_finish(&d->blocks);
}

/* ---- members by kind */

void orchestrator_fault(struct orchestrator_faults *f, const char *name, const char *wanted)
{
	if (f != NULL && f->count++ == 0) {
		(void)snprintf(f->first, sizeof(f->first), "%s: not %s", name, wanted);
	}
}

static const char *const wanted_kinds[] = {
	[BOARD_NULL] = "null",
	[BOARD_BOOL] = "true or false",
	[BOARD_NUMBER] = "a number",
	[BOARD_TEXT] = "a text",
	[BOARD_LIST] = "a list",
	[BOARD_MAP] = "an object",
};

const struct board_value *orchestrator_find(struct orchestrator_faults *f,
	const struct board_value *map, const char *name, enum board_kind kind)
{
	const struct board_value *v = map != NULL ? board_value_find(map, str_from(name)) : NULL;
	if (v == NULL || v->kind == BOARD_NULL) {
		return NULL;
	}
	if (v->kind != kind) {
		orchestrator_fault(f, name, wanted_kinds[kind]);
		return NULL;
	}
	return v;
}

struct str orchestrator_find_text(
	struct orchestrator_faults *f, const struct board_value *map, const char *name)
{
	const struct board_value *v = orchestrator_find(f, map, name, BOARD_TEXT);
	if (v == NULL) {
		return (struct str){0};
	}
	return v->text.data != NULL ? v->text : STR("");
}

double orchestrator_number_of(const struct board_value *value)
{
	double number = NAN;
	if (value != NULL && value->kind == BOARD_NUMBER) {
		(void)json_to_double(value->text, &number);
	}
	return number;
}

double orchestrator_find_number(
	struct orchestrator_faults *f, const struct board_value *map, const char *name)
{
	const struct board_value *v = orchestrator_find(f, map, name, BOARD_NUMBER);
	double number = orchestrator_number_of(v);
	if (v != NULL && isnan(number)) {
		orchestrator_fault(f, name, "a number that fits");
	}
	return number;
}

bool orchestrator_is_true(const struct board_value *value)
{
	return value != NULL && value->kind == BOARD_BOOL && str_equal(value->text, STR("true"));
}

int orchestrator_find_bool(
	struct orchestrator_faults *f, const struct board_value *map, const char *name)
{
	const struct board_value *v = orchestrator_find(f, map, name, BOARD_BOOL);
	return v == NULL ? -1 : orchestrator_is_true(v);
}

/* ---- numbers */

double orchestrator_round(double value, int places)
{
	/* a decimal half may be slightly less in binary */
	static const double hair = 1e-9;
	double scale = pow(10, places);
	return floor(value * scale + 0.5 + hair) / scale;
}

void orchestrator_write_number(struct json_writer *j, double value)
{
	enum { SHORT = 15, WHOLE = 17 }; // digits that always suffice; that are never exceeded
	char text[40];
	if (!isfinite(value)) {
		json_null(j);
		return;
	}
	(void)snprintf(text, sizeof(text), "%.*g", SHORT, value);
	if (strtod(text, NULL) != value) {
		(void)snprintf(text, sizeof(text), "%.*g", WHOLE, value);
	}
	if (value == trunc(value) && fabs(value) < 1e17) {
		(void)snprintf(text, sizeof(text), "%.0f", value == 0 ? 0 : value);
	}
	json_raw(j, str_from(text));
}

void orchestrator_name_number(struct json_writer *j, const char *name, double value)
{
	json_name(j, name);
	orchestrator_write_number(j, value);
}

void orchestrator_name_value(
	struct json_writer *j, const char *name, const struct board_value *value)
{
	json_name(j, name);
	if (value != NULL) {
		board_value_write(j, value);
	} else {
		json_null(j);
	}
}

void orchestrator_write_key(struct json_writer *j, struct str key)
{
	json_str(j, key);
	buf_append_char(j->out, ':');
	j->comma = false;
}
