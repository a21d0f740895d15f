/* Small changes to somebody else's JSON file: what is not changed stays as it was written, order,
 * indentation and all. Only plain JSON (RFC 8259): a text with comments is SETUP_JSON_INVALID.
 *
 * A path is names from the root inwards up to a NULL. Names are compared as they are written. */
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
	SETUP_JSON_INVALID, // no plain JSON object, or one in which a name on the way stands twice
};

/* What stands at path. *ret: the value as it is written, a slice of text; only if it is PRESENT. A
 * text of blanks is an empty object. */
enum setup_json_status setup_json_get(
	const struct buf *text, const char *const *path, struct str *ret);

/* Adds the member at path, which must be ABSENT, behind the others of its object, and the objects
 * on its way. value is JSON on one line. */
void setup_json_add(struct buf *text, const char *const *path, struct str value);

/* Takes the member at path away, which must be PRESENT. */
void setup_json_remove(struct buf *text, const char *const *path);

/* Adds an item at the end of the array at path. False, and nothing done, if there is no array. */
bool setup_json_append(struct buf *text, const char *const *path, struct str value);

/* Asked of every item of an array, as it is written. */
typedef bool setup_json_match(struct str item, const void *data);

/* How many items of the array at path match; 0 also if there is no array. */
size_t setup_json_count(
	const struct buf *text, const char *const *path, setup_json_match *match, const void *data);

/* Takes away every item of the array at path that matches. */
void setup_json_remove_items(
	struct buf *text, const char *const *path, setup_json_match *match, const void *data);

/* Whether the value at path is an object or an array without anything in it. */
bool setup_json_is_empty(const struct buf *text, const char *const *path);

/* Whether there is nothing in it but what JSON takes for blanks. */
bool setup_json_is_blank(const struct buf *text);
