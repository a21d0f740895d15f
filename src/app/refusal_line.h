/* What is logged of a refused request: who, what, why, and what its sender or this user can do. */
#pragma once

#include <stdint.h>

struct http_refusal;
struct ingest_refusal;
struct refusal_log;

/* A line, unless the log has had enough of this peer; now_ms is monotonic. */
void refusal_line_http(struct refusal_log *log, const struct http_refusal *refusal, int64_t now_ms);
void refusal_line_ingest(
	struct refusal_log *log, const struct ingest_refusal *refusal, int64_t now_ms);
