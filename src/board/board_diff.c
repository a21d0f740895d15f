#include "board/board_diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "board/board.h"

enum { CHANGES_MAX = 200, COPY_BYTES = BOARD_MEMBER_BYTES + 2 };

/* A key of one version. Its text is JSON; plain for one of the five fields. */
struct key {
	struct str name, value;
	bool is_plain;
};

struct version {
	struct key *keys; // owned
	size_t count, capacity;
	char *text; // owned: a copy of the members, decoded in place
};

struct change {
	struct str name;            // as written in JSON, without the quotes
	const struct key *was, *is; // NULL: not there
};

static void add_key(struct version *v, struct str name, struct str value, bool is_plain)
{
	v->keys = xgrow(v->keys, v->count, &v->capacity, sizeof(*v->keys));
	v->keys[v->count++] = (struct key){name, value, is_plain};
}

/* Splits the members; each value is the text up to the next name. */
static void add_members(struct version *v, struct str members)
{
	struct buf text;
	struct json_reader r;
	buf_init(&text, COPY_BYTES);
	buf_append_char(&text, '{');
	buf_append_str(&text, members);
	buf_append_char(&text, '}');
	v->text = text.data;
	json_reader_init(&r, text.data, text.size, JSON_MAX_DEPTH);
	r.raw = true;
	(void)json_next(&r);
	while (json_next(&r) == JSON_NAME) {
		struct str name = r.text;
		size_t begin = json_offset(&r);
		if (!json_skip(&r, json_next(&r))) {
			break;
		}
		struct str value = {text.data + begin, json_offset(&r) - begin};
		while (value.size > 0 && (value.data[0] == ':' || value.data[0] == ' ')) {
			value = str_skip(value, 1);
		}
		add_key(v, name, value, false);
	}
}

static const enum board_field shown[] = {
	BOARD_STATUS, BOARD_PRIORITY, BOARD_AGENT, BOARD_TITLE, BOARD_ID};

static struct version version_of(struct str path, const struct board_facts *f)
{
	struct version v = {0};
	const struct str values[BOARD_FIELDS] = {
		[BOARD_ID] = board_shown_id(path, f),
		[BOARD_TITLE] = board_shown_title(path, f),
		[BOARD_AGENT] = board_shown_agent(path, f),
		[BOARD_PRIORITY] = board_shown_priority(f),
		[BOARD_STATUS] = board_shown_status(path, f),
	};
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		add_key(&v, str_from(board_field_name(shown[i])), values[shown[i]], true);
	}
	add_members(&v, f->members);
	return v;
}

static void version_finish(struct version *v)
{
	free(v->keys);
	free(v->text);
}

static const struct key *find(const struct version *v, struct str name, size_t guess)
{
	if (guess < v->count && str_equal(v->keys[guess].name, name)) {
		return &v->keys[guess];
	}
	for (size_t i = 0; i < v->count; i++) {
		if (str_equal(v->keys[i].name, name)) {
			return &v->keys[i];
		}
	}
	return NULL;
}

static bool is_same(const struct key *a, const struct key *b)
{
	return a->is_plain == b->is_plain && (a->value.data == NULL) == (b->value.data == NULL) &&
	       (a->value.data == NULL || str_equal(a->value, b->value));
}

/* ---- what changed */

struct changes {
	struct change all[CHANGES_MAX];
	size_t count;
};

static void add_change(
	struct changes *c, struct str name, const struct key *was, const struct key *is)
{
	if (c->count < CHANGES_MAX) {
		c->all[c->count++] = (struct change){.name = name, .was = was, .is = is};
	}
}

static bool is_listed(const struct changes *c, struct str name)
{
	for (size_t i = 0; i < c->count; i++) {
		if (str_equal(c->all[i].name, name)) {
			return true;
		}
	}
	return false;
}

