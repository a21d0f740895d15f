#include "feed/feed_lines.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "feed/feed_entry.h"

void feed_lines_init(struct feed_lines *l, const char *name)
{
	*l = (struct feed_lines){.name = name};
	buf_init(&l->line, FEED_LINE_BYTES);
}

void feed_lines_finish(struct feed_lines *l)
{
	buf_finish(&l->line);
}

void feed_lines_restart(struct feed_lines *l, int64_t offset, bool skips_first)
{
	buf_clear(&l->line);
	l->offset = offset;
	l->skips_first = skips_first;
	l->is_too_long = false;
	l->long_bytes = 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct str trimmed(struct str s)
{
	while (s.size > 0 && is_blank(s.data[s.size - 1])) {
		s.size--;
	}
	while (s.size > 0 && is_blank(s.data[0])) {
		s = str_skip(s, 1);
	}
	return s;
}

static const struct str mark = STR_INIT("\xef\xbb\xbf");

/* The buffered line as an entry; NULL: it is empty. */
static struct feed_entry *read_line(struct feed_lines *l)
{
	if (l->is_too_long) {
		return feed_entry_bad("longer than 64 KiB", l->offset);
	}
	struct str text = buf_str(&l->line);
	if (str_starts_with(text, mark)) {
		if (l->offset != 0) {
			return feed_entry_bad("not JSON", l->offset);
		}
		text = str_skip(text, mark.size);
	}
	text = trimmed(text);
	if (text.size == 0) {
		return NULL;
	}
	bool is_valid = utf8_is_valid(text);
	struct feed_entry *e = feed_entry_read((char *)text.data, text.size, l->name, l->offset);
	l->repaired += !is_valid && e->error == NULL;
	return e;
}

static void begin_next(struct feed_lines *l)
{
	int64_t bytes = l->is_too_long ? l->long_bytes : (int64_t)l->line.size;
	feed_lines_restart(l, l->offset + bytes, false);
}

static void keep(struct feed_lines *l, struct str piece)
{
	if (l->skips_first || l->is_too_long) {
		l->long_bytes += (int64_t)piece.size;
	} else if (buf_append_str(&l->line, piece) != 0) {
		l->long_bytes = (int64_t)(l->line.size + piece.size);
		l->is_too_long = true;
	}
}

struct feed_entry *feed_lines_next(struct feed_lines *l, struct str *bytes)
{
	while (bytes->size > 0) {
		size_t size = str_find_char(*bytes, '\n');
		bool is_whole = size < bytes->size;
		keep(l, str_first(*bytes, size));
		*bytes = str_skip(*bytes, size + (is_whole ? 1 : 0));
		if (!is_whole) {
			return NULL;
		}
		struct feed_entry *e = l->skips_first ? NULL : read_line(l);
		l->is_too_long |= l->skips_first;
		begin_next(l);
		l->offset++; // the end of the line
		if (e != NULL) {
			return e;
		}
	}
	return NULL;
}

struct feed_entry *feed_lines_take_rest(struct feed_lines *l)
{
	struct str text = trimmed(buf_str(&l->line));
	if (l->skips_first || l->is_too_long || text.size == 0 || text.data[text.size - 1] != '}') {
		return NULL;
	}
	struct buf copy; // parsing changes it, and it may not be complete yet
	buf_init(&copy, FEED_LINE_BYTES);
	buf_append_str(&copy, text);
	struct feed_entry *e = feed_entry_read(copy.data, copy.size, l->name, l->offset);
	buf_finish(&copy);
	if (e->error != NULL) {
		free(e);
		return NULL;
	}
	begin_next(l);
	return e;
}
