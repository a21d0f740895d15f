#include "feed/feed_entry.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/iso_time.h"
#include "base/json_number.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { MEMBERS_MAX = 4096, JSON_BYTES = 8 * FEED_LINE_BYTES };

struct member {
	struct str name; // decoded
	enum json_token kind;
	struct str text;  // of a string or number, decoded
	size_t at, bytes; // of its compact JSON, in reading::json
	size_t first;     // of an array or object: its first element in reading::parts
	size_t part_count;
};

struct part {            // of a list or object at the top level: for tags
	struct str name; // of an object
	enum json_token kind;
	struct str text;
	size_t at, bytes;
};

struct reading {
	struct json_reader reader;
	struct buf json; // all values, compact
	struct member *members;
	size_t member_count, member_capacity;
	struct part *parts;
	size_t part_count, part_capacity;
};

/* ---- from tokens to members */

static void write_token(struct json_writer *j, enum json_token t, struct str text)
{
	switch (t) {
	case JSON_OBJECT_BEGIN: json_object_begin(j); break;
	case JSON_OBJECT_END: json_object_end(j); break;
	case JSON_ARRAY_BEGIN: json_array_begin(j); break;
	case JSON_ARRAY_END: json_array_end(j); break;
	case JSON_STRING: json_str(j, text); break;
	case JSON_NUMBER: json_raw(j, text); break;
	case JSON_TRUE: json_bool(j, true); break;
	case JSON_FALSE: json_bool(j, false); break;
	case JSON_NULL: json_null(j); break;
	case JSON_NAME:
		json_str(j, text);
		buf_append_char(j->out, ':');
		j->comma = false;
		break;
	default: break;
	}
}

static bool is_begin(enum json_token t)
{
	return t == JSON_OBJECT_BEGIN || t == JSON_ARRAY_BEGIN;
}

/* Reads the rest of a value whose first token was t. False: invalid. */
static bool copy_value(struct reading *r, struct json_writer *j, enum json_token t)
{
	size_t depth = r->reader.depth - (is_begin(t) ? 1 : 0);
	write_token(j, t, r->reader.text);
	while (t != JSON_ERROR && r->reader.depth > depth) {
		t = json_next(&r->reader);
		write_token(j, t, r->reader.text);
	}
	return t != JSON_ERROR;
}

static struct part *add_part(struct reading *r)
{
	r->parts = xgrow(r->parts, r->part_count, &r->part_capacity, sizeof(*r->parts));
	struct part *p = &r->parts[r->part_count++];
	*p = (struct part){0};
	return p;
}

/* A top-level array or object, element by element. */
static bool copy_parts(struct reading *r, struct member *m)
{
	struct json_writer j;
	json_writer_init(&j, &r->json);
	enum json_token end = m->kind == JSON_OBJECT_BEGIN ? JSON_OBJECT_END : JSON_ARRAY_END, t;
	m->first = r->part_count;
	write_token(&j, m->kind, m->text);
	while ((t = json_next(&r->reader)) != end) {
		struct part *p = add_part(r);
		if (t == JSON_NAME) {
			p->name = r->reader.text;
			write_token(&j, t, r->reader.text);
			t = json_next(&r->reader);
		}
		p->kind = t;
		p->text = r->reader.text;
		p->at = r->json.size + (j.comma ? 1 : 0);
		if (t == JSON_ERROR || !copy_value(r, &j, t)) {
			return false;
		}
		p->bytes = r->json.size - p->at;
	}
	write_token(&j, end, m->text);
	m->part_count = r->part_count - m->first;
	return true;
}

/* The slot for a name: of duplicate keys the last wins. */
static struct member *member_of(struct reading *r, struct str name)
{
	for (size_t i = 0; i < r->member_count; i++) {
		if (str_equal(r->members[i].name, name)) {
			return &r->members[i];
		}
	}
	r->members = xgrow(r->members, r->member_count, &r->member_capacity, sizeof(*r->members));
	struct member *m = &r->members[r->member_count++];
	*m = (struct member){.name = name};
	return m;
}

static bool take_member(struct reading *r)
{
	struct str name = r->reader.text;
	struct member *m = member_of(r, name);
	struct json_writer j;
	m->kind = json_next(&r->reader);
	m->text = r->reader.text;
	m->at = r->json.size;
	m->part_count = 0; // of a key that came before
	json_writer_init(&j, &r->json);
	bool is_good = m->kind != JSON_ERROR &&
		       (is_begin(m->kind) ? copy_parts(r, m) : copy_value(r, &j, m->kind));
	m->bytes = r->json.size - m->at;
	return is_good;
}

