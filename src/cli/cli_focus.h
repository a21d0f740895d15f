/* otel-ai-monitor focus: to the terminal of a session. */
#pragma once

struct cli_session;
struct cli_endpoint;
struct config;

/* Raises the session's window by focus_command, or by the program otel-ai-monitor-focus, and
 * acknowledges the session. Gives an exit status, with a message if it failed. */
int cli_focus_session(const struct config *config, const struct cli_endpoint *endpoint,
	const struct cli_session *s);
