/* Counters and histograms for /metrics, by family and labels.
 *
 * Every value is an integer in the family's base unit (milliseconds, nano-USD, pieces), so that
 * sums are exact; only the text has seconds and dollars. Labels are stored as printed, which makes
 * them the key of a series and of its row in the store. Names from outside are limited: those
 * beyond METER_NAMES of a kind, and series beyond METER_SERIES lines, are counted under "other". */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/str.h"

enum {
	METER_NAMES = 64,
	METER_NAME_BYTES = 64,
	METER_LINES = 1600, // of 2000 per scrape; the rest is for gauges
	METER_LABELS = 3,
	METER_BOUNDS = 10,
	METER_PARTS = METER_BOUNDS + 2, // of a histogram: its sum, and a count by bound, and above
};

enum meter_family {
	METER_TURNS,
	METER_MODEL_CALLS,
	METER_TOKENS,
	METER_COST,
	METER_UNPRICED_CALLS,
	METER_TOOL_CALLS,
	METER_BLOCKED,
	METER_HTTP_REQUESTS,
	METER_RECORDS_REJECTED,
	METER_STORE_ERRORS,
	METER_TURN_DURATION, // the first histogram
	METER_MODEL_CALL_DURATION,
	METER_TOOL_CALL_DURATION,
	METER_TTFT,
	METER_FAMILY_COUNT,
};

/* The text of a family, and the format of its numbers. */
struct meter_family_row {
	const char *name; // without prefix and _total: "model_calls"
	const char *help;
	const char *labels[METER_LABELS + 1]; // up to a NULL
	int64_t scale;                        // base units per shown unit
	int64_t bounds[METER_BOUNDS];         // of a histogram, in base units; all 0: a counter
};

extern const struct meter_family_row meter_families[METER_FAMILY_COUNT];

struct meter_series {
	struct hash_node node;
	struct list link;    // of its family, in the order of creation
	struct list changed; // of meter::changed
	enum meter_family family;
	char *labels; // owned: tool="codex",outcome="ok"
	int64_t created_ms;
	int64_t parts[METER_PARTS]; // a counter has only the first
	int64_t kept[METER_PARTS];  // the same as last taken
};

struct meter_names {
	char *all[METER_NAMES]; // owned
	size_t count;
};

struct meter {
	struct hash series;
	struct list by_family[METER_FAMILY_COUNT]; // meter_series::link
	struct list changed;                       // meter_series::changed
	struct meter_names names[METER_LABELS];    // by the kind of label, see meter.c
	size_t lines;
	struct buf labels; // of the series being looked up
};

void meter_init(struct meter *m);
void meter_finish(struct meter *m);

/* Adds to a counter; values: of the family's labels, empty ones become "unknown". by must not be
 * negative. now_ms: wall clock. */
void meter_add(struct meter *m, enum meter_family family, const struct str values[], int64_t by,
	int64_t now_ms);

/* One observation of a histogram. */
void meter_observe(struct meter *m, enum meter_family family, const struct str values[],
	int64_t value, int64_t now_ms);

/* Adds a stored series to the current one. Ignores families and labels unknown to this version.
 * part: from 0, of meter_part_count(). */
void meter_restore(struct meter *m, struct str name, struct str labels, unsigned part,
	int64_t value, int64_t created_ms);

unsigned meter_part_count(enum meter_family family);

/* Returns one series that has grown since it was last taken; NULL: none. */
struct meter_series *meter_take_changed(struct meter *m);

/* By how much one of its parts has grown since the last call. */
int64_t meter_take_growth(struct meter_series *s, unsigned part);
