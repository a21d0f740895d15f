/* The text formats of a scrape: Prometheus 0.0.4 and OpenMetrics 1.0. They differ in the names of
 * counters, in _created, and at the end. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct meter;

#define METER_PROMETHEUS_TYPE  "text/plain; version=0.0.4; charset=utf-8"
#define METER_OPENMETRICS_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

struct meter_text {
	struct buf *out; // borrowed
	bool is_openmetrics;
};

/* Whether Accept prefers OpenMetrics; the default is Prometheus' own. */
bool meter_text_wants_openmetrics(struct str accept);

/* Appends the value of a label, without its quotes. */
void meter_text_escape(struct buf *out, struct str value);

/* HELP and TYPE of a gauge or info: name without the prefix "otel_ai_", except for names with
 * "process_". */
void meter_text_gauge(const struct meter_text *t, const char *name, const char *help);

/* A counter outside of any meter: name without _total. */
void meter_text_counter(const struct meter_text *t, const char *name, const char *help);

/* One of its lines. labels: as printed, without braces; may be empty. Writes value / scale,
 * exactly. */
void meter_text_sample(const struct meter_text *t, const char *name, struct str labels,
	int64_t value, int64_t scale);

/* Every family of the meter with a series. */
void meter_text_write(const struct meter_text *t, const struct meter *m);

/* After the last family. */
void meter_text_end(const struct meter_text *t);
