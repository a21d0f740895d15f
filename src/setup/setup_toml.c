#include "setup/setup_toml.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "setup/setup_text.h"

enum { DEPTH = 32 };

/* Where things are: offsets in the text, lines with their ends. */
struct layout {
	bool has_table, has_key;
	size_t header, header_end; // of [table]
	size_t keys_end;           // of its last key's lines, or of the header's
	size_t line, line_end;     // of the key
	size_t value, value_end;
};

struct scan {
	struct str text, table, key;
	size_t at;
	bool in_table; // below [table]
	bool in_root;
	struct layout layout;
};

struct name { // of a key or a table: its first part, its second, and whether there are more
	struct str first, second;
	size_t parts;
};

static char peek(const struct scan *s)
{
	return s->at < s->text.size ? s->text.data[s->at] : '\0';
}

static bool looks_at(const struct scan *s, const char *what)
{
	return str_starts_with(str_skip(s->text, s->at), str_from(what));
}

static void skip_blanks(struct scan *s)
{
	while (peek(s) == ' ' || peek(s) == '\t') {
		s->at++;
	}
}

/* Blanks, a comment and the end of the line. */
static bool end_line(struct scan *s)
{
	skip_blanks(s);
	if (peek(s) == '#') {
		while (s->at < s->text.size && peek(s) != '\n') {
			s->at++;
		}
	}
	if (looks_at(s, "\r\n")) {
		s->at++;
	}
	if (s->at == s->text.size) {
		return true;
	}
	return s->text.data[s->at++] == '\n';
}

