/* Parses the program's arguments, GNU style, by the table of commands. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

struct buf;
struct cli_command;

enum { CLI_WORDS_MAX = CONFIG_SETUP_NAMES };

struct cli_args { // words and values are borrowed from the arguments
	const struct cli_command *command;
	bool has_command; // it was given; else it is serve
	bool is_bare;     // there are no arguments at all
	bool wants_help, wants_version, is_verbose;
	struct config_flag *flags; // owned; the command's defaults first
	size_t flag_count;
	const char *words[CLI_WORDS_MAX]; // after the command
	size_t word_count;
	const char *const *rest; // for a command that takes the rest
	size_t rest_count;
};

/* 0, or CONFIG_FAULT with what is wrong in message. Either way the caller finishes *ret, which
 * names the command as far as it is known. */
int cli_args_read(struct cli_args *ret, int argc, const char *const *argv, struct buf *message);
void cli_args_finish(struct cli_args *args);

/* Stores the words in the configuration. */
void cli_args_apply(const struct cli_args *args, struct config *config);
