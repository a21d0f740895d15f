/* Builds a tree from libyaml's events; the depth of the recursion is bounded. */
#include "board/board_yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/hash.h"
#include "base/mem.h"
#include "board/board_arena.h"

enum { ANCHOR_BUCKETS = 256, FEW_KEYS = 8, MANY_KEYS = 4096 };

struct anchor {
	struct hash_node node; // reading::anchors
	struct str name;
	struct board_value *value;
};

struct reading {
	struct board_yaml *y;
	yaml_parser_t parser;
	struct hash anchors; // once there is one
	bool has_anchors;
	size_t aliased; // nodes added by aliases
	bool has_end;   // the first document is closed by "..."
	bool has_more;  // something follows it
};

static const char MORE[] = "more than one document";

bool board_yaml_is_built(void)
{
	return true;
}

/* ---- errors */

static void set_fault(struct reading *r, const yaml_mark_t *mark, const char *message)
{
	struct board_fault *fault = &r->y->fault;
	fault->line = mark != NULL ? (int64_t)mark->line + 1 : 0;
	fault->column = mark != NULL ? (int64_t)mark->column + 1 : 0;
	(void)snprintf(fault->message, sizeof(fault->message), "%s", message);
}

/* libyaml's own message; an error of its reader has no line. */
static void set_parser_fault(struct reading *r)
{
	const yaml_parser_t *p = &r->parser;
	bool has_mark = p->error != YAML_READER_ERROR && p->error != YAML_MEMORY_ERROR;
	char message[BOARD_FAULT_BYTES];
	(void)snprintf(message, sizeof(message), "%s%s%s",
		has_mark && p->context != NULL ? p->context : "",
		has_mark && p->context != NULL ? ": " : "",
		p->problem != NULL ? p->problem : "not YAML");
	set_fault(r, has_mark ? &p->problem_mark : NULL, message);
}

static bool next_event(struct reading *r, yaml_event_t *event)
{
	if (yaml_parser_parse(&r->parser, event) == 0) {
		set_parser_fault(r);
		return false;
	}
	return true;
}

void board_yaml_warn(struct board_yaml *y, const char *before, struct str text)
{
	struct str warning = board_arena_text(&y->blocks, before, text);
	for (size_t i = 0; i < y->warning_count; i++) {
		if (str_equal(y->warnings[i], warning)) {
			return;
		}
	}
	if (y->warning_count < BOARD_YAML_WARNINGS) {
		y->warnings[y->warning_count++] = warning;
	}
}

/* ---- anchors */

static struct str name_of(const yaml_char_t *anchor)
{
	return str_from((const char *)anchor);
}

static void add_anchor(struct reading *r, const yaml_char_t *name, struct board_value *value)
{
	if (name != NULL) {
		if (!r->has_anchors) {
			hash_init(&r->anchors, ANCHOR_BUCKETS);
			r->has_anchors = true;
		}
		struct anchor *a = board_arena_take(&r->y->blocks, sizeof(*a));
		a->name = board_arena_text(&r->y->blocks, "", name_of(name));
		a->value = value;
		hash_add(&r->anchors, &a->node, str_hash(a->name));
	}
}

/* The latest anchor of that name. */
static struct board_value *find_anchor(const struct reading *r, struct str name)
{
	if (!r->has_anchors) {
		return NULL;
	}
	for (struct hash_node *n = hash_first(&r->anchors, str_hash(name)); n != NULL;
		n = hash_next(n)) {
		struct anchor *a = container_of(n, struct anchor, node);
		if (str_equal(a->name, name)) {
			return a->value;
		}
	}
	return NULL;
}

/* depth: of its container. */
static struct board_value *take_alias(struct reading *r, const yaml_event_t *event, unsigned depth)
{
	struct board_value *value = find_anchor(r, name_of(event->data.alias.anchor));
	const char *message = NULL;
	if (value == NULL) {
		message = "undefined alias";
	} else if (value->is_open) {
		message = "an alias that contains itself";
	} else if (depth + value->height > BOARD_YAML_DEPTH) {
		message = "nested deeper than 32";
	} else {
		r->aliased += value->nodes;
		message = r->aliased > BOARD_YAML_ALIASED ? "aliases add more than 10000 nodes"
							  : NULL;
	}
	if (message != NULL) {
		set_fault(r, &event->start_mark, message);
		return NULL;
	}
	return value;
}

/* ---- values */

static struct board_value *take_value(struct reading *r, yaml_event_t *event, unsigned depth);

