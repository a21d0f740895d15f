/* Locates the target of a change in another program's JSON: the way along a path to a container,
 * and the positions of its items. For setup_json.c, which writes. */
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
	const struct setup_json_node *at; // of in: the member, or a null on the way; NULL: none
	struct setup_json_problem problem;
};

/* Reads the container plain[from, to), ignoring blanks around it. Names of items are decoded in
 * place, values are not touched. False if there is none. */
bool setup_json_read_container(char *plain, size_t from, size_t to,
	struct setup_json_container *ret, struct setup_json_problem *problem);
void setup_json_container_finish(struct setup_json_container *c);

/* The item of that name, NULL if there is none. False if there are two. */
bool setup_json_find(
	const struct setup_json_container *c, const char *name, const struct setup_json_node **ret);

/* Whether the text is only blanks; plain: without its comments. */
bool setup_json_plain_is_blank(const struct buf *text, char *plain);

/* Follows the path. The caller finishes the way, whatever the status. */
enum setup_json_status setup_json_walk(
	struct setup_json_way *w, const struct buf *text, const char *const *path);
void setup_json_way_finish(struct setup_json_way *w);
