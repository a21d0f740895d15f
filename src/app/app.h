/* The daemon: every room wired to the next, one loop, until it is told to stop. */
#pragma once

struct config;

/* Serves until SIGTERM or SIGINT; SIGHUP reads the configuration again. Gives the exit status: 0
 * after a clean stop, 1 if it could not begin, with the reason logged. config stays the caller's
 * and is changed by a reload. */
int app_run(struct config *config);
