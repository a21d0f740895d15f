/* The log line for a rejected request: who, what, why, and what the peer or this user can do. */
#pragma once

#include <stdint.h>

struct http_reject;
struct ingest_reject;
struct reject_log;
struct ws_end;

/* Logs a line, unless this peer has had its share; now_ms is monotonic. */
void reject_line_http(struct reject_log *log, const struct http_reject *reject, int64_t now_ms);
void reject_line_ingest(struct reject_log *log, const struct ingest_reject *reject, int64_t now_ms);

/* For an open WebSocket. */
void reject_line_websocket(
	struct reject_log *log, const char *peer, const struct ws_end *how, int64_t now_ms);
