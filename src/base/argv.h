/* A command of the user's own: words with places in braces, "notify {project}". What is put there
 * stays one argument, whatever it holds: no shell ever sees it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* Cuts the next word from the front of *rest, as a shell would: blanks divide, quotes of either
 * kind and backslashes keep them. Gives the word, for the caller to free; NULL at the end, or, with
 * *rest not empty, if a quote is not closed. */
char *argv_split(struct str *rest);

/* What may stand in braces. */
struct argv_value {
	const char *name;
	struct str value;
};

/* words with their places filled, up to a NULL, to be given to argv_free(). Braces around anything
 * else stay as they are. */
char **argv_expand(const char *const *words, size_t count, const struct argv_value *values,
	size_t value_count);
void argv_free(char **words);
