/* The members of one JSON object: which of them have changed since it was looked at last. */
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

/* Finds the members of web_members::text. False, and there are none, if it is no object, or has
 * more of them than fit. */
bool web_members_read(struct web_members *m);

/* Appends ,"NAME":VALUE of every member that before has not, or has with another value, but for
 * those of the names that are left out, up to a NULL. Whether there was one. */
bool web_members_append_changed(const struct web_members *m, const struct web_members *before,
	const char *const *left_out, struct buf *out);

/* The value of a member; empty: there is none. */
struct str web_members_find(const struct web_members *m, struct str name);