static struct board_value *take_scalar(struct reading *r, const yaml_event_t *event)
{
	const struct str text = {(const char *)event->data.scalar.value, event->data.scalar.length};
	const char *tag = (const char *)event->data.scalar.tag;
	bool is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
			(tag == NULL || strcmp(tag, YAML_STR_TAG) != 0);
	struct board_value *value = board_arena_take(&r->y->blocks, sizeof(*value));
	value->kind = is_plain ? board_plain_kind(text) : BOARD_TEXT;
	value->text = board_arena_text(&r->y->blocks, "", text);
	value->nodes = 1;
	add_anchor(r, event->data.scalar.anchor, value);
	return value;
}

static struct board_value *begin_container(struct reading *r, const yaml_event_t *event,
	enum board_kind kind, const yaml_char_t *anchor, unsigned depth)
{
	if (depth > BOARD_YAML_DEPTH) {
		set_fault(r, &event->start_mark, "nested deeper than 32");
		return NULL;
	}
	struct board_value *value = board_arena_take(&r->y->blocks, sizeof(*value));
	*value = (struct board_value){.kind = kind, .nodes = 1, .height = 1, .is_open = true};
	add_anchor(r, anchor, value);
	return value;
}

static void count_child(struct board_value *parent, const struct board_value *child)
{
	parent->nodes += child->nodes;
	parent->height = child->height + 1 > parent->height ? child->height + 1 : parent->height;
}

/* Moves an array from the heap to the arena. */
static void *keep_array(struct reading *r, void *array, size_t size)
{
	void *kept = board_arena_take(&r->y->blocks, size);
	if (array != NULL) {
		memcpy(kept, array, size);
	}
	return kept;
}

// NOLINTNEXTLINE(misc-no-recursion): begin_container() bounds the depth
static bool take_items(struct reading *r, struct board_value *list, unsigned depth)
{
	struct board_value **items = NULL;
	size_t capacity = 0;
	bool is_done = false, is_good = true;
	while (is_good && !is_done) {
		yaml_event_t event;
		is_good = next_event(r, &event);
		if (!is_good) {
			break;
		}
		is_done = event.type == YAML_SEQUENCE_END_EVENT;
		struct board_value *item = is_done ? NULL : take_value(r, &event, depth);
		yaml_event_delete(&event);
		if (item != NULL) {
			items = xgrow(items, list->count, &capacity, sizeof(*items));
			items[list->count++] = item;
			count_child(list, item);
		}
		is_good = is_done || item != NULL;
	}
	list->items = keep_array(r, items, list->count * sizeof(*items));
	list->is_open = false;
	free(items);
	return is_good;
}

// NOLINTNEXTLINE(misc-no-recursion): begin_container() bounds the depth
static struct board_value *take_list(struct reading *r, const yaml_event_t *event, unsigned depth)
{
	struct board_value *list = begin_container(
		r, event, BOARD_LIST, event->data.sequence_start.anchor, depth + 1);
	return list != NULL && take_items(r, list, depth + 1) ? list : NULL;
}

/* ---- maps */

struct entries {
	struct board_member *all; // on the heap
	size_t count, capacity;
	struct hash keys; // of more than a few
	struct key_node {
		struct hash_node node;
		size_t index;
	} * *nodes; // on the heap, one for each once there are more than a few
};

static void index_key(struct entries *e, size_t index)
{
	struct key_node *node = xcalloc(1, sizeof(*node));
	node->index = index;
	e->nodes = xgrow_list(e->nodes, index, sizeof(*e->nodes));
	e->nodes[index] = node;
	hash_add(&e->keys, &node->node, str_hash(e->all[index].key));
}

static struct board_member *find_key(struct entries *e, struct str key)
{
	for (size_t i = 0; e->nodes == NULL && i < e->count; i++) {
		if (str_equal(e->all[i].key, key)) {
			return &e->all[i];
		}
	}
	struct hash_node *n = e->nodes != NULL ? hash_first(&e->keys, str_hash(key)) : NULL;
	for (; n != NULL; n = hash_next(n)) {
		struct board_member *m = &e->all[container_of(n, struct key_node, node)->index];
		if (str_equal(m->key, key)) {
			return m;
		}
	}
	return NULL;
}