/* NULL, or why the line is invalid. */
static const char *take_line(struct reading *r)
{
	enum json_token t = json_next(&r->reader);
	if (t != JSON_OBJECT_BEGIN) {
		return t == JSON_ERROR ? "not JSON" : "not a JSON object";
	}
	while ((t = json_next(&r->reader)) == JSON_NAME) {
		if (r->member_count == MEMBERS_MAX) {
			return "more than 4096 keys";
		}
		if (!take_member(r)) {
			return "not JSON, or deeper than 32";
		}
	}
	return t == JSON_OBJECT_END && json_next(&r->reader) == JSON_END ? NULL : "not JSON";
}

/* ---- members by meaning */

static const struct member *find(const struct reading *r, const char *name)
{
	for (size_t i = 0; i < r->member_count; i++) {
		if (str_equal(r->members[i].name, str_from(name))) {
			return &r->members[i];
		}
	}
	return NULL;
}

static struct str json_of(const struct reading *r, size_t at, size_t bytes)
{
	return (struct str){r->json.data + at, bytes};
}

/* A value as text: a string unchanged, anything else as compact JSON. */
static struct str text_of(
	const struct reading *r, enum json_token kind, struct str text, size_t at, size_t bytes)
{
	return kind == JSON_STRING ? text : json_of(r, at, bytes);
}

static void find_time(const struct reading *r, struct feed_entry *e)
{
	static const char *const names[] = {"timestamp", "time", "ts"};
	for (size_t i = 0; i < ARRAY_SIZE(names) && !e->has_time; i++) {
		const struct member *m = find(r, names[i]);
		if (m != NULL && m->kind == JSON_STRING) {
			e->has_time = iso_time_read(m->text, &e->time_ms);
		} else if (m != NULL && m->kind == JSON_NUMBER) {
			e->has_time = iso_time_read_number(m->text, &e->time_ms);
		}
	}
}

static struct str find_name(const struct reading *r)
{
	static const char *const names[] = {"event", "type", "name"};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct member *m = find(r, names[i]);
		if (m != NULL &&
			(m->kind == JSON_NUMBER || m->kind == JSON_TRUE || m->kind == JSON_FALSE ||
				(m->kind == JSON_STRING && m->text.size > 0))) {
			return text_of(r, m->kind, m->text, m->at, m->bytes);
		}
	}
	return (struct str){0};
}

/* All keys but _meta, which is ours. */
static void write_members(struct buf *out, const struct reading *r)
{
	struct json_writer j;
	json_writer_init(&j, out);
	json_object_begin(&j);
	for (size_t i = 0; i < r->member_count; i++) {
		const struct member *m = &r->members[i];
		if (!str_equal(m->name, STR("_meta"))) {
			write_token(&j, JSON_NAME, m->name);
			json_raw(&j, json_of(r, m->at, m->bytes));
		}
	}
}

static void write_shown(struct buf *out, const struct reading *r, struct str name)
{
	const struct member *message = find(r, "message"), *value = find(r, "value");
	if (message != NULL && message->kind == JSON_STRING && message->text.size > 0) {
		buf_append_str(out, message->text);
	} else if (name.data == NULL) {
		write_members(out, r);
		buf_append_char(out, '}');
	} else {
		buf_append_str(out, name);
		if (value != NULL && value->kind != JSON_NULL) {
			buf_append_str(out, STR(" = "));
			buf_append_str(
				out, text_of(r, value->kind, value->text, value->at, value->bytes));
		}
	}
}

/* ---- tags */

struct tags {
	struct str *all; // texts owned
	size_t count;
};

static void add_tag(struct tags *t, struct str text)
{
	if (text.size > 0) {
		t->all = xgrow_list(t->all, t->count, sizeof(*t->all));
		t->all[t->count++] = (struct str){str_dup(text), text.size};
	}
}

static void add_pair(struct tags *t, struct str name, struct str value)
{
	char *pair = xmalloc(name.size + value.size + 1);
	memcpy(pair, name.data, name.size);
	pair[name.size] = '=';
	memcpy(pair + name.size + 1, value.data, value.size);
	add_tag(t, (struct str){pair, name.size + value.size + 1});
	free(pair);
}

static void find_tags(const struct reading *r, struct tags *t)
{
	const struct member *m = find(r, "tags");
	if (m == NULL) {
		return;
	}
	struct str rest = m->kind == JSON_STRING ? m->text : (struct str){0};
	while (rest.size > 0) {
		add_tag(t, str_trim(str_cut(&rest, ',')));
	}
	for (size_t i = 0; i < m->part_count; i++) {
		const struct part *p = &r->parts[m->first + i];
		struct str text = text_of(r, p->kind, p->text, p->at, p->bytes);
		if (m->kind == JSON_OBJECT_BEGIN) {
			add_pair(t, p->name, text);
		} else if (p->kind != JSON_NULL) {
			add_tag(t, text);
		}
	}
}

