/* Conversations that are not sessions, as rows, to keep over a restart. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct session_kin;

/* kind "child": a subagent and its parent; "title": a conversation that only finds a title. Both
 * are rings: the id of "next_child" and "next_title" is the slot to overwrite next. */
struct session_relation {
	const char *kind; // a literal, or borrowed
	unsigned slot;
	uint64_t id, parent; // hashes
};

/* Calls tell() for each row of now that differs from before, and then copies now to before. */
void session_kin_each_change(struct session_kin *before, const struct session_kin *now,
	void (*tell)(const struct session_relation *relation, void *data), void *data);

/* Enters a row; unknown kinds are ignored. */
void session_kin_enter(struct session_kin *kin, const struct session_relation *relation);
