/* otel-ai-monitor focus: to the terminal of a session. */
#pragma once

struct config;

/* Brings what shows the session session_id of the configuration to the front, else the session that
 * needs its user most: by focus_command, or by the program otel-ai-monitor-focus, which this
 * process becomes. With focus_check it is only asked whether it has the focus, by that program.
 * Gives the exit status otherwise: 1, with a message. */
int cli_focus(const struct config *config);
