/* Where things are on this machine, by the environment: the clients' files, programs, this one. */
#pragma once

#include <stdbool.h>

struct config;
struct setup_client;
struct setup_file;
struct setup_settings;

/* The file of a client that setup is about: the one of its places that exists, else the first. NULL
 * if it cannot be told: no home, or no shell that is known. */
char *cli_place_file(const struct config *c, const struct setup_file *file);

/* The program in PATH, for the caller to free; NULL if it is not there. */
char *cli_place_program(const struct config *c, const char *name);

/* Whether a client was ever here: its program, or its directory. */
bool cli_place_has_client(const struct config *c, const struct setup_client *client);

/* The version of a client, by running its program, as SETUP_VERSION; 0 if nothing depends on it, or
 * it cannot be known. */
int cli_place_version(const struct config *c, const struct setup_client *client);

/* What the clients should be told by this configuration, but for their versions. Borrows from it
 * and, for the command, from *ret_command, which is the caller's to free. */
struct setup_settings cli_place_settings(const struct config *c, char **ret_command);
