/* What settings have beyond JSON: comments, trailing commas, a byte order mark. Offsets are those
 * of the text. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct buf;

#define SETUP_JSONC_NONE SIZE_MAX

/* A copy of the text, of the same size and for the caller to free, in which comments and trailing
 * commas are spaces: plain JSON, if the text is valid. */
char *setup_jsonc_plain(const struct buf *text);

/* The size of the byte order mark: 3 or 0. */
size_t setup_jsonc_mark_size(struct str text);

/* Whether text[from, to) is nothing but blanks. */
bool setup_jsonc_is_blank(const struct buf *text, size_t from, size_t to);

/* The comma that follows a value ending at from, after blanks and comments; or NONE. */
size_t setup_jsonc_comma(const struct buf *text, size_t from);

/* The end of the comments that start on the line of from, with only blanks before them; from if
 * there are none. */
size_t setup_jsonc_line_comments(const struct buf *text, size_t from);

/* The end of the last comment in text[from, to), which is blanks, comments and a comma; from if
 * there is none. *ret_needs_line: it is a line comment. */
size_t setup_jsonc_comments_end(
	const struct buf *text, size_t from, size_t to, bool *ret_needs_line);

/* Appends the text without blanks outside of strings and comments, and with a newline after each
 * comment. */
void setup_jsonc_squeeze(const struct buf *text, struct buf *out);