static void add_entry(struct entries *e, const struct board_member *member)
{
	e->all = xgrow(e->all, e->count, &e->capacity, sizeof(*e->all));
	e->all[e->count++] = *member;
	if (e->nodes != NULL) {
		index_key(e, e->count - 1);
	} else if (e->count > FEW_KEYS) {
		hash_init(&e->keys, 4 * FEW_KEYS);
		for (size_t i = 0; i < e->count; i++) {
			index_key(e, i);
		}
	}
	if (e->count == MANY_KEYS) {
		hash_finish(&e->keys);
		hash_init(&e->keys, 16 * MANY_KEYS);
		for (size_t i = 0; i < e->count; i++) {
			hash_add(&e->keys, &e->nodes[i]->node, str_hash(e->all[i].key));
		}
	}
}

static void entries_finish(struct entries *e)
{
	for (size_t i = 0; e->nodes != NULL && i < e->count; i++) {
		free(e->nodes[i]);
	}
	free(e->nodes);
	free(e->all);
	hash_finish(&e->keys);
}

static bool is_mergeable(const struct board_value *value)
{
	for (size_t i = 0; value->kind == BOARD_LIST && i < value->count; i++) {
		if (value->items[i]->kind != BOARD_MAP) {
			return false;
		}
	}
	return value->kind == BOARD_LIST || value->kind == BOARD_MAP;
}

static void merge_map(struct entries *e, const struct board_value *from)
{
	for (size_t i = 0; i < from->count; i++) {
		if (find_key(e, from->members[i].key) == NULL) {
			add_entry(e, &from->members[i]);
		}
	}
}

/* Adds the keys merged by "<<", after the map's own. */
static void merge(struct entries *e)
{
	struct board_member *found = find_key(e, STR("<<"));
	if (found == NULL || !found->is_merge || !is_mergeable(found->value)) {
		return;
	}
	const struct board_value *from = found->value;
	struct entries merged = {0};
	for (size_t i = 0; i < e->count; i++) {
		if (&e->all[i] != found) {
			add_entry(&merged, &e->all[i]);
		}
	}
	if (from->kind == BOARD_MAP) {
		merge_map(&merged, from);
	}
	for (size_t i = 0; from->kind == BOARD_LIST && i < from->count; i++) {
		merge_map(&merged, from->items[i]);
	}
	entries_finish(e);
	*e = merged;
}

static void put_entry(struct reading *r, struct entries *e, const struct board_value *key,
	bool is_plain, struct board_value *value)
{
	if (!board_value_is_scalar(key)) {
		board_yaml_warn(r->y, "complex key", STR(""));
		return;
	}
	struct board_member *known = find_key(e, key->text);
	if (known != NULL) {
		board_yaml_warn(r->y, "key twice: ", str_first(key->text, 256));
		known->value = value;
		known->is_merge = is_plain && str_equal(key->text, STR("<<"));
		return;
	}
	add_entry(e, &(const struct board_member){
			     .key = key->text,
			     .value = value,
			     .is_merge = is_plain && str_equal(key->text, STR("<<")),
		     });
}

/* One key and its value; *ret_done: the map has ended. */
// NOLINTNEXTLINE(misc-no-recursion): begin_container() bounds the depth
static bool take_entry(struct reading *r, struct entries *e, unsigned depth, bool *ret_done)
{
	yaml_event_t event;
	struct board_value *key = NULL, *value = NULL;
	if (!next_event(r, &event)) {
		return false;
	}
	*ret_done = event.type == YAML_MAPPING_END_EVENT;
	bool is_plain = event.type == YAML_SCALAR_EVENT &&
			event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	key = *ret_done ? NULL : take_value(r, &event, depth);
	yaml_event_delete(&event);
	if (key == NULL) {
		return *ret_done;
	}
	if (!next_event(r, &event)) {
		return false;
	}
	value = take_value(r, &event, depth);
	yaml_event_delete(&event);
	if (value != NULL) {
		put_entry(r, e, key, is_plain, value);
	}
	return value != NULL;
}

// NOLINTNEXTLINE(misc-no-recursion): begin_container() bounds the depth
static struct board_value *take_map(struct reading *r, const yaml_event_t *event, unsigned depth)
{
	struct board_value *map = begin_container(
		r, event, BOARD_MAP, event->data.mapping_start.anchor, depth + 1);
	struct entries entries = {0};
	bool is_done = false, is_good = map != NULL;
	while (is_good && !is_done) {
		is_good = take_entry(r, &entries, depth + 1, &is_done);
	}
	if (is_good) {
		merge(&entries);
		map->count = entries.count;
		map->members = keep_array(r, entries.all, entries.count * sizeof(*entries.all));
		for (size_t i = 0; i < map->count; i++) {
			map->nodes++;
			count_child(map, map->members[i].value);
		}
		map->is_open = false;
	}
	entries_finish(&entries);
	return is_good ? map : NULL;
}

