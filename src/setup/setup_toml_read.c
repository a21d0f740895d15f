#include "setup/setup_toml_read.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

enum { DEPTH = 32, PATH_BYTES = 64 * 1024, PATHS_BYTES = 64 << 20 };

struct scan {
	struct setup_toml_doc *doc;
	struct str text;
	size_t at;
	struct str root;
	struct buf path;    // where the scan is: of the header, the keys around, the key
	size_t header_size; // of path: what the header gives
	size_t header;      // its node; NONE: the root, or one that is not kept
	size_t muted;       // arrays around: what is in them has no path
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

/* Blanks, comments and ends of lines, as between the items of an array. False at the end. */
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

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_bare(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' ||
	       c == '_';
}

/* ---- strings */

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

static bool is_long(struct str string)
{
	return str_starts_with(string, STR("\"\"\"")) || str_starts_with(string, STR("'''"));
}

static bool read_string(struct scan *s)
{
	return is_long(str_skip(s->text, s->at)) ? read_long_string(s) : read_short_string(s);
}

/* \u and its like: so many digits behind it. Gives the bytes that were read; 0 if it is broken. */
static size_t decode_code(struct str s, size_t digits, struct buf *out)
{
	char number[9] = "", utf8[4];
	if (s.size < digits) {
		return 0;
	}
	memcpy(number, s.data, digits);
	if (strspn(number, "0123456789abcdefABCDEF") != digits) {
		return 0;
	}
	unsigned long c = strtoul(number, NULL, 16);
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
		return 0;
	}
	buf_append(out, utf8, utf8_encode((unsigned)c, utf8));
	return digits;
}

/* A backslash at the end of a line takes the blanks and lines behind it with it. */
static size_t skip_line_end(struct str s)
{
	size_t size = 0;
	bool line = false;
	while (size < s.size && strchr(" \t\r\n", s.data[size]) != NULL && s.data[size] != '\0') {
		line = line || s.data[size] == '\n';
		size++;
	}
	return line ? size : 0;
}

/* What follows a backslash. Gives the bytes that were read; 0 if it is none. */
static size_t decode_escape(struct str s, struct buf *out)
{
	static const char letters[] = "btnfre\"\\", meanings[] = "\b\t\n\f\r\x1b\"\\";
	const char *letter = s.size > 0 && s.data[0] != '\0' ? strchr(letters, s.data[0]) : NULL;
	if (s.size == 0) {
		return 0;
	}
	if (letter != NULL) {
		buf_append_char(out, meanings[letter - letters]);
		return 1;
	}
	size_t digits = s.data[0] == 'x' ? 2 : s.data[0] == 'u' ? 4 : s.data[0] == 'U' ? 8 : 0;
	if (digits == 0) {
		return skip_line_end(s);
	}
	size_t size = decode_code(str_skip(s, 1), digits, out);
	return size > 0 ? size + 1 : 0;
}

/* A string with its quotes. */
static bool decode_string(struct str string, struct buf *out)
{
	size_t quotes = is_long(string) ? 3 : 1;
	bool escapes = string.data[0] == '"';
	if (string.size < 2 * quotes) {
		return false;
	}
	struct str s = {string.data + quotes, string.size - 2 * quotes};
	if (quotes == 3) {
		bool crlf = str_starts_with(s, STR("\r\n"));
		s = str_skip(s, crlf ? 2 : str_starts_with(s, STR("\n")) ? 1 : 0);
	}
	while (s.size > 0) {
		if (!escapes || s.data[0] != '\\') {
			buf_append_char(out, s.data[0]);
			s = str_skip(s, 1);
			continue;
		}
		size_t size = decode_escape(str_skip(s, 1), out);
		if (size == 0) {
			return false;
		}
		s = str_skip(s, size + 1);
	}
	return true;
}

bool setup_toml_scalar(struct str value, struct buf *out)
{
	bool quoted = value.size > 0 && (value.data[0] == '"' || value.data[0] == '\'');
	return quoted ? decode_string(value, out) : buf_append_str(out, value) == 0;
}

