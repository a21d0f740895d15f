#include "setup/setup_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "setup/setup_json_read.h"
#include "setup/setup_jsonc.h"
#include "setup/setup_text.h"

bool setup_json_is_blank(const struct buf *text)
{
	cleanup_free char *plain = setup_jsonc_plain(text);
	return setup_json_plain_is_blank(text, plain);
}

enum setup_json_status setup_json_get(
	const struct buf *text, const char *const *path, struct str *ret)
{
	struct setup_json_way w;
	enum setup_json_status status = setup_json_walk(&w, text, path);
	if (status == SETUP_JSON_PRESENT) {
		*ret = (struct str){text->data + w.at->value, w.at->end - w.at->value};
	}
	setup_json_way_finish(&w);
	return status;
}

bool setup_json_is_null(const struct buf *text, const char *const *path)
{
	struct setup_json_way w;
	bool found = setup_json_walk(&w, text, path) == SETUP_JSON_ABSENT && w.at != NULL &&
		     path[w.names + 1] == NULL;
	setup_json_way_finish(&w);
	return found;
}

void setup_json_explain(const struct buf *text, const char *const *path, struct buf *out)
{
	struct setup_json_way w;
	setup_json_walk(&w, text, path);
	if (w.problem.what != NULL) {
		buf_printf(out, "line %zu: ", str_line_of(buf_str(text), w.problem.at));
		if (w.problem.name != NULL) {
			buf_printf(out, "\"%s\" is ", w.problem.name);
		}
		buf_append_str(out, str_from(w.problem.what));
	}
	setup_json_way_finish(&w);
}

bool setup_json_scalar(struct str value, struct buf *out)
{
	struct json_reader r;
	cleanup_free char *copy = str_dup(value);
	json_reader_init(&r, copy, value.size, 1);
	switch (json_next(&r)) {
	case JSON_STRING: buf_append_str(out, r.text); return true;
	case JSON_NUMBER:
	case JSON_TRUE:
	case JSON_FALSE: buf_append_str(out, value); return true;
	default: return false;
	}
}

/* ---- form */

struct form {
	struct str line_end, unit; // of indentation
};

/* The blanks in front of a place, if nothing else is on its line; data NULL if something is. */
static struct str indent_before(const struct buf *text, size_t at)
{
	size_t begin = at;
	while (begin > 0 && (text->data[begin - 1] == ' ' || text->data[begin - 1] == '\t')) {
		begin--;
	}
	if (begin > 0 && text->data[begin - 1] != '\n') {
		return (struct str){0};
	}
	return (struct str){text->data + begin, at - begin};
}

/* The blanks at the beginning of the line on which a place is. */
static struct str indent_of_line(const struct buf *text, size_t at)
{
	size_t begin = at;
	while (begin > 0 && text->data[begin - 1] != '\n') {
		begin--;
	}
	size_t end = begin;
	while (end < at && (text->data[end] == ' ' || text->data[end] == '\t')) {
		end++;
	}
	return (struct str){text->data + begin, end - begin};
}

static struct form form_of(const struct buf *text)
{
	struct form form = {STR("\n"), STR("  ")};
	struct setup_json_container root;
	struct setup_json_problem ignored;
	cleanup_free char *plain = setup_jsonc_plain(text);
	if (memmem(text->data, text->size, "\r\n", 2) != NULL) {
		form.line_end = STR("\r\n");
	}
	if (setup_json_read_container(plain, 0, text->size, &root, &ignored)) {
		struct str indent = {0};
		if (root.count > 0) {
			indent = indent_before(text, root.items[0].begin);
		}
		form.unit = indent.size > 0 ? indent : form.unit;
		setup_json_container_finish(&root);
	}
	return form;
}

/* How a piece is laid out that goes into the text. */
struct layout {
	struct form form;
	struct str indent; // of its first line
	bool lines;        // else all of it goes on one
};

static void end_line(struct buf *out, const struct layout *l, int deeper)
{
	if (!l->lines) {
		buf_append_char(out, ' ');
		return;
	}
	buf_append_str(out, l->form.line_end);
	buf_append_str(out, l->indent);
	for (int i = 0; i < deeper; i++) {
		buf_append_str(out, l->form.unit);
	}
}

/* { "a": { "b": value } }; the bare value if the path is empty. */
static void append_nested(
	struct buf *out, const struct layout *l, const char *const *path, struct str value)
{
	int depth = 0;
	for (; path[depth] != NULL; depth++) {
		buf_append_char(out, '{');
		end_line(out, l, depth + 1);
		buf_printf(out, "\"%s\": ", path[depth]);
	}
	buf_append_str(out, value);
	while (depth-- > 0) {
		end_line(out, l, depth);
		buf_append_char(out, '}');
	}
}

