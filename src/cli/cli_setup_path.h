/* Where things are on this machine, by the environment: the clients' files, programs, this one. */
#pragma once

#include <stdbool.h>

struct config;
struct setup_client;
struct setup_file;
struct setup_settings;

/* The file of a client that setup is about: the one of its places that exists, else the first. NULL
 * if it cannot be told: no home, or no shell that is known. */
char *cli_setup_path_file(const struct config *c, const struct setup_file *file);

/* What the owner of the machine has set for a client, which goes before its own files; NULL: there
 * is no such place. */
const char *cli_setup_path_managed(const struct config *c, const struct setup_client *client);

/* Whether a client was ever here: its program, an alias for it, or its directory. */
bool cli_setup_path_has_client(const struct config *c, const struct setup_client *client);

/* The version of a client, by running its program, as SETUP_VERSION; 0 if nothing depends on it, or
 * it cannot be known. */
int cli_setup_path_version(const struct config *c, const struct setup_client *client);

/* What the clients should be told by this configuration, but for their versions. Borrows from it
 * and, for the command, from *ret_command, which is the caller's to free. */
struct setup_settings cli_setup_path_settings(const struct config *c, char **ret_command);
