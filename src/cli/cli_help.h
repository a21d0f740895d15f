/* --help: the overview in one screen, each command on its own, and their man pages. */
#pragma once

#include <stdio.h>

struct cli_command;

/* command NULL: the overview. */
void cli_help_print(FILE *out, const struct cli_command *command);

/* The source of the command's man page, for scdoc(1). */
void cli_help_print_man(FILE *out, const struct cli_command *command);
