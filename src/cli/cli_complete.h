/* otel-ai-monitor complete WORD...: what a shell can offer to complete the last word, from the
 * tables of commands and options. */
#pragma once

#include "cli/cli_command.h"

struct buf;

/* words: all after the program's name, the last of which, possibly empty, is being typed. Appends a
 * line per candidate, "--port\tTCP port to receive ...\n", whether or not it matches the last word.
 * Returns what else to offer. Does not ask the daemon. */
enum cli_offer cli_complete_words(const char *const *words, size_t count, struct buf *out);