/* ---- paths */

void setup_toml_append_name(struct buf *path, struct str name)
{
	buf_append_str(path, name);
	buf_append_char(path, '\0');
}

struct str setup_toml_path(const struct setup_toml_doc *d, const struct setup_toml_node *node)
{
	return (struct str){d->paths.data + node->path, node->path_size};
}

/* One name of a key, behind the path. */
static bool read_name(struct scan *s)
{
	size_t begin = s->at, size = s->path.size;
	if (peek(s) == '"' || peek(s) == '\'') {
		if (!read_short_string(s)) {
			return false;
		}
		struct str quoted = {s->text.data + begin, s->at - begin};
		bool good = decode_string(quoted, &s->path) &&
			    (s->path.size == size ||
				    memchr(s->path.data + size, '\0', s->path.size - size) == NULL);
		buf_append_char(&s->path, '\0');
		return good && !s->path.overflowed;
	}
	while (is_bare(peek(s))) {
		s->at++;
	}
	setup_toml_append_name(&s->path, (struct str){s->text.data + begin, s->at - begin});
	return s->at > begin && !s->path.overflowed;
}

/* a.b."c" with the blanks around it, behind the path. */
static bool read_key(struct scan *s)
{
	for (;;) {
		skip_blanks(s);
		if (!read_name(s)) {
			return false;
		}
		skip_blanks(s);
		if (peek(s) != '.') {
			return true;
		}
		s->at++;
	}
}

/* A node of the path where the scan is; NONE if it is of no interest. */
static size_t add_node(struct scan *s, enum setup_toml_kind kind, size_t begin, size_t within)
{
	struct setup_toml_doc *d = s->doc;
	if (s->muted > 0 || !str_starts_with(buf_str(&s->path), s->root)) {
		return SETUP_TOML_NONE;
	}
	d->nodes = xgrow(d->nodes, d->count, &d->capacity, sizeof(*d->nodes));
	d->nodes[d->count] = (struct setup_toml_node){.kind = kind,
		.path = d->paths.size,
		.path_size = s->path.size,
		.begin = begin,
		.within = within};
	buf_append_str(&d->paths, buf_str(&s->path));
	return d->count++;
}

/* ---- values */

static bool read_value(struct scan *s, int depth, size_t node);

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
		if (!read_value(s, depth, SETUP_TOML_NONE) || !skip_space(s)) {
			return false;
		}
		if (peek(s) == ',') {
			s->at++;
		} else if (peek(s) != ']') {
			return false;
		}
	}
}

/* "key = value"; the caller takes the key from the path again. */
static bool read_pair(struct scan *s, int depth, enum setup_toml_kind kind, size_t within)
{
	size_t begin = s->at;
	if (!read_key(s) || peek(s) != '=') {
		return false;
	}
	s->at++;
	skip_blanks(s);
	size_t value = s->at, node = add_node(s, kind, begin, within);
	if (!read_value(s, depth, node)) {
		return false;
	}
	if (node != SETUP_TOML_NONE) {
		s->doc->nodes[node].value = value;
		s->doc->nodes[node].value_end = s->doc->nodes[node].end = s->at;
	}
	return true;
}

static bool read_inline_table(struct scan *s, int depth, size_t node)
{
	size_t path_size = s->path.size;
	s->at++;
	for (;;) {
		if (!skip_space(s)) {
			return false;
		}
		if (peek(s) == '}') {
			s->at++;
			return true;
		}
		if (!read_pair(s, depth, SETUP_TOML_INNER, node) || !skip_space(s)) {
			return false;
		}
		s->path.size = path_size;
		if (peek(s) == ',') {
			s->at++;
		} else if (peek(s) != '}') {
			return false;
		}
	}
}

