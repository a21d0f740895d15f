/* Longest common subsequence of the lines between the common beginning and end, with a table of
 * lengths, as settings are short. If they are not, everything in between is shown as changed. */
#include "setup/setup_diff.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/number.h"

enum { CONTEXT = 3, MAX_CELLS = 4 << 20 };

struct lines {
	struct str *items; // owned; with their '\n', which only the last may lack
	size_t count;
};

struct edit {
	char kind; // ' ', '-', '+'
	struct str line;
};

struct edits {
	struct edit *items; // owned
	size_t count;
};

static struct lines split(struct str text)
{
	struct lines lines = {xcalloc(text.size + 1, sizeof(*lines.items)), 0};
	while (text.size > 0) {
		struct str line = str_first(text, str_find_char(text, '\n') + 1);
		lines.items[lines.count++] = line;
		text = str_skip(text, line.size);
	}
	return lines;
}

static void add(struct edits *e, char kind, struct str line)
{
	e->items[e->count++] = (struct edit){kind, line};
}

/* lengths[i][j]: of the longest common subsequence of a from i on and b from j on. */
static uint32_t *measure(const struct str *a, size_t n, const struct str *b, size_t m)
{
	size_t width = m + 1;
	uint32_t *lengths = xcalloc((n + 1) * width, sizeof(*lengths));
	for (size_t i = n; i-- > 0;) {
		for (size_t j = m; j-- > 0;) {
			uint32_t down = lengths[(i + 1) * width + j];
			uint32_t right = lengths[i * width + j + 1];
			lengths[i * width + j] = str_equal(a[i], b[j])
							 ? lengths[(i + 1) * width + j + 1] + 1
						 : down >= right ? down
								 : right;
		}
	}
	return lengths;
}

static void compare(struct edits *e, const struct str *a, size_t n, const struct str *b, size_t m)
{
	size_t i = 0, j = 0, width = m + 1;
	bool small = (n + 1) <= MAX_CELLS / width;
	uint32_t *lengths = small ? measure(a, n, b, m) : NULL;
	while (i < n && j < m && small) {
		if (str_equal(a[i], b[j])) {
			add(e, ' ', a[i++]);
			j++;
		} else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) {
			add(e, '-', a[i++]);
		} else {
			add(e, '+', b[j++]);
		}
	}
	while (i < n) {
		add(e, '-', a[i++]);
	}
	while (j < m) {
		add(e, '+', b[j++]);
	}
	free(lengths);
}

static struct edits find_edits(const struct lines *a, const struct lines *b)
{
	struct edits e = {xcalloc(a->count + b->count + 1, sizeof(*e.items)), 0};
	size_t least = min_size(a->count, b->count), head = 0, tail = 0;
	while (head < least && str_equal(a->items[head], b->items[head])) {
		add(&e, ' ', a->items[head++]);
	}
	while (tail < least - head &&
		str_equal(a->items[a->count - 1 - tail], b->items[b->count - 1 - tail])) {
		tail++;
	}
	compare(&e, a->items + head, a->count - head - tail, b->items + head,
		b->count - head - tail);
	for (size_t i = a->count - tail; i < a->count; i++) {
		add(&e, ' ', a->items[i]);
	}
	return e;
}

/* Where the lines with context around the change at begin end: where seven lines in a row or the
 * rest are the same. */
static size_t hunk_end(const struct edits *e, size_t begin)
{
	size_t last = begin;
	for (size_t i = begin; i < e->count && i <= last + 2 * CONTEXT; i++) {
		last = e->items[i].kind != ' ' ? i : last;
	}
	return last + 1 + CONTEXT < e->count ? last + 1 + CONTEXT : e->count;
}

static void append_range(struct buf *out, char sign, size_t begin, size_t count)
{
	buf_printf(out, "%c%zu", sign, count > 0 ? begin + 1 : begin);
	if (count != 1) {
		buf_printf(out, ",%zu", count);
	}
}

static void append_hunk(
	struct buf *out, const struct edits *e, size_t from, size_t to, size_t old, size_t new)
{
	size_t olds = 0, news = 0;
	for (size_t i = from; i < to; i++) {
		olds += e->items[i].kind != '+';
		news += e->items[i].kind != '-';
	}
	buf_append_str(out, STR("@@ "));
	append_range(out, '-', old, olds);
	buf_append_char(out, ' ');
	append_range(out, '+', new, news);
	buf_append_str(out, STR(" @@\n"));
	for (size_t i = from; i < to; i++) {
		struct str line = e->items[i].line;
		buf_append_char(out, e->items[i].kind);
		buf_append_str(out, line);
		if (!str_ends_with(line, STR("\n"))) {
			buf_append_str(out, STR("\n\\ No newline at end of file\n"));
		}
	}
}

static void append_hunks(struct buf *out, const struct edits *e)
{
	size_t old = 0, new = 0, done = 0; // old and new: lines before done
	for (size_t i = 0; i < e->count; i++) {
		if (e->items[i].kind == ' ') {
			continue;
		}
		size_t from = i > done + CONTEXT ? i - CONTEXT : done, to = hunk_end(e, i);
		old += from - done;
		new += from - done;
		append_hunk(out, e, from, to, old, new);
		for (size_t k = from; k < to; k++) {
			old += e->items[k].kind != '+';
			new += e->items[k].kind != '-';
		}
		done = to;
		i = to - 1;
	}
}

void setup_diff_append(struct buf *out, const char *name, struct str before, struct str after)
{
	if (str_equal(before, after)) {
		return;
	}
	struct lines a = split(before), b = split(after);
	struct edits e = find_edits(&a, &b);
	buf_printf(out, "--- %s\n+++ %s\n", before.size > 0 ? name : "/dev/null", name);
	append_hunks(out, &e);
	free(a.items);
	free(b.items);
	free(e.items);
}