/* ---- additions */

/* Puts "a": { "b": value }, or the bare value if path is NULL, behind the last item and the
 * comments on its line. */
static void add_to(struct buf *text, const struct setup_json_container *c, const char *const *path,
	struct str value)
{
	const struct setup_json_node *last = c->count > 0 ? &c->items[c->count - 1] : NULL;
	struct layout layout = {.form = form_of(text)};
	struct buf piece, indent;
	buf_init(&piece, text->max_bytes);
	buf_init(&indent, text->max_bytes);
	size_t comma = last != NULL ? setup_jsonc_comma(text, last->end) : SETUP_JSONC_NONE;
	size_t from = comma != SETUP_JSONC_NONE ? comma + 1
		      : last != NULL            ? last->end
						: c->open + 1;
	size_t at = setup_jsonc_line_comments(text, from);
	struct str own_indent = last != NULL ? indent_before(text, last->begin) : (struct str){0};
	/* what follows a comment on its line may be a part of it */
	layout.lines = last == NULL || own_indent.data != NULL || at != from;
	if (own_indent.data != NULL) {
		buf_append_str(&indent, own_indent);
	} else {
		buf_append_str(&indent, indent_of_line(text, c->open));
		buf_append_str(&indent, layout.form.unit);
	}
	layout.indent = buf_str(&indent);
	end_line(&piece, &layout, 0);
	if (path != NULL) {
		buf_printf(&piece, "\"%s\": ", path[0]);
	}
	append_nested(&piece, &layout, path != NULL ? path + 1 : (const char *[]){NULL}, value);
	size_t remove = 0;
	if (last == NULL && setup_jsonc_is_blank(text, at, c->close)) {
		remove = c->close - at;
		layout.indent = indent_of_line(text, c->open);
		end_line(&piece, &layout, 0);
	}
	if (comma != SETUP_JSONC_NONE) {
		buf_append_char(&piece, ',');
	}
	setup_text_replace(text, at, remove, buf_str(&piece));
	if (last != NULL && comma == SETUP_JSONC_NONE) {
		setup_text_replace(text, last->end, 0, STR(","));
	}
	buf_finish(&piece);
	buf_finish(&indent);
}

/* Puts { "b": value } in the place of an item's value. */
static void put_in_place(struct buf *text, const struct setup_json_node *item,
	const char *const *path, struct str value)
{
	struct buf piece;
	struct layout layout = {.form = form_of(text), .indent = indent_before(text, item->begin)};
	layout.lines = layout.indent.data != NULL;
	buf_init(&piece, text->max_bytes);
	append_nested(&piece, &layout, path, value);
	setup_text_replace(text, item->value, item->end - item->value, buf_str(&piece));
	buf_finish(&piece);
}

/* A text of blanks and comments needs an object to add to. */
static void begin_object(struct buf *text)
{
	size_t size = setup_jsonc_is_blank(text, 0, text->size) ? 0 : text->size;
	bool ended = size == 0 || text->data[size - 1] == '\n' ||
		     size == setup_jsonc_mark_size(buf_str(text));
	setup_text_replace(text, size, text->size - size, ended ? STR("{}\n") : STR("\n{}\n"));
}

void setup_json_add(struct buf *text, const char *const *path, struct str value)
{
	struct setup_json_way w;
	if (setup_json_is_blank(text)) {
		begin_object(text);
	}
	if (setup_json_walk(&w, text, path) == SETUP_JSON_ABSENT) {
		if (w.at != NULL) {
			put_in_place(text, w.at, path + w.names + 1, value);
		} else {
			add_to(text, &w.in, path + w.names, value);
		}
	}
	setup_json_way_finish(&w);
}

void setup_json_replace(struct buf *text, const char *const *path, struct str value)
{
	struct setup_json_way w;
	if (setup_json_walk(&w, text, path) == SETUP_JSON_PRESENT) {
		setup_text_replace(text, w.at->value, w.at->end - w.at->value, value);
	}
	setup_json_way_finish(&w);
}

/* ---- removal */

static void cut(struct buf *text, size_t from, size_t to)
{
	setup_text_replace(text, from, to - from, STR(""));
}

static void cut_comma(struct buf *text, size_t comma)
{
	if (comma != SETUP_JSONC_NONE) {
		cut(text, comma, comma + 1);
	}
}