/* The value that starts with event; NULL: the fault is set. depth: of its container. */
// NOLINTNEXTLINE(misc-no-recursion): begin_container() bounds the depth
static struct board_value *take_value(struct reading *r, yaml_event_t *event, unsigned depth)
{
	switch (event->type) {
	case YAML_ALIAS_EVENT: return take_alias(r, event, depth);
	case YAML_SCALAR_EVENT: return take_scalar(r, event);
	case YAML_SEQUENCE_START_EVENT: return take_list(r, event, depth);
	case YAML_MAPPING_START_EVENT: return take_map(r, event, depth);
	default: set_fault(r, &event->start_mark, "not YAML"); return NULL;
	}
}

/* ---- the document */

/* The next event must be of this type; false: the fault is set, or the stream is over. */
static bool expect(struct reading *r, yaml_event_type_t type)
{
	yaml_event_t event;
	if (!next_event(r, &event)) {
		return false;
	}
	bool is_it = event.type == type;
	yaml_event_delete(&event);
	return is_it;
}

static const struct board_value *take_top(struct reading *r)
{
	yaml_event_t event;
	if (!next_event(r, &event)) {
		return NULL;
	}
	yaml_mark_t mark = event.start_mark;
	struct board_value *top = take_value(r, &event, 0);
	yaml_event_delete(&event);
	if (top != NULL && top->kind != BOARD_MAP) {
		set_fault(r, &mark, "the top level is not a mapping");
		return NULL;
	}
	if (top == NULL || !next_event(r, &event)) {
		return NULL;
	}
	r->has_end = event.type == YAML_DOCUMENT_END_EVENT && event.data.document_end.implicit == 0;
	yaml_event_delete(&event);
	return top;
}

static void read_document(struct reading *r)
{
	if (!expect(r, YAML_STREAM_START_EVENT)) {
		return;
	}
	if (!expect(r, YAML_DOCUMENT_START_EVENT)) {
		if (r->y->fault.message[0] == '\0') {
			set_fault(r, NULL, "empty: there is no document");
		}
		return;
	}
	const struct board_value *top = take_top(r);
	if (top != NULL && !expect(r, YAML_STREAM_END_EVENT)) {
		r->has_more = true;
		r->y->fault = (struct board_fault){0};
	}
	r->y->top = top;
}

/* Reads text as far as the first document goes. error_at: of a byte that libyaml rejects. */
static void read_text(struct reading *r, struct str text, size_t *ret_error_at)
{
	*ret_error_at = text.size;
	if (yaml_parser_initialize(&r->parser) == 0) {
		set_fault(r, NULL, "out of memory");
		return;
	}
	yaml_parser_set_input_string(
		&r->parser, (const unsigned char *)(text.size > 0 ? text.data : ""), text.size);
	read_document(r);
	if (r->parser.error == YAML_READER_ERROR) {
		*ret_error_at = r->parser.problem_offset;
	}
	hash_finish(&r->anchors);
	yaml_parser_delete(&r->parser);
}

/* The lines before the one with that byte. */
static struct str lines_before(struct str text, size_t at)
{
	size_t size = at < text.size ? at : text.size;
	while (size > 0 && text.data[size - 1] != '\n') {
		size--;
	}
	return str_first(text, size);
}

/* libyaml checks bytes long before it comes to them: one that it rejects may stand behind the first
 * document. If that has ended by then, what follows does not matter. */
static void read_before_error(struct board_yaml *y, struct str text)
{
	struct board_yaml before = {0};
	struct reading r = {.y = &before};
	size_t error_at;
	read_text(&r, text, &error_at);
	if (before.top != NULL && (r.has_more || r.has_end)) {
		board_yaml_finish(y);
		*y = before;
		board_yaml_warn(y, MORE, STR(""));
	} else {
		board_yaml_finish(&before);
	}
}

void board_yaml_read(struct board_yaml *y, struct str text, size_t max_bytes)
{
	struct reading r = {.y = y};
	size_t error_at;
	*y = (struct board_yaml){0};
	if (text.size > max_bytes) {
		set_fault(&r, NULL, "larger than 1 MiB");
		return;
	}
	read_text(&r, text, &error_at);
	if (r.has_more) {
		board_yaml_warn(y, MORE, STR(""));
	} else if (y->top == NULL && error_at < text.size) {
		read_before_error(y, lines_before(text, error_at));
	}
}

void board_yaml_finish(struct board_yaml *y)
{
	board_arena_finish(&y->blocks);
	y->top = NULL;
}
