/* The arguments of the program, as GNU programs take them, by the table of commands. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

struct buf;
struct cli_command;

enum { CLI_WORDS_MAX = CONFIG_SETUP_NAMES };

struct cli_args { // words and values are borrowed from the arguments
	const struct cli_command *command;
	bool has_command; // it was named; else it is serve
	bool is_bare;     // there are no arguments at all
	bool wants_help, wants_version, is_verbose;
	struct config_flag *flags; // owned; the command's defaults first
	size_t flag_count;
	const char *words[CLI_WORDS_MAX]; // behind the command
	size_t word_count;
	const char *const *rest; // of a command that takes it
	size_t rest_count;
};

/* 0, or CONFIG_FAULT with what is wrong in message; either way *ret is to be finished, and says
 * which command was meant as far as that can be known. */
int cli_args_read(struct cli_args *ret, int argc, const char *const *argv, struct buf *message);
void cli_args_finish(struct cli_args *args);

/* Writes the words into the configuration. */
void cli_args_apply(const struct cli_args *args, struct config *config);
