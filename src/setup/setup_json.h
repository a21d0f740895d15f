/* Small changes to another program's JSON file: everything else stays as written, with order,
 * indentation and comments. Besides plain JSON (RFC 8259), accepts whatever the clients do: both
 * kinds of comments, trailing commas, a byte order mark.
 *
 * A path is a list of names from the root inwards, ending with NULL, compared by meaning, not by
 * escaping. A member that is null counts as absent. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf;

enum { SETUP_JSON_PATH = 4 }; // names in a path, with its NULL

enum setup_json_status {
	SETUP_JSON_PRESENT,
	SETUP_JSON_ABSENT,
	SETUP_JSON_BLOCKED, // something on the way is not an object
	SETUP_JSON_INVALID, // not a JSON object, or a name on the way is set twice
};

/* The value at path. *ret: as written, a slice of text; only if PRESENT. A text of blanks and
 * comments is an empty object. */
enum setup_json_status setup_json_get(
	const struct buf *text, const char *const *path, struct str *ret);

/* Appends why setup_json_get() fails, for people: "line 3: ...". Nothing if it does not. */
void setup_json_explain(const struct buf *text, const char *const *path, struct buf *out);

/* Appends the meaning of a value: the text of a string; a number, true or false as written. False
 * for objects and arrays. */
bool setup_json_scalar(struct str value, struct buf *out);

/* Whether null is written at path. */
bool setup_json_is_null(const struct buf *text, const char *const *path);

/* Adds the member at path, which must be ABSENT, after the others of its object, and the objects on
 * its way; replaces null. value is JSON on one line. */
void setup_json_add(struct buf *text, const char *const *path, struct str value);

/* Replaces the value at path, which must be PRESENT. */
void setup_json_replace(struct buf *text, const char *const *path, struct str value);

/* Removes the member at path, which must be PRESENT. */
void setup_json_remove(struct buf *text, const char *const *path);

/* Adds an item at the end of the array at path. False, and nothing done, if there is no array. */
bool setup_json_append(struct buf *text, const char *const *path, struct str value);

/* Whether an item of an array matches; item is as written, with comments blanked out. */
typedef bool setup_json_match(struct str item, const void *data);

/* Items of an array: those of the array at path; or, with a name in inner, those of the arrays of
 * that name in the objects in the array at path. */
struct setup_json_items {
	const char *const *path;
	const char *inner;
	setup_json_match *match;
	const void *data;
};

/* How many of them match; 0 also if there are none. */
size_t setup_json_count(const struct buf *text, const struct setup_json_items *items);

/* Removes all that match, and the object around an inner array with its last item. */
void setup_json_remove_items(struct buf *text, const struct setup_json_items *items);

/* Whether the value at path is an empty object or array; an empty path is the whole text. Comments
 * count as content. */
bool setup_json_is_empty(const struct buf *text, const char *const *path);

/* Restores an object or array at path that has become empty to what base has there: no member, or
 * null. */
void setup_json_restore_empty(struct buf *text, const struct buf *base, const char *const *path);

/* Whether it is only blanks and comments. */
bool setup_json_is_blank(const struct buf *text);

/* Whether two texts differ only in blanks between tokens. */
bool setup_json_is_like(const struct buf *a, const struct buf *b);
