#include "setup/setup_json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_read.h"
#include "base/mem.h"
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
	size_t count;
};

static void container_finish(struct container *c)
{
	free(c->items);
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
	if ((c->count & (c->count - 1)) == 0) { // full at powers of two
		size_t room = c->count > 0 ? c->count * 2 : 1;
		c->items = xrealloc(c->items, room * sizeof(*c->items));
	}
	c->items[c->count++] = *item;
}

/* Reads the container that is text[from, to), blanks around it aside. False if there is none. */
static bool read_container(char *text, size_t from, size_t to, struct container *ret)
{
	struct json_reader r;
	json_reader_init(&r, text + from, to - from, DEPTH);
	r.raw = true; // so nothing is changed
	enum json_token t = json_next(&r);
	if (t != JSON_OBJECT_BEGIN && t != JSON_ARRAY_BEGIN) {
		return false;
	}
	*ret = (struct container){
		.open = (size_t)(r.at - text) - 1, .is_object = t == JSON_OBJECT_BEGIN};
	enum json_token end = ret->is_object ? JSON_OBJECT_END : JSON_ARRAY_END;
	while ((t = json_next(&r)) != end && t != JSON_ERROR) {
		char *begin = token_begin(&r, t);
		struct item item = {.begin = (size_t)(begin - text)};
		item.name = t == JSON_NAME ? r.text : (struct str){0};
		char *value = t == JSON_NAME ? skip_blanks(r.at, r.end) : begin;
		item.value = (size_t)(value - text);
		if (!json_skip(&r, t)) {
			break;
		}
		item.end = (size_t)(r.at - text);
		add_item(ret, &item);
	}
	if (t != end || json_next(&r) != JSON_END) {
		container_finish(ret);
		return false;
	}
	size_t behind = ret->count > 0 ? ret->items[ret->count - 1].end : ret->open + 1;
	ret->close = (size_t)(skip_blanks(text + behind, text + to) - text);
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

bool setup_json_is_blank(const struct buf *text)
{
	return text->size == 0 ||
	       skip_blanks(text->data, text->data + text->size) == text->data + text->size;
}

/* The innermost object on the way: its members, and how many names of the path led to it. PRESENT:
 * *ret_item is the member. The container is then, and when it is ABSENT, the caller's to finish. */
static enum setup_json_status walk(const struct buf *text, const char *const *path,
	struct container *ret, size_t *ret_names, const struct item **ret_item)
{
	size_t from = 0, to = text->size;
	for (size_t names = 0;; names++) {
		enum setup_json_status otherwise = names == 0 ? SETUP_JSON_INVALID
							      : SETUP_JSON_BLOCKED;
		if (!read_container(text->data, from, to, ret)) {
			return otherwise;
		}
		if (!ret->is_object) {
			container_finish(ret);
			return otherwise;
		}
		*ret_names = names;
		if (!find_item(ret, path[names], ret_item)) {
			container_finish(ret);
			return SETUP_JSON_INVALID;
		}
		if (*ret_item == NULL) {
			return SETUP_JSON_ABSENT;
		}
		if (path[names + 1] == NULL) {
			return SETUP_JSON_PRESENT;
		}
		from = (*ret_item)->value;
		to = (*ret_item)->end;
		container_finish(ret);
	}
}

enum setup_json_status setup_json_get(
	const struct buf *text, const char *const *path, struct str *ret)
{
	struct container c;
	size_t names;
	const struct item *item = NULL;
	if (setup_json_is_blank(text)) {
		return SETUP_JSON_ABSENT;
	}
	enum setup_json_status status = walk(text, path, &c, &names, &item);
	if (status == SETUP_JSON_PRESENT && item != NULL) {
		*ret = (struct str){text->data + item->value, item->end - item->value};
	}
	if (status == SETUP_JSON_PRESENT || status == SETUP_JSON_ABSENT) {
		container_finish(&c);
	}
	return status;
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
	if (memmem(text->data, text->size, "\r\n", 2) != NULL) {
		form.line_end = STR("\r\n");
	}
	if (read_container(text->data, 0, text->size, &root)) {
		struct str indent = {0};
		if (root.count > 0) {
			indent = indent_before(text, root.items[0].begin);
		}
		form.unit = indent.size > 0 ? indent : form.unit;
		container_finish(&root);
	}
	return form;
}

static void end_line(struct buf *out, const struct form *form, struct str indent, int deeper)
{
	buf_append_str(out, form->line_end);
	buf_append_str(out, indent);
	for (int i = 0; i < deeper; i++) {
		buf_append_str(out, form->unit);
	}
}

/* "a": { "b": value }, over lines unless indent has no data. */
static void append_member(struct buf *out, const struct form *form, struct str indent,
	const char *const *path, struct str value)
{
	int depth = 0;
	for (; path[depth] != NULL; depth++) {
		if (depth > 0 && indent.data == NULL) {
			buf_append_char(out, ' ');
		} else if (depth > 0) {
			end_line(out, form, indent, depth);
		}
		buf_printf(out, "\"%s\": %s", path[depth], path[depth + 1] != NULL ? "{" : "");
	}
	buf_append_str(out, value);
	while (--depth > 0) {
		if (indent.data == NULL) {
			buf_append_char(out, ' ');
		} else {
			end_line(out, form, indent, depth - 1);
		}
		buf_append_char(out, '}');
	}
}

/* Puts what append_member() writes, or the bare value if path is NULL, behind the last item. */
static void add_to(
	struct buf *text, const struct container *c, const char *const *path, struct str value)
{
	struct form form = form_of(text);
	struct buf piece, indent;
	buf_init(&piece, text->ceiling);
	buf_init(&indent, text->ceiling);
	size_t at = c->open + 1, remove = c->close - at;
	bool lines = true;
	if (c->count > 0) {
		const struct item *last = &c->items[c->count - 1];
		struct str before = indent_before(text, last->begin);
		at = last->end;
		remove = 0;
		lines = before.data != NULL;
		buf_append_str(&indent, before);
		buf_append_char(&piece, ',');
	} else {
		buf_append_str(&indent, indent_of_line(text, c->open));
		buf_append_str(&indent, form.unit);
	}
	struct str inner = lines ? buf_str(&indent) : (struct str){0};
	inner.data = lines && inner.data == NULL ? "" : inner.data;
	if (lines) {
		end_line(&piece, &form, inner, 0);
	} else {
		buf_append_char(&piece, ' ');
	}
	if (path != NULL) {
		append_member(&piece, &form, inner, path, value);
	} else {
		buf_append_str(&piece, value);
	}
	if (c->count == 0) {
		end_line(&piece, &form, indent_of_line(text, c->open), 0);
	}
	setup_text_replace(text, at, remove, buf_str(&piece));
	buf_finish(&piece);
	buf_finish(&indent);
}

void setup_json_add(struct buf *text, const char *const *path, struct str value)
{
	struct container c;
	size_t names;
	const struct item *ignored;
	if (setup_json_is_blank(text)) {
		buf_clear(text);
		buf_append_str(text, STR("{}\n"));
	}
	if (walk(text, path, &c, &names, &ignored) == SETUP_JSON_ABSENT) {
		add_to(text, &c, path + names, value);
		container_finish(&c);
	}
}

/* ---- arrays and removal */

static void remove_item(struct buf *text, const struct container *c, size_t index)
{
	const struct item *item = &c->items[index];
	size_t from = item->begin, to = item->end;
	if (c->count == 1) {
		from = c->open + 1;
		to = c->close;
	} else if (index > 0) {
		from = c->items[index - 1].end;
	} else {
		to = c->items[1].begin;
	}
	setup_text_replace(text, from, to - from, STR(""));
}

void setup_json_remove(struct buf *text, const char *const *path)
{
	struct container c;
	size_t names;
	const struct item *item = NULL;
	enum setup_json_status status = walk(text, path, &c, &names, &item);
	if (status == SETUP_JSON_PRESENT && item != NULL) {
		remove_item(text, &c, (size_t)(item - c.items));
	}
	if (status == SETUP_JSON_PRESENT || status == SETUP_JSON_ABSENT) {
		container_finish(&c);
	}
}

static bool read_value(const struct buf *text, const char *const *path, struct container *ret)
{
	struct str value = {0};
	if (setup_json_get(text, path, &value) != SETUP_JSON_PRESENT) {
		return false;
	}
	size_t from = (size_t)(value.data - text->data);
	return read_container(text->data, from, from + value.size, ret);
}

static bool read_array(const struct buf *text, const char *const *path, struct container *ret)
{
	if (!read_value(text, path, ret)) {
		return false;
	}
	bool is_object = ret->is_object;
	if (is_object) {
		container_finish(ret);
	}
	return !is_object;
}

bool setup_json_append(struct buf *text, const char *const *path, struct str value)
{
	struct container c;
	if (!read_array(text, path, &c)) {
		return false;
	}
	add_to(text, &c, NULL, value);
	container_finish(&c);
	return true;
}

static struct str item_text(const struct buf *text, const struct item *item)
{
	return (struct str){text->data + item->value, item->end - item->value};
}

size_t setup_json_count(
	const struct buf *text, const char *const *path, setup_json_match *match, const void *data)
{
	size_t count = 0;
	struct container c;
	if (!read_array(text, path, &c)) {
		return 0;
	}
	for (size_t i = 0; i < c.count; i++) {
		count += match(item_text(text, &c.items[i]), data);
	}
	container_finish(&c);
	return count;
}

/* Takes the last that matches. */
static bool remove_one(
	struct buf *text, const char *const *path, setup_json_match *match, const void *data)
{
	struct container c;
	if (!read_array(text, path, &c)) {
		return false;
	}
	size_t i = c.count;
	while (i > 0 && !match(item_text(text, &c.items[i - 1]), data)) {
		i--;
	}
	if (i > 0) {
		remove_item(text, &c, i - 1);
	}
	container_finish(&c);
	return i > 0;
}

void setup_json_remove_items(
	struct buf *text, const char *const *path, setup_json_match *match, const void *data)
{
	while (remove_one(text, path, match, data)) {
	}
}

bool setup_json_is_empty(const struct buf *text, const char *const *path)
{
	struct container c;
	if (!read_value(text, path, &c)) {
		return false;
	}
	bool empty = c.count == 0;
	container_finish(&c);
	return empty;
}
