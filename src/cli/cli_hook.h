/* otel-ai-monitor hook: hands what a client tells its hook to the daemon.
 *
 * The client waits for its hook, and takes its output and its exit status for orders. So nothing is
 * written to stdout, and after a second the process ends, whatever it waits for. */
#pragma once

struct config;

/* Reads the argument or, without one, stdin, however large, and sends the members that count to
 * /hooks/CLIENT by the first of cli_hook_way.h. Gives the exit status, which is always 0; only with
 * config->verbose stderr tells what went wrong. Ends the process when the time is over. */
int cli_hook(const struct config *config);
