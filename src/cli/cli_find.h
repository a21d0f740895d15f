/* Finds a client's program, wherever its installer has put it. */
#pragma once

#include <stdbool.h>

struct config;

/* The path of the program of that name in PATH, for the caller to free; NULL if there is none. */
char *cli_find_in_path(const struct config *c, const char *name);

/* The same in PATH, behind an alias of that name in the shell's files, or where installers put
 * programs. */
char *cli_find_program(const struct config *c, const char *name);

/* Whether the shell's files have an alias of that name, other than those of setup, whatever it
 * runs. */
bool cli_find_has_alias(const struct config *c, const char *name);
