/* Whose daemon listens, where it is not this user's own. */
#pragma once

struct cli_endpoint;

/* "user alice (1001)", for the caller to free: who listens on the port of the target, on this
 * machine. NULL if it is this user, nobody, or not to be known. */
char *cli_owner_shown(const struct cli_endpoint *t);
