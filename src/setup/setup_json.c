#include "setup/setup_json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "setup/setup_jsonc.h"
#include "setup/setup_text.h"

enum { DEPTH = 256 };

/* Offsets in the text. */
struct item {         // of an object or an array
	size_t begin; // of the name, or of the value if it has none
	struct str name;
	size_t value, end;
};

struct container {
	size_t open, close; // its brackets
	bool is_object;
	struct item *items; // owned
	size_t count, capacity;
};

struct problem {
	const char *what; // NULL: none
	const char *name; // of the member it is about; NULL: none
	size_t at;        // in the text
};

static void container_finish(struct container *c)
{
	free(c->items);
	*c = (struct container){0};
}

static size_t token_size(enum json_token t)
{
	static const uint8_t sizes[] = {[JSON_OBJECT_BEGIN] = 1,
		[JSON_ARRAY_BEGIN] = 1,
		[JSON_TRUE] = 4,
		[JSON_FALSE] = 5,
		[JSON_NULL] = 4};
	return t < ARRAY_SIZE(sizes) ? sizes[t] : 0;
}

/* Where the token begins that was just read. */
static char *token_begin(const struct json_reader *r, enum json_token t)
{
	switch (t) {
	case JSON_NAME:
	case JSON_STRING: return (char *)r->text.data - 1;
	case JSON_NUMBER: return (char *)r->text.data;
	default: return r->at - token_size(t);
	}
}

static char *skip_blanks(char *at, const char *end)
{
	while (at < end && *at != '\0' && strchr(" \t\r\n", *at) != NULL) {
		at++;
	}
	return at;
}

static void add_item(struct container *c, const struct item *item)
{
	c->items = xgrow(c->items, c->count, &c->capacity, sizeof(*c->items));
	c->items[c->count++] = *item;
}

/* The items up to the end of the container. False if something is wrong. */
static bool read_items(struct json_reader *r, const char *plain, struct container *c)
{
	enum json_token end = c->is_object ? JSON_OBJECT_END : JSON_ARRAY_END, t;
	while ((t = json_next(r)) != end && t != JSON_ERROR) {
		char *begin = token_begin(r, t);
		struct item item = {.begin = (size_t)(begin - plain)};
		item.name = t == JSON_NAME ? r->text : (struct str){0};
		char *value = t == JSON_NAME ? skip_blanks(r->at, r->end) : begin;
		item.value = (size_t)(value - plain);
		if (!json_skip(r, t)) {
			return false;
		}
		item.end = (size_t)(r->at - plain);
		add_item(c, &item);
	}
	return t == end && json_next(r) == JSON_END;
}

/* Reads the container that is plain[from, to), blanks around it aside. The names of its items are
 * decoded in place, what is in their values is not touched. False if there is none. */
static bool read_container(
	char *plain, size_t from, size_t to, struct container *ret, struct problem *problem)
{
	struct json_reader r;
	json_reader_init(&r, plain + from, to - from, DEPTH);
	enum json_token t = json_next(&r);
	*ret = (struct container){0};
	if (t != JSON_OBJECT_BEGIN && t != JSON_ARRAY_BEGIN) {
		*problem = (struct problem){"not an object", NULL, from + json_offset(&r)};
		problem->what = t == JSON_ERROR ? r.error : problem->what;
		return false;
	}
	ret->open = (size_t)(r.at - plain) - 1;
	ret->is_object = t == JSON_OBJECT_BEGIN;
	if (!read_items(&r, plain, ret)) {
		*problem = (struct problem){
			r.error != NULL ? r.error : "not JSON", NULL, from + json_offset(&r)};
		container_finish(ret);
		return false;
	}
	size_t behind = ret->count > 0 ? ret->items[ret->count - 1].end : ret->open + 1;
	ret->close = (size_t)(skip_blanks(plain + behind, plain + to) - plain);
	return true;
}

/* The item of that name, NULL if there is none. False if it stands there twice. */
static bool find_item(const struct container *c, const char *name, const struct item **ret)
{
	*ret = NULL;
	for (size_t i = 0; i < c->count; i++) {
		if (str_equal(c->items[i].name, str_from(name))) {
			if (*ret != NULL) {
				return false;
			}
			*ret = &c->items[i];
		}
	}
	return true;
}

/* Whether there is nothing in the text but blanks; plain: without its comments. */
static bool is_blank(const struct buf *text, char *plain)
{
	char *begin = plain + setup_jsonc_mark_size(buf_str(text));
	return skip_blanks(begin, plain + text->size) == plain + text->size;
}

bool setup_json_is_blank(const struct buf *text)
{
	cleanup_free char *plain = setup_jsonc_plain(text);
	return is_blank(text, plain);
}