static bool is_date(struct str s)
{
	static const char form[] = "0000-00-00";
	bool good = s.size == sizeof(form) - 1;
	for (size_t i = 0; good && i < s.size; i++) {
		good = form[i] == '0' ? is_digit(s.data[i]) : s.data[i] == form[i];
	}
	return good;
}

/* Numbers, dates and words are not distinguished. */
static bool read_plain(struct scan *s)
{
	size_t begin = s->at;
	for (;;) {
		while (is_bare(peek(s)) || (peek(s) != '\0' && strchr("+.:", peek(s)) != NULL)) {
			s->at++;
		}
		bool time_follows = peek(s) == ' ' && s->at + 1 < s->text.size &&
				    is_digit(s->text.data[s->at + 1]);
		if (!time_follows || !is_date((struct str){s->text.data + begin, s->at - begin})) {
			return s->at > begin;
		}
		s->at++;
	}
}

static bool read_value(struct scan *s, int depth, size_t node)
{
	if (depth == DEPTH) {
		return false;
	}
	switch (peek(s)) {
	case '"':
	case '\'': return read_string(s);
	case '[': {
		s->muted++;
		bool good = read_array(s, depth + 1);
		s->muted--;
		return good;
	}
	case '{': return read_inline_table(s, depth + 1, node);
	default: return read_plain(s);
	}
}

/* ---- statements */

static bool read_header(struct scan *s, size_t line)
{
	bool is_array = looks_at(s, "[[");
	const char *end = is_array ? "]]" : "]";
	s->path.size = 0;
	s->at += strlen(end);
	if (!read_key(s) || !looks_at(s, end)) {
		return false;
	}
	s->at += strlen(end);
	if (!end_line(s)) {
		return false;
	}
	s->header_size = s->path.size;
	s->header = add_node(
		s, is_array ? SETUP_TOML_TABLES : SETUP_TOML_TABLE, line, SETUP_TOML_NONE);
	if (s->header != SETUP_TOML_NONE) {
		s->doc->nodes[s->header].end = s->at;
	}
	return true;
}

static bool read_line_pair(struct scan *s, size_t line)
{
	size_t first = s->doc->count;
	s->path.size = s->header_size;
	if (!read_pair(s, 0, SETUP_TOML_PAIR, s->header) || !end_line(s)) {
		return false;
	}
	if (s->doc->count > first) { // the pair itself comes before what is in its value
		s->doc->nodes[first].begin = line;
		s->doc->nodes[first].end = s->at;
	}
	return true;
}

static bool read_statement(struct scan *s)
{
	size_t line = s->at;
	skip_blanks(s);
	if (s->at == s->text.size || strchr("#\r\n", peek(s)) != NULL) {
		return end_line(s);
	}
	return peek(s) == '[' ? read_header(s, line) : read_line_pair(s, line);
}

bool setup_toml_read(struct setup_toml_doc *ret, struct str text, const char *root)
{
	struct buf root_path;
	struct scan s = {.doc = ret, .text = text, .header = SETUP_TOML_NONE};
	*ret = (struct setup_toml_doc){.text = text};
	buf_init(&ret->paths, PATHS_BYTES);
	buf_init(&s.path, PATH_BYTES);
	buf_init(&root_path, PATH_BYTES);
	setup_toml_append_name(&root_path, str_from(root));
	s.root = buf_str(&root_path);
	bool mark = str_starts_with(text, STR("\xef\xbb\xbf"));
	bool good = utf8_is_valid(text) &&
		    (text.size == 0 || memchr(text.data, '\0', text.size) == NULL);
	s.at = mark ? 3 : 0;
	while (good && s.at < text.size) {
		good = read_statement(&s);
	}
	ret->read = s.at;
	buf_finish(&s.path);
	buf_finish(&root_path);
	return good && !ret->paths.overflowed;
}

void setup_toml_finish(struct setup_toml_doc *d)
{
	free(d->nodes);
	buf_finish(&d->paths);
	*d = (struct setup_toml_doc){0};
}
