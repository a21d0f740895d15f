#include "setup/setup_toml.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "setup/setup_text.h"
#include "setup/setup_toml_read.h"

enum { PATH_BYTES = 4096, PATH_NAMES = 8 };

static void append_path(struct buf *out, const char *const *path)
{
	for (; *path != NULL; path++) {
		setup_toml_append_name(out, str_from(*path));
	}
}

static bool has_value(const struct setup_toml_node *n)
{
	return n->kind == SETUP_TOML_PAIR || n->kind == SETUP_TOML_INNER;
}

static bool is_inline_table(const struct setup_toml_doc *d, const struct setup_toml_node *n)
{
	return has_value(n) && d->text.data[n->value] == '{';
}

/* What the statements say of one path. */
struct finding {
	size_t values, headers, below;
	bool blocked;                       // something on the way is no table, or a list of them
	bool twice;                         // a header on the way
	const struct setup_toml_node *node; // the last with a value
};

static bool contains(const size_t *sizes, size_t count, size_t size)
{
	for (size_t i = 0; i < count; i++) {
		if (sizes[i] == size) {
			return true;
		}
	}
	return false;
}

static struct finding find(const struct setup_toml_doc *d, struct str path)
{
	struct finding f = {0};
	size_t seen[PATH_NAMES], seen_count = 0; // sizes of the paths of headers above
	for (size_t i = 0; i < d->count; i++) {
		const struct setup_toml_node *n = &d->nodes[i];
		struct str at = setup_toml_path(d, n);
		bool is_below = str_starts_with(at, path), is_above = str_starts_with(path, at);
		bool scalar = has_value(n) && !is_inline_table(d, n);
		if (is_below && is_above && has_value(n)) {
			f.values++;
			f.node = n;
		}
		f.headers += is_below && is_above && n->kind == SETUP_TOML_TABLE;
		f.below += is_below && !is_above;
		f.blocked = f.blocked || (is_above && n->kind == SETUP_TOML_TABLES) ||
			    (is_above && !is_below && scalar);
		if (is_above && !is_below && n->kind == SETUP_TOML_TABLE) {
			f.twice = f.twice || seen_count == PATH_NAMES ||
				  contains(seen, seen_count, at.size);
			seen[f.twice ? 0 : seen_count++] = at.size;
		}
	}
	return f;
}

/* A table may be written in parts, but a value stands once and alone. */
static enum setup_toml_status status_of(const struct setup_toml_doc *d, const struct finding *f)
{
	bool twice = f->twice || f->values > 1 || f->headers > 1 ||
		     (f->values > 0 && f->headers > 0);
	bool scalar_with_parts = f->node != NULL && !is_inline_table(d, f->node) && f->below > 0;
	if (f->blocked || twice || scalar_with_parts) {
		return SETUP_TOML_UNCLEAR;
	}
	return f->values + f->headers + f->below > 0 ? SETUP_TOML_PRESENT : SETUP_TOML_ABSENT;
}

/* A text that was read, and what it says of a path; both to be finished. */
struct look {
	struct setup_toml_doc doc;
	struct buf path;
	bool good;
	struct finding finding;
	enum setup_toml_status status;
};

static void look_at(struct look *l, const struct buf *text, const char *const *path)
{
	buf_init(&l->path, PATH_BYTES);
	append_path(&l->path, path);
	l->good = setup_toml_read(&l->doc, buf_str(text), path[0]);
	l->finding = find(&l->doc, buf_str(&l->path));
	l->status = l->good ? status_of(&l->doc, &l->finding) : SETUP_TOML_UNCLEAR;
}

static void look_finish(struct look *l)
{
	setup_toml_finish(&l->doc);
	buf_finish(&l->path);
}

enum setup_toml_status setup_toml_get(
	const struct buf *text, const char *const *path, struct str *ret)
{
	struct look l;
	look_at(&l, text, path);
	const struct setup_toml_node *n = l.finding.node;
	if (l.status == SETUP_TOML_PRESENT) {
		*ret = (struct str){0};
		if (n != NULL) {
			*ret = (struct str){text->data + n->value, n->value_end - n->value};
		}
	}
	enum setup_toml_status status = l.status;
	look_finish(&l);
	return status;
}

