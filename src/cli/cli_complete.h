/* otel-ai-monitor complete WORD...: what a shell's completion offers in the place of the last word,
 * out of the tables of commands and options, so that it knows what the program knows. */
#pragma once

#include "cli/cli_command.h"

struct buf;

/* words: those behind the program's name, of which the last, perhaps empty, is being typed. Adds to
 * out a line for each candidate, "--port\tTCP port to receive ...\n", whether or not it begins as
 * the last word does. Returns what there is beside them. A daemon is not asked. */
enum cli_offer cli_complete_words(const char *const *words, size_t count, struct buf *out);
