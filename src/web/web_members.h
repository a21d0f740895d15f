/* The members of a JSON object, compared with an earlier version of it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

enum { WEB_MEMBERS = 48 };

struct web_member {
	struct str name, value; // as written; slices of web_members::text
};

struct web_members {
	struct buf text; // owned: the object
	struct web_member rows[WEB_MEMBERS];
	size_t count;
};

void web_members_init(struct web_members *m, size_t max_bytes);
void web_members_finish(struct web_members *m);

/* Finds the members of web_members::text. False, with none found: not an object, or too many
 * members. */
bool web_members_read(struct web_members *m);

/* Appends ,"NAME":VALUE for every member that is new or differs from before, except the names left
 * out (NULL-terminated). Whether there was any. */
bool web_members_append_changed(const struct web_members *m, const struct web_members *before,
	const char *const *left_out, struct buf *out);

/* The value of a member; empty: none. */
struct str web_members_find(const struct web_members *m, struct str name);