void setup_toml_explain(const struct buf *text, const char *const *path, struct buf *out)
{
	struct look l;
	look_at(&l, text, path);
	size_t line = str_line_of(buf_str(text), l.doc.read);
	if (!l.good) {
		bool ended = l.doc.read > 0 && l.doc.read <= text->size &&
			     text->data[l.doc.read - 1] == '\n';
		buf_printf(out, "line %zu: not understood as TOML", line - (ended && line > 1));
	} else if (l.status == SETUP_TOML_UNCLEAR) {
		const char *what = l.finding.blocked ? "not written as a table" : "set twice";
		buf_printf(out, "\"%s\" is %s", path[0], what);
	}
	look_finish(&l);
}

/* ---- all values below a path */

/* Whether other statements tell what is in it. */
static bool is_made_of_others(const struct setup_toml_doc *d, size_t index)
{
	const struct setup_toml_node *n = &d->nodes[index];
	struct str at = setup_toml_path(d, n);
	for (size_t i = 0; i < d->count; i++) {
		struct str other = setup_toml_path(d, &d->nodes[i]);
		if (other.size > at.size && str_starts_with(other, at)) {
			return true;
		}
	}
	return false;
}

static void visit_node(const struct setup_toml_doc *d, const struct setup_toml_node *n,
	struct str from, setup_toml_visit *visit, void *data)
{
	struct str rest = str_skip(setup_toml_path(d, n), from.size), value = {0};
	cleanup_free char *path = str_dup(rest);
	for (size_t i = 0; i + 1 < rest.size; i++) {
		path[i] = path[i] == '\0' ? '.' : path[i];
	}
	if (has_value(n)) {
		value = (struct str){d->text.data + n->value, n->value_end - n->value};
	}
	visit(path, value, data);
}

void setup_toml_each(
	const struct buf *text, const char *const *path, setup_toml_visit *visit, void *data)
{
	struct look l;
	look_at(&l, text, path);
	for (size_t i = 0; l.status == SETUP_TOML_PRESENT && i < l.doc.count; i++) {
		if (str_starts_with(setup_toml_path(&l.doc, &l.doc.nodes[i]), buf_str(&l.path)) &&
			!is_made_of_others(&l.doc, i)) {
			visit_node(&l.doc, &l.doc.nodes[i], buf_str(&l.path), visit, data);
		}
	}
	look_finish(&l);
}

/* ---- additions */

static const char *line_end_of(const struct buf *text)
{
	return text->size > 0 && memmem(text->data, text->size, "\r\n", 2) != NULL ? "\r\n" : "\n";
}

/* The last statement in the table of this node; NONE if there is none. */
static size_t last_within(const struct setup_toml_doc *d, size_t within)
{
	size_t last = SETUP_TOML_NONE;
	for (size_t i = 0; i < d->count; i++) {
		last = d->nodes[i].within == within && has_value(&d->nodes[i]) ? i : last;
	}
	return last;
}

/* Into { a = 1 }, or { }, on the line where it is. */
static void add_inline(struct buf *text, const struct setup_toml_doc *d,
	const struct setup_toml_node *table, const struct buf *piece)
{
	size_t last = last_within(d, (size_t)(table - d->nodes));
	struct buf made;
	buf_init(&made, text->max_bytes);
	size_t at = table->value + 1;
	if (last != SETUP_TOML_NONE) {
		at = d->nodes[last].end;
		buf_append_str(&made, STR(", "));
		buf_append_str(&made, buf_str(piece));
	} else {
		bool blank = text->data[at] == ' ';
		at += blank;
		buf_append_str(&made, buf_str(piece));
		buf_append_str(&made, blank ? STR(" ") : STR(""));
	}
	setup_text_replace(text, at, 0, buf_str(&made));
	buf_finish(&made);
}

