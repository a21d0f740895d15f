/* Reads JSON (RFC 8259) as it arrives, in pieces cut anywhere and in constant memory: for large
 * texts of which little is needed. Accepts what json_read.h accepts and replaces lone surrogates in
 * the same way; but invalid UTF-8 is passed on as it is, and a kept text may end within a sequence,
 * so whoever shows it repairs it. For a text that is in memory as a whole, json_read.h is faster.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/json_read.h"

/* One token. text: the first JSON_SCAN_NAME_BYTES of a name; of a string, as many of its first
 * bytes as json_scan::keep asked for; else empty. Valid during the call. */
typedef void json_scan_on_token(enum json_token token, struct str text, void *data);

enum { JSON_SCAN_NAME_BYTES = 64 };

enum json_scan_expect { // what the grammar allows next
	JSON_SCAN_VALUE,
	JSON_SCAN_FIRST_VALUE, // after '[': or its end
	JSON_SCAN_NAME,
	JSON_SCAN_FIRST_NAME, // after '{': or its end
	JSON_SCAN_COLON,
	JSON_SCAN_COMMA, // after a value inside something: or its end
	JSON_SCAN_NOTHING,
};

enum json_scan_within {    // what the last piece ended in
	JSON_SCAN_IN_MARK, // a byte order mark, or the very start
	JSON_SCAN_BETWEEN, // two tokens
	JSON_SCAN_IN_STRING,
	JSON_SCAN_IN_ESCAPE,
	JSON_SCAN_IN_HEX,
	JSON_SCAN_IN_WORD,
	JSON_SCAN_IN_NUMBER,
};

struct json_scan {
	size_t keep; // how many bytes of the next string to keep, once: set by the handler of its
		     // name
	const char *error; // NULL, or what is wrong, a literal; then nothing more is read
	uint64_t offset;   // bytes read; after an error, of the offending byte

	json_scan_on_token *on_token;
	void *data;
	enum json_scan_expect expect;
	enum json_scan_within within;
	enum json_token token; // being read: the role of a string, the meaning of a word
	const char *word;      // what is left of it
	unsigned word_read;    // bytes of it read so far
	unsigned back;         // how far the error is before the byte read last
	unsigned mark;         // bytes of the byte order mark
	unsigned number;       // a state of read_number()
	unsigned hex, hex_digits;
	unsigned high;   // the high half of a surrogate pair, waiting for the low one; 0: none
	struct buf text; // what is kept of a string
	size_t room;     // that may still be added to it
	size_t depth, max_depth;
	uint64_t objects[JSON_MAX_DEPTH / 64]; // a bit for each open container: it is an object
};

/* At most max_kept_bytes of a string are kept; nesting deeper than max_depth is an error. */
void json_scan_init(struct json_scan *s, size_t max_depth, size_t max_kept_bytes,
	json_scan_on_token *on_token, void *data);
void json_scan_finish(struct json_scan *s);

/* The next bytes. False once something is wrong. */
bool json_scan_feed(struct json_scan *s, struct str piece);

/* No more bytes will come. False unless they were one complete value. */
bool json_scan_end(struct json_scan *s);

/* Whether the one value is complete, so that only blanks may follow. A number at the top level is
 * complete only at the end. */
bool json_scan_is_whole(const struct json_scan *s);