/* Cuts what follows comments. Where the last of them needs the end of its line, and nothing behind
 * the cut ends it, that end stays. */
static void cut_behind(struct buf *text, size_t from, size_t to, bool needs_line)
{
	size_t next = to;
	while (next < text->size && (text->data[next] == ' ' || text->data[next] == '\t')) {
		next++;
	}
	bool ended = next == text->size || strchr("\r\n", text->data[next]) != NULL;
	if (needs_line && !ended) {
		from += text->data[from] == '\r';
		from++;
	}
	cut(text, from, to);
}

/* Comments belong to their writer: they stay, wherever they are. */
static void remove_only_item(struct buf *text, const struct setup_json_container *c)
{
	const struct setup_json_node *item = &c->items[0];
	bool needs_line;
	size_t from = setup_jsonc_comments_end(text, c->open + 1, item->begin, &needs_line);
	size_t comma = setup_jsonc_comma(text, item->end);
	size_t behind = comma != SETUP_JSONC_NONE ? comma + 1 : item->end;
	if (from == c->open + 1 && setup_jsonc_is_blank(text, behind, c->close) &&
		setup_jsonc_is_blank(text, item->end, behind - (behind > item->end))) {
		cut(text, from, c->close);
		return;
	}
	cut_comma(text, comma);
	cut_behind(text, from, item->end, needs_line);
}

static void remove_first_item(struct buf *text, const struct setup_json_container *c)
{
	const struct setup_json_node *item = &c->items[0];
	size_t comma = setup_jsonc_comma(text, item->end), next = c->items[1].begin;
	bool ignored;
	if (setup_jsonc_comments_end(text, comma + 1, next, &ignored) == comma + 1 &&
		setup_jsonc_is_blank(text, item->end, comma)) {
		cut(text, item->begin, next);
	} else {
		cut_comma(text, comma);
		cut(text, item->begin, item->end);
	}
}

static void remove_item(struct buf *text, const struct setup_json_container *c, size_t index)
{
	if (c->count == 1) {
		remove_only_item(text, c);
		return;
	}
	if (index == 0) {
		remove_first_item(text, c);
		return;
	}
	const struct setup_json_node *item = &c->items[index];
	size_t comma = setup_jsonc_comma(text, item->end);
	size_t before = c->items[index - 1].end, comma_before = setup_jsonc_comma(text, before);
	bool needs_line;
	size_t comments = setup_jsonc_comments_end(text, before, item->begin, &needs_line);
	if (comments == before) {
		cut(text, before, item->end);
		return;
	}
	needs_line = needs_line && comments > comma_before;
	size_t from = comments > comma_before ? comments : comma_before + 1;
	cut_comma(text, comma);
	cut_behind(text, from, item->end, needs_line);
	if (comma == SETUP_JSONC_NONE) { // it was the last one, so the comma has lost its use
		cut_comma(text, comma_before);
	}
}

void setup_json_remove(struct buf *text, const char *const *path)
{
	struct setup_json_way w;
	if (setup_json_walk(&w, text, path) == SETUP_JSON_PRESENT) {
		remove_item(text, &w.in, (size_t)(w.at - w.in.items));
	}
	setup_json_way_finish(&w);
}

/* ---- arrays */

/* The container at path; of the walk, which the caller finishes. */
static bool read_value(struct setup_json_way *w, const struct buf *text, const char *const *path,
	struct setup_json_container *ret)
{
	struct setup_json_problem ignored;
	*ret = (struct setup_json_container){0};
	if (path[0] == NULL) {
		*w = (struct setup_json_way){.plain = setup_jsonc_plain(text)};
		return setup_json_read_container(w->plain, 0, text->size, ret, &ignored);
	}
	return setup_json_walk(w, text, path) == SETUP_JSON_PRESENT &&
	       setup_json_read_container(w->plain, w->at->value, w->at->end, ret, &ignored);
}

static bool read_array(struct setup_json_way *w, const struct buf *text, const char *const *path,
	struct setup_json_container *ret)
{
	if (!read_value(w, text, path, ret) || ret->is_object) {
		setup_json_container_finish(ret);
		return false;
	}
	return true;
}

bool setup_json_append(struct buf *text, const char *const *path, struct str value)
{
	struct setup_json_way w;
	struct setup_json_container c;
	bool found = read_array(&w, text, path, &c);
	if (found) {
		add_to(text, &c, NULL, value);
	}
	setup_json_container_finish(&c);
	setup_json_way_finish(&w);
	return found;
}

