/* otel-ai-monitor focus: to the terminal of a session. */
#pragma once

struct cli_session;
struct config;

/* Becomes what raises the session's window: focus_command, or the program otel-ai-monitor-focus.
 * Returns only if that fails: an exit status, with a message. */
int cli_focus_session(const struct config *config, const struct cli_session *s);
