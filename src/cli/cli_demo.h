/* otel-ai-monitor demo: three invented sessions, to see what a bar makes of them. */
#pragma once

struct config;

/* Plays them to the running daemon for demo_ms, and ends them then or at SIGINT, SIGTERM and
 * SIGHUP. Their ids begin with "demo-" and they spend nothing. Gives the exit status: 0, or 1 with
 * a message if the daemon cannot be reached. */
int cli_demo(const struct config *config);