static void tags_finish(struct tags *t)
{
	for (size_t i = 0; i < t->count; i++) {
		free((void *)t->all[i].data);
	}
	free(t->all);
}

/* ---- the entry */

static void write_meta(struct buf *out, const struct feed_entry *e, const char *file,
	struct str shown, const struct tags *tags)
{
	struct json_writer j;
	json_writer_init(&j, out);
	j.comma = out->size > 1;
	json_name(&j, "_meta");
	json_object_begin(&j);
	json_name_str(&j, "file", str_from(file));
	json_name_int(&j, "offset", e->offset);
	json_name(&j, "time_ms");
	if (e->has_time) {
		json_int(&j, e->time_ms);
	} else {
		json_null(&j);
	}
	json_name_str(&j, "event", e->event);
	json_name_str(&j, "text", utf8_prefix(shown, FEED_TEXT_BYTES));
	json_name(&j, "value");
	json_raw(&j, e->value.data != NULL ? e->value : STR("null"));
	json_name(&j, "tags");
	json_array_begin(&j);
	for (size_t i = 0; i < tags->count; i++) {
		json_str(&j, tags->all[i]);
	}
	json_array_end(&j);
	json_object_end(&j);
	json_object_end(&j);
}

static void pack(char **at, struct str *s)
{
	if (s->data != NULL) {
		memcpy(*at, s->data, s->size);
		s->data = *at;
		*at += s->size;
	}
}

static struct feed_entry *pack_entry(const struct feed_entry *from, const struct tags *tags)
{
	size_t bytes = sizeof(*from) + tags->count * sizeof(struct str) + from->json.size +
		       from->event.size + from->value.size;
	for (size_t i = 0; i < tags->count; i++) {
		bytes += tags->all[i].size;
	}
	struct feed_entry *e = xmalloc(bytes);
	*e = *from;
	e->bytes = bytes;
	e->tags = (struct str *)(void *)(e + 1);
	e->tag_count = tags->count;
	char *at = (char *)(e->tags + tags->count);
	for (size_t i = 0; i < tags->count; i++) {
		e->tags[i] = tags->all[i];
		pack(&at, &e->tags[i]);
	}
	pack(&at, &e->json);
	pack(&at, &e->event);
	pack(&at, &e->value);
	return e;
}

static struct feed_entry *make_entry(const struct reading *r, const char *file, int64_t offset)
{
	const struct member *value = find(r, "value");
	struct feed_entry e = {.offset = offset};
	double number;
	struct tags tags = {0};
	struct buf json, shown;
	buf_init(&json, 2 * JSON_BYTES);
	buf_init(&shown, JSON_BYTES);
	find_time(r, &e);
	find_tags(r, &tags);
	e.event = find_name(r);
	if (value != NULL && value->kind == JSON_NUMBER && json_to_double(value->text, &number)) {
		e.value = value->text;
	}
	write_members(&json, r);
	write_shown(&shown, r, e.event);
	write_meta(&json, &e, file, buf_str(&shown), &tags);
	e.json = buf_str(&json);
	struct feed_entry *ret = json.overflowed || shown.overflowed
					 ? feed_entry_bad("too large to be shown", offset)
					 : pack_entry(&e, &tags);
	tags_finish(&tags);
	buf_finish(&json);
	buf_finish(&shown);
	return ret;
}

struct feed_entry *feed_entry_bad(const char *error, int64_t offset)
{
	struct feed_entry *e = xcalloc(1, sizeof(*e));
	*e = (struct feed_entry){.offset = offset, .error = error, .count = 1, .bytes = sizeof(*e)};
	return e;
}

struct feed_entry *feed_entry_read(char *line, size_t size, const char *name, int64_t offset)
{
	struct reading r = {0};
	if (size > FEED_LINE_BYTES) {
		return feed_entry_bad("longer than 64 KiB", offset);
	}
	buf_init(&r.json, JSON_BYTES);
	json_reader_init(&r.reader, line, size, FEED_DEPTH);
	const char *error = take_line(&r);
	struct feed_entry *e = error != NULL ? feed_entry_bad(error, offset)
					     : make_entry(&r, name, offset);
	buf_finish(&r.json);
	free(r.members);
	free(r.parts);
	return e;
}

bool feed_entry_has_tag(const struct feed_entry *e, struct str tag)
{
	for (size_t i = 0; i < e->tag_count; i++) {
		if (str_equal(e->tags[i], tag)) {
			return true;
		}
	}
	return false;
}
