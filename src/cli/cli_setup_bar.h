/* What setup says about bars: their configurations are programs of their users, so nothing in them
 * is changed. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

bool cli_setup_bar_knows(struct str word);

/* Prints what to do for a bar that is known: where its examples are installed and what their text
 * says. False, with a message, if they are not there. */
bool cli_setup_bar(struct str word);
