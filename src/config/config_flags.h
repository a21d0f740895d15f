/* The arguments of the program, as GNU programs take them. */
#pragma once

#include <stddef.h>

#include "config/config.h"

struct config_loader;

/* What a shell can offer beyond the words that are listed. */
enum config_offer {
	CONFIG_OFFER_NOTHING,
	CONFIG_OFFER_FILES,
	CONFIG_OFFER_SESSIONS, // their ids, which the running daemon knows
	CONFIG_OFFER_COMPLETED_SESSIONS,
};

/* A word behind a command that is no option, or several of a kind. */
struct config_operand {
	enum config_command command;
	size_t offset;            // of a const char * in struct config, or of an array of them
	size_t places;            // how many
	const char *const *words; // what it can be, up to a NULL; NULL: nothing is listed
	enum config_offer offer;  // beside the words
};

/* Reads the arguments into the configuration. With --help or --version among them the command says
 * so and the rest of them counts for nothing. Returns as config_load(). */
int config_flags_load(struct config_loader *l);

/* NULL for those that are said by an option. */
const char *config_flags_command_word(enum config_command command);
enum config_command config_flags_find_command(const char *word); // CONFIG_COMMAND_COUNT: none

/* What the command takes at a place behind it, from 0; NULL if it takes no more. */
const struct config_operand *config_flags_operand(enum config_command command, size_t place);