/* ---- the way along a path */

struct walk {
	char *plain;           // owned: the text without comments, see setup_jsonc.h
	struct container in;   // owned: the innermost object on the way
	size_t names;          // of the path that led to it
	const struct item *at; // of in: the member, or a null in the way; NULL: none
	struct problem problem;
};

static void walk_finish(struct walk *w)
{
	container_finish(&w->in);
	free(w->plain);
	w->plain = NULL;
}

static bool is_null(const struct walk *w, const struct item *item)
{
	struct str value = {w->plain + item->value, item->end - item->value};
	return str_equal(value, STR("null"));
}

/* One name further in. PRESENT: go on, or arrived. */
static enum setup_json_status step(struct walk *w, const char *name)
{
	if (!w->in.is_object) {
		w->problem = (struct problem){"not an object", NULL, w->in.open};
		return w->names == 0 ? SETUP_JSON_INVALID : SETUP_JSON_BLOCKED;
	}
	if (!find_item(&w->in, name, &w->at)) {
		w->problem = (struct problem){"set twice", name, w->in.open};
		return SETUP_JSON_INVALID;
	}
	return w->at == NULL || is_null(w, w->at) ? SETUP_JSON_ABSENT : SETUP_JSON_PRESENT;
}

/* The caller finishes it, whatever the status. */
static enum setup_json_status walk(struct walk *w, const struct buf *text, const char *const *path)
{
	size_t from = 0, to = text->size;
	*w = (struct walk){.plain = setup_jsonc_plain(text)};
	if (is_blank(text, w->plain)) {
		return SETUP_JSON_ABSENT;
	}
	for (;; w->names++) {
		container_finish(&w->in);
		w->at = NULL;
		if (!read_container(w->plain, from, to, &w->in, &w->problem)) {
			w->problem.name = w->names > 0 ? path[w->names - 1] : NULL;
			return w->names == 0 ? SETUP_JSON_INVALID : SETUP_JSON_BLOCKED;
		}
		enum setup_json_status status = step(w, path[w->names]);
		if (status == SETUP_JSON_BLOCKED) {
			w->problem.name = path[w->names - 1];
		}
		if (status != SETUP_JSON_PRESENT || path[w->names + 1] == NULL) {
			return status;
		}
		from = w->at->value;
		to = w->at->end;
	}
}

enum setup_json_status setup_json_get(
	const struct buf *text, const char *const *path, struct str *ret)
{
	struct walk w;
	enum setup_json_status status = walk(&w, text, path);
	if (status == SETUP_JSON_PRESENT) {
		*ret = (struct str){text->data + w.at->value, w.at->end - w.at->value};
	}
	walk_finish(&w);
	return status;
}

bool setup_json_is_null(const struct buf *text, const char *const *path)
{
	struct walk w;
	bool found = walk(&w, text, path) == SETUP_JSON_ABSENT && w.at != NULL &&
		     path[w.names + 1] == NULL;
	walk_finish(&w);
	return found;
}

