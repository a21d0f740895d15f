/* Encodes facts as bytes for the writer thread, by a table of columns for each kind, and decodes
 * them into values, which are bound to statements by name. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct buf;
struct session;
struct session_series;

enum store_kind {
	STORE_SESSION,
	STORE_CALL,
	STORE_STEP, // of a cumulative counter
	STORE_CORRECTION,
	STORE_ABSORPTION,
	STORE_TURN,
	STORE_TOOL_CALL,
	STORE_WAIT,
	STORE_AGENT,
	STORE_SPAN_ABSORPTION,
	STORE_EVENT,
	STORE_COUNTER,
	STORE_CONNECTION,
	STORE_END,
	STORE_KIN,
	STORE_KIND_COUNT,
};

/* Longer texts are cut; characters not allowed in a name are replaced. */
enum { STORE_MAX_TEXT_BYTES = 1024, STORE_MAX_COLUMNS = 48 };

/* The source of a record's values. */
struct store_source {
	const void *fact;              // by its kind: session_call, session_span, store_event, ...
	const struct session *session; // the session it belongs to; NULL: none
	const struct session *child;   // the absorbed session, of an absorption
	const struct session_series *series; // of a step
	int64_t at_ms;                       // wall clock: when it happened, or ended
	int64_t begin_ms;                    // of a span
	int64_t day;                         // local: yyyymmdd
	const char *host;                    // NULL: not told
	struct str detail;                   // of an event; empty: none
	struct str tool, project;            // of an event
	int64_t is_told;                     // of an end: by its client
};

enum store_value_type { STORE_NULL, STORE_INT, STORE_TEXT };

struct store_value {
	enum store_value_type type;
	int64_t number;
	struct str text;
};

struct store_record {
	enum store_kind kind;
	size_t count;
	struct store_value
		values[STORE_MAX_COLUMNS]; // in the order of the kind's columns; borrowed
};

/* Appends a record: 0, or -ENOBUFS or -ENOMEM, and b is as it was. */
int store_record_append(struct buf *b, enum store_kind kind, const struct store_source *from);

/* Splits the first record off *rest. False: *rest is empty or malformed. */
bool store_record_read(struct str *rest, struct store_record *ret);

/* The index of a column by name; -1: the kind has no such column. */
int store_record_column(enum store_kind kind, struct str name);
