/* Small changes to somebody else's JSON file: what is not changed stays as it was written, order,
 * indentation, comments and all. Beside plain JSON (RFC 8259) everything is read that the clients
 * themselves accept: comments of both kinds, a comma behind the last item, a byte order mark.
 *
 * A path is names from the root inwards up to a NULL, compared with what the text means, not with
 * how it is escaped. A member that is null counts as one that is absent. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf;

enum { SETUP_JSON_PATH = 4 }; // names in a path, with its NULL

enum setup_json_status {
	SETUP_JSON_PRESENT,
	SETUP_JSON_ABSENT,
	SETUP_JSON_BLOCKED, // something on the way is no object
	SETUP_JSON_INVALID, // no JSON object, or one in which a name on the way is set twice
};

/* What stands at path. *ret: the value as it is written, a slice of text; only if it is PRESENT. A
 * text of blanks and comments is an empty object. */
enum setup_json_status setup_json_get(
	const struct buf *text, const char *const *path, struct str *ret);

/* Appends why setup_json_get() cannot tell, for people: "line 3: ...". Nothing if it can. */
void setup_json_explain(const struct buf *text, const char *const *path, struct buf *out);

/* Appends what a value means: the text of a string, or a number, true or false as it is written.
 * False for objects and arrays. */
bool setup_json_scalar(struct str value, struct buf *out);

/* Whether null is written at path. */
bool setup_json_is_null(const struct buf *text, const char *const *path);

/* Adds the member at path, which must be ABSENT, behind the others of its object, and the objects
 * on its way; what is null there is replaced. value is JSON on one line. */
void setup_json_add(struct buf *text, const char *const *path, struct str value);

/* Writes another value at path, which must be PRESENT. */
void setup_json_replace(struct buf *text, const char *const *path, struct str value);

/* Takes the member at path away, which must be PRESENT. */
void setup_json_remove(struct buf *text, const char *const *path);

/* Adds an item at the end of the array at path. False, and nothing done, if there is no array. */
bool setup_json_append(struct buf *text, const char *const *path, struct str value);

/* Asked of an item of an array, as it is written but for comments, which are blanks. */
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

/* Takes away all that match, and with the last of an inner array the object around it. */
void setup_json_remove_items(struct buf *text, const struct setup_json_items *items);

/* Whether the value at path is an object or an array without anything in it; an empty path is the
 * whole text. Comments are something. */
bool setup_json_is_empty(const struct buf *text, const char *const *path);

/* Takes back an object or array at path that has become empty: text is then as base is there,
 * without the member or with null. */
void setup_json_restore_empty(struct buf *text, const struct buf *base, const char *const *path);

/* Whether there is nothing in it but blanks and comments. */
bool setup_json_is_blank(const struct buf *text);

/* Whether two texts differ in nothing but blanks between their tokens. */
bool setup_json_is_like(const struct buf *a, const struct buf *b);