static bool is_match(const struct setup_json_way *w, const struct setup_json_node *item,
	const struct setup_json_items *items)
{
	struct str value = {w->plain + item->value, item->end - item->value};
	return items->match(value, items->data);
}

/* The array of that name in an object that is an item. */
static bool read_inner(struct setup_json_way *w, const struct setup_json_node *item,
	const char *name, struct setup_json_container *ret)
{
	struct setup_json_container object;
	struct setup_json_problem ignored;
	const struct setup_json_node *found = NULL;
	*ret = (struct setup_json_container){0};
	if (!setup_json_read_container(w->plain, item->value, item->end, &object, &ignored)) {
		return false;
	}
	bool good = object.is_object && setup_json_find(&object, name, &found) && found != NULL &&
		    setup_json_read_container(w->plain, found->value, found->end, ret, &ignored);
	setup_json_container_finish(&object);
	if (good && ret->is_object) {
		setup_json_container_finish(ret);
		return false;
	}
	return good;
}

/* How many match in one item of the outer array. *ret_last: the last of them, in inner. */
static size_t count_in(struct setup_json_way *w, const struct setup_json_node *item,
	const struct setup_json_items *items, struct setup_json_container *inner, size_t *ret_last)
{
	size_t count = 0;
	*inner = (struct setup_json_container){0};
	if (items->inner == NULL) {
		return is_match(w, item, items);
	}
	if (!read_inner(w, item, items->inner, inner)) {
		return 0;
	}
	for (size_t i = 0; i < inner->count; i++) {
		if (is_match(w, &inner->items[i], items)) {
			*ret_last = i;
			count++;
		}
	}
	return count;
}

size_t setup_json_count(const struct buf *text, const struct setup_json_items *items)
{
	size_t count = 0, ignored;
	struct setup_json_way w;
	struct setup_json_container c, inner;
	bool found = read_array(&w, text, items->path, &c);
	for (size_t i = 0; found && i < c.count; i++) {
		count += count_in(&w, &c.items[i], items, &inner, &ignored);
		setup_json_container_finish(&inner);
	}
	setup_json_container_finish(&c);
	setup_json_way_finish(&w);
	return count;
}

/* Takes the last that matches. */
static bool remove_one(struct buf *text, const struct setup_json_items *items)
{
	struct setup_json_way w;
	struct setup_json_container c, inner = {0};
	size_t last = 0, count = 0;
	bool found = read_array(&w, text, items->path, &c);
	for (size_t i = c.count; found && i > 0 && count == 0; i--) {
		count = count_in(&w, &c.items[i - 1], items, &inner, &last);
		if (count > 0 && inner.count > 1) {
			remove_item(text, &inner, last);
		} else if (count > 0) {
			remove_item(text, &c, i - 1);
		}
		setup_json_container_finish(&inner);
	}
	setup_json_container_finish(&c);
	setup_json_way_finish(&w);
	return count > 0;
}

void setup_json_remove_items(struct buf *text, const struct setup_json_items *items)
{
	while (remove_one(text, items)) {
	}
}

bool setup_json_is_empty(const struct buf *text, const char *const *path)
{
	struct setup_json_way w;
	struct setup_json_container c;
	bool empty = read_value(&w, text, path, &c) && c.count == 0 &&
		     setup_jsonc_is_blank(text, c.open + 1, c.close);
	setup_json_container_finish(&c);
	setup_json_way_finish(&w);
	return empty;
}

bool setup_json_is_like(const struct buf *a, const struct buf *b)
{
	struct buf squeezed_a, squeezed_b;
	buf_init(&squeezed_a, 2 * a->size);
	buf_init(&squeezed_b, 2 * b->size);
	setup_jsonc_squeeze(a, &squeezed_a);
	setup_jsonc_squeeze(b, &squeezed_b);
	bool like = str_equal(buf_str(&squeezed_a), buf_str(&squeezed_b));
	buf_finish(&squeezed_a);
	buf_finish(&squeezed_b);
	return like;
}

void setup_json_restore_empty(struct buf *text, const struct buf *base, const char *const *path)
{
	struct str ignored;
	if (!setup_json_is_empty(text, path)) {
		return;
	}
	if (setup_json_is_null(base, path)) {
		setup_json_replace(text, path, STR("null"));
	} else if (setup_json_get(base, path, &ignored) != SETUP_JSON_PRESENT) {
		setup_json_remove(text, path);
	}
}
