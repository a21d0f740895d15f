/* GET /api/export/KIND.FORMAT: the rows of the history as a file, a page at a time, so that neither
 * its size nor a slow reader matters.
 *
 *	struct report_export e = {.kind = ..., .format = ..., .request = ...};
 *	buf_init(&e.page, REPORT_EXPORT_PAGE_BYTES);
 *	do {
 *		r = report_export_page(db, &e);     // on the reader thread
 *		send(buf_str(&e.page));
 *	} while (r == 0 && !e.is_done);
 *
 * Rows entered or deleted between two pages may or may not be in the file; no row is in it
 * twice. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "report/report.h"

struct store_db;

enum report_export_format {
	/* RFC 4180, with a header line; text that a spreadsheet would run is prefixed with an
	 * apostrophe. */
	REPORT_EXPORT_CSV,
	REPORT_EXPORT_JSON,   // one array
	REPORT_EXPORT_NDJSON, // an object a line
	REPORT_EXPORT_FORMAT_COUNT,
};

const char *report_export_format_name(enum report_export_format format); // "csv"
const char *report_export_media_type(enum report_export_format format);

enum report_export_type {
	REPORT_EXPORT_TEXT,
	REPORT_EXPORT_INT,
	REPORT_EXPORT_USD,    // nano-USD: a decimal number, exact
	REPORT_EXPORT_TIME,   // wall clock ms: "2026-11-28T10:00:00.123Z"
	REPORT_EXPORT_DAY_OF, // wall clock ms: its local day
	REPORT_EXPORT_DAY,    // yyyymmdd: "2026-11-28"
	REPORT_EXPORT_HEX,    // 64 bits as text, safe from rounding
	REPORT_EXPORT_RAW,    // a JSON value on one line
};

struct report_export_column {
	const char *name; // in the header and in objects
	const char *sql;
	enum report_export_type type;
};

/* ?1 to ?4: the position to continue from; ?5 and ?6: the first and last time or day; ?7 to ?9:
 * project, tool and model (NULL: all); ?10: how many rows. */
struct report_export_kind {
	const char *name; // "calls"
	const char *from; // tables and conditions, up to the LIMIT
	const char *keys; // key_count columns that locate a row: a number, then texts
	int key_count;
	bool is_by_day; // ?5 and ?6 are days
	const struct report_export_column *columns;
	int column_count;
};

enum {
	REPORT_EXPORT_KEYS = 4,
	REPORT_EXPORT_PAGE_BYTES = 4 << 20, // at most: for a very large row
};

/* Parses "calls.csv". False: no such kind or format. */
bool report_export_find(struct str name, const struct report_export_kind **ret_kind,
	enum report_export_format *ret_format);

struct report_export {
	const struct report_export_kind *kind;
	enum report_export_format format;
	struct report_request request; // its maker calls report_finish()

	struct buf page; // the next bytes of the file; its maker calls buf_finish()
	bool is_begun, is_done;
	int64_t after;                             // the position of the last row ...
	char *after_texts[REPORT_EXPORT_KEYS - 1]; // owned; report_export_finish()
};

/* Replaces page by the next one; is_done: it is the last. 0 or a negative errno: -EFBIG for a row
 * too large for a page. */
int report_export_page(struct store_db *db, struct report_export *e);

void report_export_finish(struct report_export *e);
