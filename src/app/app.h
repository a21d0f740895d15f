/* The daemon: all rooms wired together around one loop. */
#pragma once

struct config;

/* Serves until SIGTERM or SIGINT; SIGHUP reloads the configuration. Returns the exit status: 0
 * after a clean stop, 1 if it could not start, with the reason logged. config stays the caller's
 * and is modified by a reload. */
int app_run(struct config *config);
