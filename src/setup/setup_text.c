#include "setup/setup_text.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/number.h"

void setup_text_replace(struct buf *text, size_t at, size_t remove, struct str by)
{
	struct str head = {text->data, at}, tail = str_skip(buf_str(text), at + remove);
	struct buf made;
	buf_init(&made, text->max_bytes);
	buf_append_str(&made, head);
	buf_append_str(&made, by);
	buf_append_str(&made, tail);
	made.overflowed = made.overflowed || text->overflowed;
	buf_finish(text);
	*text = made;
}

/* Offsets: the block from begin to end, its lines from inner to inner_end. */
struct block {
	size_t begin, inner, inner_end, end;
};

/* Where the next line begins; the size of the text if there is none. */
static size_t next_line(struct str text, size_t at)
{
	struct str rest = str_skip(text, min_size(at, text.size));
	return min_size(text.size - rest.size + str_find_char(rest, '\n') + 1, text.size);
}

/* The offset of a whole line from a place on; the size of the text if there is none. */
static size_t find_line(struct str text, size_t from, const char *line)
{
	for (size_t at = from; at < text.size; at = next_line(text, at)) {
		struct str here = {text.data + at, next_line(text, at) - at};
		while (here.size > 0 && strchr("\r\n", here.data[here.size - 1]) != NULL) {
			here.size--;
		}
		if (str_equal(here, str_from(line))) {
			return at;
		}
	}
	return text.size;
}

/* 1: it is there, 0: it is not, -1: it is broken. */
static int find_block(const struct buf *text, const char *name, struct block *ret)
{
	cleanup_free char *first = xasprintf("# >>> otel-ai-monitor %s >>>", name);
	cleanup_free char *last = xasprintf("# <<< otel-ai-monitor %s <<<", name);
	struct str all = buf_str(text);
	ret->begin = find_line(all, 0, first);
	if (ret->begin == all.size) {
		return 0;
	}
	ret->inner = next_line(all, ret->begin);
	ret->inner_end = find_line(all, ret->inner, last);
	ret->end = next_line(all, ret->inner_end);
	bool twice = find_line(all, ret->inner, first) != all.size;
	return ret->inner_end == all.size || twice ? -1 : 1;
}

bool setup_text_block(const struct buf *text, const char *name, struct str *ret)
{
	struct block b;
	int found = find_block(text, name, &b);
	*ret = (struct str){0};
	if (found == 1) {
		*ret = (struct str){text->data + b.inner, b.inner_end - b.inner};
	}
	return found >= 0;
}

bool setup_text_has_block(const struct buf *text)
{
	return str_contains(buf_str(text), STR("# >>> otel-ai-monitor "));
}

void setup_text_set_block(struct buf *text, const char *name, struct str lines)
{
	struct block b;
	int found = find_block(text, name, &b);
	if (found == 1) {
		setup_text_replace(text, b.inner, b.inner_end - b.inner, lines);
	} else if (found == 0) {
		if (text->size > 0) {
			bool ended = text->data[text->size - 1] == '\n';
			buf_append_str(text, ended ? STR("\n") : STR("\n\n"));
		}
		buf_printf(text, "# >>> otel-ai-monitor %s >>>\n", name);
		buf_append_str(text, lines);
		buf_printf(text, "# <<< otel-ai-monitor %s <<<\n", name);
	}
}

void setup_text_remove_block(struct buf *text, const char *name)
{
	struct block b;
	if (find_block(text, name, &b) != 1) {
		return;
	}
	bool empty_line = b.begin >= 2 && text->data[b.begin - 1] == '\n' &&
			  text->data[b.begin - 2] == '\n';
	b.begin -= empty_line ? 1 : 0;
	setup_text_replace(text, b.begin, b.end - b.begin, STR(""));
}
