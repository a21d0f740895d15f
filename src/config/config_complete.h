/* What can be said next on a command line that is being typed, out of the tables of options and
 * commands, so that a shell's completion knows what the program knows. */
#pragma once

#include "config/config_flags.h"

/* words: those behind the program's name, of which the last, perhaps empty, is being typed. Adds to
 * out a line for each candidate, "--port\tTCP port to receive ...\n", whether or not it begins as
 * the last word does. Returns what there is beside them. */
enum config_offer config_complete(const char *const *words, size_t count, struct buf *out);
