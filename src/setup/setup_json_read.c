#include "setup/setup_json_read.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "setup/setup_jsonc.h"

enum { DEPTH = 256 };

void setup_json_container_finish(struct setup_json_container *c)
{
	free(c->items);
	*c = (struct setup_json_container){0};
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

static void add_item(struct setup_json_container *c, const struct setup_json_node *item)
{
	c->items = xgrow(c->items, c->count, &c->capacity, sizeof(*c->items));
	c->items[c->count++] = *item;
}

/* The items up to the end of the container. False if something is wrong. */
static bool read_items(struct json_reader *r, const char *plain, struct setup_json_container *c)
{
	enum json_token end = c->is_object ? JSON_OBJECT_END : JSON_ARRAY_END, t;
	while ((t = json_next(r)) != end && t != JSON_ERROR) {
		char *begin = token_begin(r, t);
		struct setup_json_node item = {.begin = (size_t)(begin - plain)};
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

bool setup_json_read_container(char *plain, size_t from, size_t to,
	struct setup_json_container *ret, struct setup_json_problem *problem)
{
	struct json_reader r;
	json_reader_init(&r, plain + from, to - from, DEPTH);
	enum json_token t = json_next(&r);
	*ret = (struct setup_json_container){0};
	if (t != JSON_OBJECT_BEGIN && t != JSON_ARRAY_BEGIN) {
		*problem = (struct setup_json_problem){
			"not an object", NULL, from + json_offset(&r)};
		problem->what = t == JSON_ERROR ? r.error : problem->what;
		return false;
	}
	ret->open = (size_t)(r.at - plain) - 1;
	ret->is_object = t == JSON_OBJECT_BEGIN;
	if (!read_items(&r, plain, ret)) {
		*problem = (struct setup_json_problem){
			r.error != NULL ? r.error : "not JSON", NULL, from + json_offset(&r)};
		setup_json_container_finish(ret);
		return false;
	}
	size_t behind = ret->count > 0 ? ret->items[ret->count - 1].end : ret->open + 1;
	ret->close = (size_t)(skip_blanks(plain + behind, plain + to) - plain);
	return true;
}

bool setup_json_find(
	const struct setup_json_container *c, const char *name, const struct setup_json_node **ret)
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

bool setup_json_plain_is_blank(const struct buf *text, char *plain)
{
	char *begin = plain + setup_jsonc_mark_size(buf_str(text));
	return skip_blanks(begin, plain + text->size) == plain + text->size;
}

/* ---- the way along a path */

void setup_json_way_finish(struct setup_json_way *w)
{
	setup_json_container_finish(&w->in);
	free(w->plain);
	w->plain = NULL;
}

static bool is_null(const struct setup_json_way *w, const struct setup_json_node *item)
{
	struct str value = {w->plain + item->value, item->end - item->value};
	return str_equal(value, STR("null"));
}

/* One name further in. PRESENT: go on, or arrived. */
static enum setup_json_status step(struct setup_json_way *w, const char *name)
{
	if (!w->in.is_object) {
		w->problem = (struct setup_json_problem){"not an object", NULL, w->in.open};
		return w->names == 0 ? SETUP_JSON_INVALID : SETUP_JSON_BLOCKED;
	}
	if (!setup_json_find(&w->in, name, &w->at)) {
		w->problem = (struct setup_json_problem){"set twice", name, w->in.open};
		return SETUP_JSON_INVALID;
	}
	return w->at == NULL || is_null(w, w->at) ? SETUP_JSON_ABSENT : SETUP_JSON_PRESENT;
}

enum setup_json_status setup_json_walk(
	struct setup_json_way *w, const struct buf *text, const char *const *path)
{
	size_t from = 0, to = text->size;
	*w = (struct setup_json_way){.plain = setup_jsonc_plain(text)};
	if (setup_json_plain_is_blank(text, w->plain)) {
		return SETUP_JSON_ABSENT;
	}
	for (;; w->names++) {
		setup_json_container_finish(&w->in);
		w->at = NULL;
		if (!setup_json_read_container(w->plain, from, to, &w->in, &w->problem)) {
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