/* As a line of its own, with head before it. */
static void add_line(struct buf *text, size_t at, struct str head, const struct buf *piece)
{
	const char *line_end = line_end_of(text);
	struct buf made;
	buf_init(&made, text->max_bytes);
	if (at > 0 && text->data[at - 1] != '\n') {
		buf_append_str(&made, str_from(line_end));
	}
	buf_append_str(&made, head);
	buf_append_str(&made, buf_str(piece));
	buf_append_str(&made, str_from(line_end));
	setup_text_replace(text, at, 0, buf_str(&made));
	buf_finish(&made);
}

static void add_new_table(struct buf *text, const char *table, const struct buf *piece)
{
	const char *line_end = line_end_of(text);
	cleanup_free char *head = xasprintf(
		"%s[%s]%s", text->size > 0 ? line_end : "", table, line_end);
	add_line(text, text->size, str_from(head), piece);
}

static void add_to_header(struct buf *text, const struct setup_toml_doc *d,
	const struct setup_toml_node *header, const struct buf *piece)
{
	size_t last = last_within(d, (size_t)(header - d->nodes));
	size_t at = last != SETUP_TOML_NONE ? d->nodes[last].end : header->end;
	add_line(text, at, STR(""), piece);
}

static const struct setup_toml_node *find_header(const struct setup_toml_doc *d, struct str path)
{
	for (size_t i = 0; i < d->count; i++) {
		if (d->nodes[i].kind == SETUP_TOML_TABLE &&
			str_equal(setup_toml_path(d, &d->nodes[i]), path)) {
			return &d->nodes[i];
		}
	}
	return NULL;
}

void setup_toml_add(struct buf *text, const char *table, const char *key, struct str value)
{
	struct look l;
	struct buf piece;
	struct str ignored;
	if (setup_toml_get(text, (const char *[]){table, key, NULL}, &ignored) !=
		SETUP_TOML_ABSENT) {
		return;
	}
	look_at(&l, text, (const char *[]){table, NULL});
	buf_init(&piece, text->max_bytes);
	buf_printf(&piece, "%s = %.*s", key, STR_ARG(value));
	const struct setup_toml_node *header = find_header(&l.doc, buf_str(&l.path));
	size_t dotted = last_within(&l.doc, SETUP_TOML_NONE);
	if (l.status == SETUP_TOML_UNCLEAR) {
		// not touched
	} else if (l.finding.node != NULL) {
		if (is_inline_table(&l.doc, l.finding.node)) {
			add_inline(text, &l.doc, l.finding.node, &piece);
		}
	} else if (header != NULL) {
		add_to_header(text, &l.doc, header, &piece);
	} else if (dotted != SETUP_TOML_NONE) { // a header may not follow dotted keys
		cleanup_free char *head = xasprintf("%s.", table);
		add_line(text, l.doc.nodes[dotted].end, str_from(head), &piece);
	} else {
		add_new_table(text, table, &piece);
	}
	buf_finish(&piece);
	look_finish(&l);
}

/* ---- removal */

/* Where the empty line before this one begins; at, if there is none. */
static size_t empty_line_before(const struct buf *text, size_t at)
{
	size_t end = at;
	if (end == 0 || text->data[end - 1] != '\n') {
		return at;
	}
	end -= end >= 2 && text->data[end - 2] == '\r' ? 2 : 1;
	return end > 0 && text->data[end - 1] == '\n' ? end : at;
}

static void cut(struct buf *text, size_t from, size_t to)
{
	setup_text_replace(text, from, to - from, STR(""));
}

/* The whole line or lines; with a header goes the empty line before it. */
static void cut_lines(struct buf *text, const struct setup_toml_node *n)
{
	bool header = n->kind == SETUP_TOML_TABLE;
	cut(text, header ? empty_line_before(text, n->begin) : n->begin, n->end);
}

