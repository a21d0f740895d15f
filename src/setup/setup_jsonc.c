#include "setup/setup_jsonc.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum piece { PIECE_BLANK, PIECE_COMMENT, PIECE_STRING, PIECE_MARK, PIECE_OTHER };

static size_t line_comment_end(struct str text, size_t at)
{
	size_t size = at + str_find_char(str_skip(text, at), '\n');
	return size > at && text.data[size - 1] == '\r' ? size - 1 : size;
}

/* at if it is not closed. */
static size_t block_comment_end(struct str text, size_t at)
{
	struct str inside = str_skip(text, at + 2);
	const char *end = inside.size > 0 ? memmem(inside.data, inside.size, "*/", 2) : NULL;
	return end != NULL ? (size_t)(end - text.data) + 2 : at;
}

static size_t string_end(struct str text, size_t at)
{
	for (at++; at < text.size && text.data[at] != '"'; at++) {
		at += text.data[at] == '\\' && at + 1 < text.size;
	}
	return at < text.size ? at + 1 : text.size;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* What is at a place before the end, and where it ends. */
static enum piece next_piece(struct str text, size_t at, size_t *ret_end)
{
	char c = text.data[at], next = at + 1 < text.size ? text.data[at + 1] : '\0';
	*ret_end = at + 1;
	if (is_blank(c)) {
		return PIECE_BLANK;
	}
	if (c == '"') {
		*ret_end = string_end(text, at);
		return PIECE_STRING;
	}
	if (at == 0 && setup_jsonc_mark_size(text) > 0) {
		*ret_end = setup_jsonc_mark_size(text);
		return PIECE_MARK;
	}
	if (c != '/' || (next != '/' && next != '*')) {
		return PIECE_OTHER;
	}
	size_t end = next == '/' ? line_comment_end(text, at) : block_comment_end(text, at);
	*ret_end = end > at ? end : at + 1;
	return end > at ? PIECE_COMMENT : PIECE_OTHER;
}

size_t setup_jsonc_mark_size(struct str text)
{
	return str_starts_with(text, STR("\xef\xbb\xbf")) ? 3 : 0;
}

char *setup_jsonc_plain(const struct buf *text)
{
	struct str all = buf_str(text);
	char *plain = xmalloc(all.size + 1);
	char last = '['; // before the last comma nothing: then it is a mistake
	size_t comma = SETUP_JSONC_NONE, end;
	if (all.size > 0) {
		memcpy(plain, all.data, all.size);
	}
	plain[all.size] = '\0';
	for (size_t at = 0; at < all.size; at = end) {
		enum piece piece = next_piece(all, at, &end);
		char c = all.data[at];
		if (piece == PIECE_COMMENT) {
			memset(plain + at, ' ', end - at);
		}
		if (piece != PIECE_OTHER && piece != PIECE_STRING) {
			continue;
		}
		if ((c == ']' || c == '}') && comma != SETUP_JSONC_NONE) {
			plain[comma] = ' ';
		}
		comma = c == ',' && strchr("[{,:", last) == NULL ? at : SETUP_JSONC_NONE;
		last = c != '\0' ? c : '0';
	}
	return plain;
}

bool setup_jsonc_is_blank(const struct buf *text, size_t from, size_t to)
{
	while (from < to && is_blank(text->data[from])) {
		from++;
	}
	return from == to;
}

size_t setup_jsonc_comma(const struct buf *text, size_t from)
{
	size_t end;
	for (size_t at = from; at < text->size; at = end) {
		enum piece piece = next_piece(buf_str(text), at, &end);
		if (piece != PIECE_BLANK && piece != PIECE_COMMENT) {
			return text->data[at] == ',' ? at : SETUP_JSONC_NONE;
		}
	}
	return SETUP_JSONC_NONE;
}

size_t setup_jsonc_line_comments(const struct buf *text, size_t from)
{
	size_t found = from, end;
	for (size_t at = from; at < text->size && text->data[at] != '\n'; at = end) {
		enum piece piece = next_piece(buf_str(text), at, &end);
		if (piece != PIECE_BLANK && piece != PIECE_COMMENT) {
			break;
		}
		found = piece == PIECE_COMMENT ? end : found;
	}
	return found;
}

size_t setup_jsonc_comments_end(
	const struct buf *text, size_t from, size_t to, bool *ret_needs_line)
{
	size_t found = from, end;
	*ret_needs_line = false;
	for (size_t at = from; at < to; at = end) {
		if (next_piece(buf_str(text), at, &end) == PIECE_COMMENT) {
			*ret_needs_line = text->data[at + 1] == '/';
			found = end;
		}
	}
	return found;
}

void setup_jsonc_squeeze(const struct buf *text, struct buf *out)
{
	size_t end;
	for (size_t at = 0; at < text->size; at = end) {
		enum piece piece = next_piece(buf_str(text), at, &end);
		if (piece != PIECE_BLANK) {
			buf_append(out, text->data + at, end - at);
		}
		if (piece == PIECE_COMMENT) {
			buf_append_char(out, '\n');
		}
	}
}
