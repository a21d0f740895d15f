/* Reads JSON objects into structs by tables of their members, in place and in one pass: texts are
 * slices of the JSON, nothing is allocated here, and no deeper than the tables and the reader's
 * max_depth.
 *
 *     struct person { struct str name; int64_t age; };
 *     static const struct json_member members[] = {
 *         JSON_MEMBER("name", TEXT, struct person, name),
 *         JSON_MEMBER("age", INT, struct person, age, .max = 150),
 *     };
 *     static const struct json_shape shape = JSON_SHAPE(members);
 *     struct person p = {.age = -1}; // the value of a member that is missing
 *     bool is_object = json_bind_text(text, size, DEPTH, &shape, &p, &tally);
 *
 * Members without a row are skipped, whatever they contain. null counts as missing. So does a value
 * of the wrong kind or out of range, but it is counted as a misfit, as is every repetition of a
 * name: a strict reader rejects misfits, a lenient one ignores them. No member is required: whoever
 * needs one checks for it, by the value the struct had before or by json_member::has. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json_read.h"
#include "base/str.h"

enum { JSON_SHAPE_MEMBERS = 64 }; // of one shape, at most

enum json_bind_kind {
	JSON_BIND_TEXT,   // struct str: a slice of the JSON; NUL is data
	JSON_BIND_CHARS,  // char[json_member::size]: a NUL-terminated copy, never cut within a
			  // character
	JSON_BIND_INT,    // int64_t, from min to max; "1e3" and "1.0" are integers
	JSON_BIND_DOUBLE, // double, finite
	JSON_BIND_BOOL,   // bool
	JSON_BIND_OBJECT, // a struct, by json_member::shape; at offset 0 this one's own members
	JSON_BIND_ARRAY,  // its items, by json_member::items
	JSON_BIND_MAP,    // an object whose names are data: its values, by json_member::items
};

struct json_member {
	struct str name;
	enum json_bind_kind kind;
	size_t offset;    // of the value in the struct; unused for ARRAY and MAP
	size_t has;       // offset of a bool that is set if the member is present; 0: none
	size_t size;      // CHARS: bytes, at least 1
	int64_t min, max; // INT: both 0 for any number
	const struct json_shape *shape;
	const struct json_items *items;
};

struct json_shape {
	const struct json_member *members;
	size_t count; // JSON_SHAPE_MEMBERS at most
};

struct json_items {
	struct json_member item; // without name and has; its offset is from what add() returns

	/* Returns the place for one more item, initialized to the values for missing members; NULL
	 * if there is no room: the item is then skipped and counted as dropped. into: the struct
	 * this row belongs to. name: the member's, for a map; else empty. A place must stay valid
	 * only until the next call for the same array or map. */
	void *(*add)(void *into, struct str name);
};

/* Counts what was left out. Both are added to. */
struct json_tally {
	uint64_t misfits;
	uint64_t dropped; // items without room
};

/* A row of a table: JSON_MEMBER("pid", INT, struct x, pid, .has = offsetof(struct x, has_pid)) */
#define JSON_MEMBER(literal, KIND, type, field, ...)                                               \
	{                                                                                          \
		.name = STR_INIT(literal), .kind = JSON_BIND_##KIND,                               \
		.offset = offsetof(type, field), __VA_ARGS__                                       \
	}

#define JSON_SHAPE(array)                                                                          \
	{                                                                                          \
		(array), sizeof(array) / sizeof((array)[0])                                        \
	}

/* The whole of text, which is modified, must be one JSON object. False if it is not: *ret may then
 * be partly filled, and the caller undoes what add() did. */
bool json_bind_text(char *text, size_t size, size_t max_depth, const struct json_shape *shape,
	void *ret, struct json_tally *tally);

/* Reads the rest of the value whose first token was t into member m of the struct into. False after
 * an error in the JSON, which is in the reader. For code that otherwise walks the text itself. */
bool json_bind_value(struct json_reader *r, enum json_token t, const struct json_member *m,
	void *into, struct json_tally *tally);

/* The row of that name; NULL if there is none. */
const struct json_member *json_bind_find(const struct json_shape *shape, struct str name);
