/* What is logged of a rejected request: who, what, why, and what its sender or this user can do. */
#pragma once

#include <stdint.h>

struct http_reject;
struct ingest_reject;
struct reject_log;
struct ws_end;

/* A line, unless the log has had enough of this peer; now_ms is monotonic. */
void reject_line_http(struct reject_log *log, const struct http_reject *reject, int64_t now_ms);
void reject_line_ingest(struct reject_log *log, const struct ingest_reject *reject, int64_t now_ms);

/* Of a WebSocket that was open. */
void reject_line_websocket(
	struct reject_log *log, const char *peer, const struct ws_end *how, int64_t now_ms);
