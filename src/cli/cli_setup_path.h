/* Where things are on this machine: the clients' files, their programs, and this one. */
#pragma once

#include <stdbool.h>

struct config;
struct setup_client;
struct setup_file;
struct setup_settings;

/* The client's file that setup changes: the first of its places that exists, else the first. NULL
 * if unknown: no home, or an unknown shell. */
char *cli_setup_path_file(const struct config *c, const struct setup_file *file);

/* The managed settings of a client, which override the user's; NULL: it has none. */
const char *cli_setup_path_managed(const struct config *c, const struct setup_client *client);

/* Whether a client is or was installed: its program, an alias for it, or its directory exists. */
bool cli_setup_path_has_client(const struct config *c, const struct setup_client *client);

/* The version of a client as SETUP_VERSION, by running its program; 0 if irrelevant or unknown. */
int cli_setup_path_version(const struct config *c, const struct setup_client *client);

/* What to write into the clients' settings by this configuration, except for their versions.
 * Borrows from it and from *ret_command, which the caller frees. */
struct setup_settings cli_setup_path_settings(const struct config *c, char **ret_command);