static void compare_key(struct changes *c, const struct version *was, const struct version *is,
	struct str name, size_t guess)
{
	const struct key *a = find(was, name, guess), *b = find(is, name, guess);
	bool is_changed = (a == NULL) != (b == NULL) || (a != NULL && !is_same(a, b));
	if (is_changed && !is_listed(c, name)) {
		add_change(c, name, a, b);
	}
}

static void compare(struct changes *c, const struct version *was, const struct version *is)
{
	static const struct str first[] = {STR_INIT("dependencies"), STR_INIT("estimated_hours")};
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		compare_key(c, was, is, is->keys[i].name, i);
	}
	for (size_t i = 0; i < ARRAY_SIZE(first); i++) {
		compare_key(c, was, is, first[i], 0);
	}
	for (size_t i = ARRAY_SIZE(shown); i < is->count; i++) {
		compare_key(c, was, is, is->keys[i].name, i);
	}
	for (size_t i = ARRAY_SIZE(shown); i < was->count; i++) {
		compare_key(c, was, is, was->keys[i].name, i);
	}
}

/* ---- as JSON */

static void write_value(struct json_writer *j, const char *name, const struct key *key)
{
	json_name(j, name);
	if (key == NULL || key->value.data == NULL) {
		json_null(j);
	} else if (key->is_plain) {
		json_str(j, utf8_prefix(key->value, BOARD_VALUE_BYTES));
	} else if (key->value.size <= BOARD_VALUE_BYTES) {
		json_raw(j, key->value);
	} else if (key->value.data[0] == '"') {
		struct json_reader r; // decodes in place
		char *copy = str_dup(key->value);
		json_reader_init(&r, copy, key->value.size, 1);
		(void)json_next(&r);
		json_str(j, utf8_prefix(r.text, BOARD_VALUE_BYTES));
		free(copy);
	} else {
		json_str(j, utf8_prefix(key->value, BOARD_VALUE_BYTES));
	}
}

static void write_change(struct json_writer *j, const struct change *c)
{
	json_name(j, "field");
	json_raw(j, STR("\""));
	buf_append_str(j->out, c->name);
	buf_append_char(j->out, '"');
	write_value(j, "old_value", c->was);
	write_value(j, "new_value", c->is);
}

static void write_list(struct json_writer *j, const struct changes *c)
{
	json_name(j, "changes");
	json_array_begin(j);
	for (size_t i = 0; i < c->count; i++) {
		json_object_begin(j);
		write_change(j, &c->all[i]);
		json_object_end(j);
	}
	json_array_end(j);
}

static bool write_all(struct json_writer *j, const struct board_event *e, bool has_first)
{
	struct str path = str_from(e->path);
	struct str old_path = e->old_path != NULL ? str_from(e->old_path) : path;
	struct version was = version_of(old_path, e->old), is = version_of(path, e->facts);
	struct changes *c = xcalloc(1, sizeof(*c));
	const struct key error = {.value = e->old->message, .is_plain = true};
	if (e->old->is_broken && !e->facts->is_broken) {
		c->all[c->count++] = (struct change){.name = STR("error"), .was = &error};
	} else {
		compare(c, &was, &is);
	}
	if (c->count == 0 && e->old->cut_hash != e->facts->cut_hash && e->facts->cut.size > 0) {
		struct str rest = str_skip(e->facts->cut, 1); // after the part shown in lists
		c->all[c->count++] = (struct change){.name = str_cut(&rest, '"')};
	}
	bool is_any = c->count > 0;
	if (is_any && has_first) {
		write_change(j, &c->all[0]);
	}
	if (is_any) {
		write_list(j, c);
	}
	version_finish(&was);
	version_finish(&is);
	free(c);
	return is_any;
}

bool board_diff_write(struct json_writer *j, const struct board_event *e)
{
	return write_all(j, e, true);
}

bool board_diff_write_changes(struct json_writer *j, const struct board_event *e)
{
	return e->old != NULL && e->old->hash != e->facts->hash && write_all(j, e, false);
}