void setup_json_explain(const struct buf *text, const char *const *path, struct buf *out)
{
	struct walk w;
	walk(&w, text, path);
	if (w.problem.what != NULL) {
		buf_printf(out, "line %zu: ", str_line_of(buf_str(text), w.problem.at));
		if (w.problem.name != NULL) {
			buf_printf(out, "\"%s\" is ", w.problem.name);
		}
		buf_append_str(out, str_from(w.problem.what));
	}
	walk_finish(&w);
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
	struct container root;
	struct problem ignored;
	cleanup_free char *plain = setup_jsonc_plain(text);
	if (memmem(text->data, text->size, "\r\n", 2) != NULL) {
		form.line_end = STR("\r\n");
	}
	if (read_container(plain, 0, text->size, &root, &ignored)) {
		struct str indent = {0};
		if (root.count > 0) {
			indent = indent_before(text, root.items[0].begin);
		}
		form.unit = indent.size > 0 ? indent : form.unit;
		container_finish(&root);
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
static void add_to(
	struct buf *text, const struct container *c, const char *const *path, struct str value)
{
	const struct item *last = c->count > 0 ? &c->items[c->count - 1] : NULL;
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
static void put_in_place(
	struct buf *text, const struct item *item, const char *const *path, struct str value)
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
	struct walk w;
	if (setup_json_is_blank(text)) {
		begin_object(text);
	}
	if (walk(&w, text, path) == SETUP_JSON_ABSENT) {
		if (w.at != NULL) {
			put_in_place(text, w.at, path + w.names + 1, value);
		} else {
			add_to(text, &w.in, path + w.names, value);
		}
	}
	walk_finish(&w);
}

void setup_json_replace(struct buf *text, const char *const *path, struct str value)
{
	struct walk w;
	if (walk(&w, text, path) == SETUP_JSON_PRESENT) {
		setup_text_replace(text, w.at->value, w.at->end - w.at->value, value);
	}
	walk_finish(&w);
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
static void remove_only_item(struct buf *text, const struct container *c)
{
	const struct item *item = &c->items[0];
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

static void remove_first_item(struct buf *text, const struct container *c)
{
	const struct item *item = &c->items[0];
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

static void remove_item(struct buf *text, const struct container *c, size_t index)
{
	if (c->count == 1) {
		remove_only_item(text, c);
		return;
	}
	if (index == 0) {
		remove_first_item(text, c);
		return;
	}
	const struct item *item = &c->items[index];
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
	struct walk w;
	if (walk(&w, text, path) == SETUP_JSON_PRESENT) {
		remove_item(text, &w.in, (size_t)(w.at - w.in.items));
	}
	walk_finish(&w);
}

/* ---- arrays */

/* The container at path; of the walk, which the caller finishes. */
static bool read_value(
	struct walk *w, const struct buf *text, const char *const *path, struct container *ret)
{
	struct problem ignored;
	*ret = (struct container){0};
	if (path[0] == NULL) {
		*w = (struct walk){.plain = setup_jsonc_plain(text)};
		return read_container(w->plain, 0, text->size, ret, &ignored);
	}
	return walk(w, text, path) == SETUP_JSON_PRESENT &&
	       read_container(w->plain, w->at->value, w->at->end, ret, &ignored);
}

static bool read_array(
	struct walk *w, const struct buf *text, const char *const *path, struct container *ret)
{
	if (!read_value(w, text, path, ret) || ret->is_object) {
		container_finish(ret);
		return false;
	}
	return true;
}

bool setup_json_append(struct buf *text, const char *const *path, struct str value)
{
	struct walk w;
	struct container c;
	bool found = read_array(&w, text, path, &c);
	if (found) {
		add_to(text, &c, NULL, value);
	}
	container_finish(&c);
	walk_finish(&w);
	return found;
}

static bool is_match(
	const struct walk *w, const struct item *item, const struct setup_json_items *items)
{
	struct str value = {w->plain + item->value, item->end - item->value};
	return items->match(value, items->data);
}

/* The array of that name in an object that is an item. */
static bool read_inner(
	struct walk *w, const struct item *item, const char *name, struct container *ret)
{
	struct container object;
	struct problem ignored;
	const struct item *found = NULL;
	*ret = (struct container){0};
	if (!read_container(w->plain, item->value, item->end, &object, &ignored)) {
		return false;
	}
	bool good = object.is_object && find_item(&object, name, &found) && found != NULL &&
		    read_container(w->plain, found->value, found->end, ret, &ignored);
	container_finish(&object);
	if (good && ret->is_object) {
		container_finish(ret);
		return false;
	}
	return good;
}

/* How many match in one item of the outer array. *ret_last: the last of them, in inner. */
static size_t count_in(struct walk *w, const struct item *item,
	const struct setup_json_items *items, struct container *inner, size_t *ret_last)
{
	size_t count = 0;
	*inner = (struct container){0};
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
	struct walk w;
	struct container c, inner;
	bool found = read_array(&w, text, items->path, &c);
	for (size_t i = 0; found && i < c.count; i++) {
		count += count_in(&w, &c.items[i], items, &inner, &ignored);
		container_finish(&inner);
	}
	container_finish(&c);
	walk_finish(&w);
	return count;
}

/* Takes the last that matches. */
static bool remove_one(struct buf *text, const struct setup_json_items *items)
{
	struct walk w;
	struct container c, inner = {0};
	size_t last = 0, count = 0;
	bool found = read_array(&w, text, items->path, &c);
	for (size_t i = c.count; found && i > 0 && count == 0; i--) {
		count = count_in(&w, &c.items[i - 1], items, &inner, &last);
		if (count > 0 && inner.count > 1) {
			remove_item(text, &inner, last);
		} else if (count > 0) {
			remove_item(text, &c, i - 1);
		}
		container_finish(&inner);
	}
	container_finish(&c);
	walk_finish(&w);
	return count > 0;
}

void setup_json_remove_items(struct buf *text, const struct setup_json_items *items)
{
	while (remove_one(text, items)) {
	}
}

bool setup_json_is_empty(const struct buf *text, const char *const *path)
{
	struct walk w;
	struct container c;
	bool empty = read_value(&w, text, path, &c) && c.count == 0 &&
		     setup_jsonc_is_blank(text, c.open + 1, c.close);
	container_finish(&c);
	walk_finish(&w);
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
