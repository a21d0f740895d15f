/* What an assistant reports of its connection to an MCP server. */
#pragma once

#include <stdint.h>

#include "base/str.h"

struct event;

struct store_connection {
	uint64_t id;         // the same for the same report
	struct str server;   // as in the names of its tools; empty: not told
	const char *status;  // "connected", "failed" or "disconnected"
	int64_t duration_ms; // -1: not told
	char name[256];      // where server lies
};

/* Of an event with a mcp_status, whose times are as sent. False if that is none of these. */
bool store_connection_of(const struct event *e, struct store_connection *ret);