/* Out of an inline table, with the comma before or behind it. */
static void cut_inner(
	struct buf *text, const struct setup_toml_doc *d, const struct setup_toml_node *n)
{
	const struct setup_toml_node *before = NULL, *behind = NULL;
	for (const struct setup_toml_node *o = d->nodes; o < d->nodes + d->count; o++) {
		if (o->within == n->within && has_value(o)) {
			before = o < n ? o : before;
			behind = o > n && behind == NULL ? o : behind;
		}
	}
	bool comment = before != NULL &&
		       memchr(text->data + before->end, '#', n->begin - before->end) != NULL;
	if (comment) { // it stays, and so does the comma before it
		size_t end = n->end;
		while (end < text->size && strchr(" \t\r\n", text->data[end]) != NULL) {
			end++;
		}
		cut(text, n->begin, end < text->size && text->data[end] == ',' ? end + 1 : n->end);
	} else if (before != NULL) {
		cut(text, before->end, n->end);
	} else if (behind != NULL) {
		cut(text, n->begin, behind->begin);
	} else {
		bool blanks = n->begin > 0 && text->data[n->begin - 1] == ' ' &&
			      n->end < text->size && text->data[n->end] == ' ';
		cut(text, n->begin, n->end + blanks);
	}
}

/* Takes the last statement at path or below it. Those in an inline table go with it. */
static bool remove_one(struct buf *text, const char *const *path)
{
	struct look l;
	look_at(&l, text, path);
	const struct setup_toml_doc *d = &l.doc;
	const struct setup_toml_node *found = NULL;
	for (size_t i = 0; l.good && i < d->count; i++) {
		const struct setup_toml_node *n = &d->nodes[i];
		bool inside = n->kind == SETUP_TOML_INNER && n->within != SETUP_TOML_NONE &&
			      str_starts_with(
				      setup_toml_path(d, &d->nodes[n->within]), buf_str(&l.path));
		if (!inside && str_starts_with(setup_toml_path(d, n), buf_str(&l.path))) {
			found = n;
		}
	}
	if (found != NULL && found->kind == SETUP_TOML_INNER) {
		cut_inner(text, d, found);
	} else if (found != NULL) {
		cut_lines(text, found);
	}
	look_finish(&l);
	return found != NULL;
}

void setup_toml_remove(struct buf *text, const char *const *path)
{
	struct str ignored;
	if (setup_toml_get(text, path, &ignored) != SETUP_TOML_PRESENT) {
		return;
	}
	while (remove_one(text, path)) {
	}
}

bool setup_toml_has_table(const struct buf *text, const char *table)
{
	struct look l;
	look_at(&l, text, (const char *[]){table, NULL});
	bool found = l.finding.node != NULL || l.finding.headers > 0;
	look_finish(&l);
	return found;
}

/* {} */
static bool is_empty_inline(const struct setup_toml_doc *d, const struct setup_toml_node *n)
{
	if (!is_inline_table(d, n)) {
		return false;
	}
	size_t at = n->value + 1, end = n->value_end - 1;
	while (at < end && strchr(" \t\r\n", d->text.data[at]) != NULL) {
		at++;
	}
	return at == end;
}

/* What follows a header at once, but for an empty line or another one, is a
 * comment in its table. */
static bool is_bare_header(const struct buf *text, const struct setup_toml_node *header)
{
	return header->end == text->size || strchr("\r\n[", text->data[header->end]) != NULL;
}

void setup_toml_remove_table(struct buf *text, const char *table)
{
	struct look l;
	look_at(&l, text, (const char *[]){table, NULL});
	const struct setup_toml_doc *d = &l.doc;
	const struct setup_toml_node *n = l.finding.node;
	const struct setup_toml_node *header = find_header(d, buf_str(&l.path));
	if (l.status != SETUP_TOML_PRESENT) {
		// not touched
	} else if (header != NULL) {
		bool empty = last_within(d, (size_t)(header - d->nodes)) == SETUP_TOML_NONE;
		if (empty && is_bare_header(text, header)) {
			cut_lines(text, header);
		}
	} else if (n != NULL && is_empty_inline(d, n)) {
		cut_lines(text, n);
	}
	look_finish(&l);
}
