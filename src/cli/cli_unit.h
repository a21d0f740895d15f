/* The units of this user's service, as the service manager knows them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define CLI_UNIT_SERVICE "otel-ai-monitor.service"
#define CLI_UNIT_SOCKET  "otel-ai-monitor.socket"
#define CLI_UNIT_RETRY   "otel-ai-monitor-retry.service"

enum { CLI_UNIT_WORD_BYTES = 32 };

/* What "systemctl show" says about a unit, in its words; empty: nothing. */
struct cli_unit {
	char load[CLI_UNIT_WORD_BYTES];   // "loaded", "not-found", "masked", ...
	char active[CLI_UNIT_WORD_BYTES]; // "active", "failed", "inactive", "activating", ...
	char sub[CLI_UNIT_WORD_BYTES];    // "running", "auto-restart", ...
	char result[CLI_UNIT_WORD_BYTES]; // "success", "exit-code", "start-limit-hit", ...
	int64_t exit_status;              // of its last process, or the signal that ended it
};

/* False: no service manager, or it does not answer. */
bool cli_unit_ask(const char *name, struct cli_unit *ret);

/* The same from systemctl's output, lines like "Result=success". */
void cli_unit_read(struct str text, struct cli_unit *ret);

/* Starts the service and waits until it serves. False after a message. */
bool cli_unit_start(void);
