/* What setup prints for bars: their configurations are written by hand, so nothing in them is
 * changed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* The known bars; NULL past the last. */
const char *cli_setup_bar_word(size_t index);

bool cli_setup_bar_knows(struct str word);

/* Prints what to do for a known bar: where its examples are installed, and their instructions.
 * False after a message if they are missing. */
bool cli_setup_bar(struct str word);
