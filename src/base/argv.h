/* A command from the configuration: words with placeholders, "notify {project}". A value stays one
 * argument, whatever it contains: no shell is involved. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* Cuts the next word from the front of *rest as a shell would: blanks separate words unless quoted,
 * in either way, or escaped. Returns the word, for the caller to free; NULL at the end, or, with
 * *rest not empty, if a quote is not closed. */
char *argv_split(struct str *rest);

/* The value of a placeholder. */
struct argv_value {
	const char *name;
	struct str value;
};

/* words with placeholders filled in, terminated by NULL; free with argv_free(). Unknown names in
 * braces stay as they are. */
char **argv_expand(const char *const *words, size_t count, const struct argv_value *values,
	size_t value_count);
void argv_free(char **words);
