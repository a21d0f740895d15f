/* What setup says about bars: their configurations are programs of their users, so nothing in them
 * is changed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* The bars there are, up to a NULL. */
const char *cli_setup_bar_word(size_t index);

bool cli_setup_bar_knows(struct str word);

/* Prints what to do for a bar that is known: where its examples are installed and what their text
 * says. False, with a message, if they are not there. */
bool cli_setup_bar(struct str word);
