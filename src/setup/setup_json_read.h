/* What of somebody else's JSON a change is about: the way along a path to a container, and the
 * places of its items. For setup_json.c, which writes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "setup/setup_json.h"

/* Offsets in the text. */
struct setup_json_node { // of an object or an array
	size_t begin;    // of the name, or of the value if it has none
	struct str name;
	size_t value, end;
};

struct setup_json_container {
	size_t open, close; // its brackets
	bool is_object;
	struct setup_json_node *items; // owned
	size_t count, capacity;
};

struct setup_json_problem {
	const char *what; // NULL: none
	const char *name; // of the member it is about; NULL: none
	size_t at;        // in the text
};

struct setup_json_way {
	char *plain;                      // owned: the text without comments, see setup_jsonc.h
	struct setup_json_container in;   // owned: the innermost object on the way
	size_t names;                     // of the path that led to it
	const struct setup_json_node *at; // of in: the member, or a null in the way; NULL: none
	struct setup_json_problem problem;
};

/* Reads the container that is plain[from, to), blanks around it aside. The names of its items are
 * decoded in place, what is in their values is not touched. False if there is none. */
bool setup_json_read_container(char *plain, size_t from, size_t to,
	struct setup_json_container *ret, struct setup_json_problem *problem);
void setup_json_container_finish(struct setup_json_container *c);

/* The item of that name, NULL if there is none. False if it stands there twice. */
bool setup_json_find(
	const struct setup_json_container *c, const char *name, const struct setup_json_node **ret);

/* Whether there is nothing in the text but blanks; plain: without its comments. */
bool setup_json_plain_is_blank(const struct buf *text, char *plain);

/* Goes along the path. The caller finishes the way, whatever the status. */
enum setup_json_status setup_json_walk(
	struct setup_json_way *w, const struct buf *text, const char *const *path);
void setup_json_way_finish(struct setup_json_way *w);
