/* A report for a program without telemetry, as the OTLP it would have sent. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct buf;

/* A model call, by the GenAI conventions. Texts are borrowed. */
struct cli_log_call {
	const char *tool; // service.name
	const char *session, *model;
	const char *project;                    // NULL: unknown
	int64_t input, cache_read, cache_write; // disjoint
	int64_t output, reasoning;              // reasoning is a part of output
	int64_t cost_nano_usd;                  // negative: unknown
	int64_t latency_ms;                     // 0: unknown
	bool failed;
	int64_t end_ms;     // wall clock
	uint64_t random[3]; // of the trace, the span and the call
};

/* Appends the call as the body of POST /v1/traces, JSON. */
void cli_log_append(struct buf *out, const struct cli_log_call *call);
