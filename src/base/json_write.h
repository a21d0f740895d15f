/* Writes compact JSON to a buf. The caller keeps the order (a name before each value in an object);
 * commas are automatic. Text is escaped and made valid UTF-8. Errors need no checks in between:
 * buf::overflowed shows at the end that something did not fit. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct buf;

struct json_writer {
	struct buf *out; // borrowed
	bool comma;      // a comma is due before the next name or value
};

void json_writer_init(struct json_writer *w, struct buf *out);

void json_object_begin(struct json_writer *w);
void json_object_end(struct json_writer *w);
void json_array_begin(struct json_writer *w);
void json_array_end(struct json_writer *w);

/* name is a literal without characters to escape. */
void json_name(struct json_writer *w, const char *name);

void json_str(struct json_writer *w, struct str s);
void json_int(struct json_writer *w, int64_t value);
void json_bool(struct json_writer *w, bool value);
void json_null(struct json_writer *w);

/* billionths / 10^9, exact, without trailing zeros. */
void json_billionths(struct json_writer *w, int64_t billionths);

/* text is one complete JSON value, written as it is. */
void json_raw(struct json_writer *w, struct str text);

/* A name and its value. json_name_str() writes null if s.data is NULL. */
void json_name_str(struct json_writer *w, const char *name, struct str s);
void json_name_int(struct json_writer *w, const char *name, int64_t value);
void json_name_bool(struct json_writer *w, const char *name, bool value);

/* As UTC, "2026-11-28T10:00:00.123Z": wall clock, ms since the epoch. */
void json_name_time(struct json_writer *w, const char *name, int64_t wall_ms);