static bool is_bare(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

/* A string on one line, from its quote on. */
static bool read_short_string(struct scan *s)
{
	char quote = s->text.data[s->at++];
	while (s->at < s->text.size && peek(s) != quote && peek(s) != '\n') {
		s->at += quote == '"' && peek(s) == '\\' ? 2 : 1;
	}
	if (s->at >= s->text.size || peek(s) != quote) {
		return false;
	}
	s->at++;
	return true;
}

/* """…""": up to two quotes may stand right before the end. */
static bool read_long_string(struct scan *s)
{
	char quote = peek(s);
	const char *end = quote == '"' ? "\"\"\"" : "'''";
	s->at += 3;
	while (s->at < s->text.size && !looks_at(s, end)) {
		s->at += quote == '"' && peek(s) == '\\' ? 2 : 1;
	}
	if (s->at >= s->text.size) {
		return false;
	}
	s->at += 3;
	for (int more = 0; more < 2 && peek(s) == quote; more++) {
		s->at++;
	}
	return true;
}

static bool read_string(struct scan *s)
{
	bool is_long = looks_at(s, "\"\"\"") || looks_at(s, "'''");
	return is_long ? read_long_string(s) : read_short_string(s);
}

static bool read_part(struct scan *s, struct str *ret)
{
	size_t begin = s->at;
	if (peek(s) == '"' || peek(s) == '\'') {
		bool good = read_short_string(s);
		*ret = (struct str){s->text.data + begin + 1, good ? s->at - begin - 2 : 0};
		return good && memchr(ret->data, '\\', ret->size) == NULL;
	}
	while (is_bare(peek(s))) {
		s->at++;
	}
	*ret = (struct str){s->text.data + begin, s->at - begin};
	return ret->size > 0;
}

/* a.b."c" with the blanks around it. */
static bool read_name(struct scan *s, struct name *ret)
{
	*ret = (struct name){0};
	for (;;) {
		struct str part;
		skip_blanks(s);
		if (!read_part(s, &part)) {
			return false;
		}
		ret->first = ret->parts == 0 ? part : ret->first;
		ret->second = ret->parts == 1 ? part : ret->second;
		ret->parts++;
		skip_blanks(s);
		if (peek(s) != '.') {
			return true;
		}
		s->at++;
	}
}

static bool read_value(struct scan *s, int depth);

/* Blanks, comments and ends of lines, as between the items of an array. */
static bool skip_space(struct scan *s)
{
	for (;;) {
		skip_blanks(s);
		if (s->at == s->text.size) {
			return false;
		}
		if (peek(s) != '#' && peek(s) != '\n' && peek(s) != '\r') {
			return true;
		}
		if (!end_line(s)) {
			return false;
		}
	}
}

static bool read_array(struct scan *s, int depth)
{
	s->at++;
	for (;;) {
		if (!skip_space(s)) {
			return false;
		}
		if (peek(s) == ']') {
			s->at++;
			return true;
		}
		if (!read_value(s, depth) || !skip_space(s)) {
			return false;
		}
		if (peek(s) == ',') {
			s->at++;
		} else if (peek(s) != ']') {
			return false;
		}
	}
}

static bool read_inline_table(struct scan *s, int depth)
{
	struct name name;
	s->at++;
	skip_blanks(s);
	while (peek(s) != '}') {
		if (!read_name(s, &name) || peek(s) != '=') {
			return false;
		}
		s->at++;
		skip_blanks(s);
		if (!read_value(s, depth)) {
			return false;
		}
		skip_blanks(s);
		if (peek(s) == ',') {
			s->at++;
			skip_blanks(s);
		} else if (peek(s) != '}') {
			return false;
		}
	}
	s->at++;
	return true;
}

/* Numbers, dates and words are not told from each other. */
static bool read_plain(struct scan *s)
{
	size_t begin = s->at;
	while (is_bare(peek(s)) || (peek(s) != '\0' && strchr("+.:", peek(s)) != NULL)) {
		s->at++;
	}
	return s->at > begin;
}

static bool read_value(struct scan *s, int depth)
{
	if (depth == DEPTH) {
		return false;
	}
	switch (peek(s)) {
	case '"':
	case '\'': return read_string(s);
	case '[': return read_array(s, depth + 1);
	case '{': return read_inline_table(s, depth + 1);
	default: return read_plain(s);
	}
}

static bool read_header(struct scan *s)
{
	size_t line = s->at;
	struct name name;
	bool is_array = looks_at(s, "[[");
	s->at += is_array ? 2 : 1;
	if (!read_name(s, &name) || !looks_at(s, is_array ? "]]" : "]")) {
		return false;
	}
	s->at += is_array ? 2 : 1;
	if (!end_line(s)) {
		return false;
	}
	bool same = str_equal(name.first, s->table);
	s->in_root = false;
	s->in_table = same && name.parts == 1;
	if (same && (is_array || (name.parts > 1 && str_equal(name.second, s->key)))) {
		return false;
	}
	if (s->in_table && s->layout.has_table) {
		return false;
	}
	if (s->in_table) {
		s->layout.has_table = true;
		s->layout.header = line;
		s->layout.header_end = s->layout.keys_end = s->at;
	}
	return true;
}

static bool read_entry(struct scan *s)
{
	size_t line = s->at;
	struct name name;
	if (!read_name(s, &name) || peek(s) != '=') {
		return false;
	}
	s->at++;
	skip_blanks(s);
	size_t value = s->at;
	if (!read_value(s, 0)) {
		return false;
	}
	size_t value_end = s->at;
	if (!end_line(s) || (s->in_root && str_equal(name.first, s->table))) {
		return false;
	}
	if (!s->in_table) {
		return true;
	}
	s->layout.keys_end = s->at;
	if (!str_equal(name.first, s->key)) {
		return true;
	}
	if (name.parts > 1 || s->layout.has_key) {
		return false;
	}
	s->layout.has_key = true;
	s->layout.line = line;
	s->layout.line_end = s->at;
	s->layout.value = value;
	s->layout.value_end = value_end;
	return true;
}

/* The whole file is read, so that nothing is added inside of anything. */
static bool read_layout(
	const struct buf *text, struct str table, struct str key, struct layout *ret)
{
	struct scan s = {.text = buf_str(text), .table = table, .key = key, .in_root = true};
	bool good = utf8_is_valid(s.text) && memchr(s.text.data, '\0', s.text.size) == NULL;
	while (good && s.at < s.text.size) {
		size_t line = s.at;
		skip_blanks(&s);
		bool empty = s.at == s.text.size || strchr("#\r\n", peek(&s)) != NULL;
		bool header = peek(&s) == '[';
		if (!empty && !header) {
			s.at = line;
		}
		good = empty ? end_line(&s) : header ? read_header(&s) : read_entry(&s);
	}
	*ret = s.layout;
	return good;
}

enum setup_toml_status setup_toml_get(
	const struct buf *text, struct str table, struct str key, struct str *ret)
{
	struct layout l;
	if (text->size == 0) {
		return SETUP_TOML_ABSENT;
	}
	if (!read_layout(text, table, key, &l)) {
		return SETUP_TOML_UNCLEAR;
	}
	if (l.has_key) {
		*ret = (struct str){text->data + l.value, l.value_end - l.value};
	}
	return l.has_key ? SETUP_TOML_PRESENT : SETUP_TOML_ABSENT;
}

void setup_toml_add(struct buf *text, struct str table, struct str key, struct str value)
{
	struct layout l = {0};
	struct buf piece;
	if (text->size > 0 && !read_layout(text, table, key, &l)) {
		return;
	}
	buf_init(&piece, text->ceiling);
	size_t at = l.has_table ? l.keys_end : text->size;
	if (at > 0 && text->data[at - 1] != '\n') {
		buf_append_char(&piece, '\n');
	}
	if (!l.has_table) {
		buf_printf(&piece, "%s[%.*s]\n", text->size > 0 ? "\n" : "", STR_ARG(table));
	}
	buf_printf(&piece, "%.*s = %.*s\n", STR_ARG(key), STR_ARG(value));
	setup_text_replace(text, at, 0, buf_str(&piece));
	buf_finish(&piece);
}

void setup_toml_remove(struct buf *text, struct str table, struct str key)
{
	struct layout l;
	if (read_layout(text, table, key, &l) && l.has_key) {
		setup_text_replace(text, l.line, l.line_end - l.line, STR(""));
	}
}

void setup_toml_remove_table(struct buf *text, struct str table)
{
	struct layout l;
	if (!read_layout(text, table, STR(""), &l) || !l.has_table || l.keys_end != l.header_end) {
		return;
	}
	size_t from = l.header, next = l.header_end;
	if (next < text->size && text->data[next] != '\n' && text->data[next] != '[') {
		return; // a comment, which is somebody's
	}
	if (from >= 2 && text->data[from - 1] == '\n' && text->data[from - 2] == '\n') {
		from--;
	}
	setup_text_replace(text, from, next - from, STR(""));
}
