/* An assistant's report on its connection to an MCP server. */
#pragma once

#include <stdint.h>

#include "base/str.h"

struct event;

struct store_connection {
	uint64_t id;         // equal for equal reports
	struct str server;   // as in the names of its tools; empty: unknown
	const char *status;  // "connected", "failed" or "disconnected"
	int64_t duration_ms; // -1: unknown
	char name[256];      // storage of server
};

/* From an event with an mcp_status, whose times are as sent. False if the status is unknown. */
bool store_connection_of(const struct event *e, struct store_connection *ret);
