/* Reads JSON (RFC 8259) one token at a time, in one pass, without allocation or recursion.
 *
 * The text belongs to the caller and is modified: escapes are decoded in place, so names and
 * strings are slices of the text itself, valid as long as it lives. Invalid UTF-8 is left as it is
 * and a lone surrogate becomes U+FFFD; both are counted. A byte order mark in front is skipped. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { JSON_MAX_DEPTH = 1024 }; // the limit for every reader

enum json_token {
	JSON_ERROR, // see json_reader::error; every later call returns the same
	JSON_END,   // after the one value, with nothing but blanks behind it
	JSON_OBJECT_BEGIN,
	JSON_OBJECT_END,
	JSON_ARRAY_BEGIN,
	JSON_ARRAY_END,
	JSON_NAME,   // of a member; its value is next
	JSON_STRING, // or JSON_NAME: json_reader::text is the decoded text, NUL is data
	JSON_NUMBER, // json_reader::text is the number as written: json_number.h
	JSON_TRUE,
	JSON_FALSE,
	JSON_NULL,
};

enum json_expect { // what the grammar allows next
	JSON_EXPECT_VALUE,
	JSON_EXPECT_FIRST_VALUE, // after '[': or its end
	JSON_EXPECT_FIRST_NAME,  // after '{': or its end
	JSON_EXPECT_COMMA,       // after a value inside something: or its end
	JSON_EXPECT_NOTHING,     // after the one value
	JSON_EXPECT_ERROR,
};

struct json_reader {
	struct str text;   // of the last name, string or number
	const char *error; // after JSON_ERROR: what is wrong, a literal
	uint64_t repaired; // strings and names with invalid UTF-8 or a lone surrogate
	char *start, *end; // borrowed
	char *at;          // the next byte to read; after JSON_ERROR, the offending one
	size_t depth;      // containers open now
	size_t max_depth;
	enum json_expect expect;
	bool raw; // the text is not modified and nothing is counted; may be set by the caller
	uint64_t objects[JSON_MAX_DEPTH / 64]; // a bit for each open container: it is an object
};

/* Reads text, of size bytes; nesting deeper than max_depth is an error. */
void json_reader_init(struct json_reader *r, char *text, size_t size, size_t max_depth);

enum json_token json_next(struct json_reader *r);

/* Skips the rest of a value whose first token was t (with JSON_NAME, the value too) without
 * modifying it, so that json_seek() can come back. False after an error in it. */
bool json_skip(struct json_reader *r, enum json_token t);

/* A fast path for items of an array that nearly always look the same. json_item() gives the place
 * where the next item begins; NULL if there can be none, if blanks come first, or if levels
 * containers cannot open inside each other. Call it only between the items of an array. Having
 * compared the bytes, json_take_item() continues behind the item as if it had been read token by
 * token. */
char *json_item(const struct json_reader *r, size_t levels);
void json_take_item(struct json_reader *r, char *behind);

/* The first byte from p that ends a string or needs a closer look: quote, backslash, control or
 * non-ASCII. */
char *json_plain_end(char *p, char *end);

/* Where the reader stands, in bytes from the start of the text. */
size_t json_offset(const struct json_reader *r);

/* A place to come back to: between two tokens of a container that is still open, or was closed by
 * the very last token. What lies behind it may have been skipped, not read. */
struct json_mark {
	char *at;
	size_t depth;
	enum json_expect expect;
};
struct json_mark json_tell(const struct json_reader *r);
void json_seek(struct json_reader *r, struct json_mark place);
