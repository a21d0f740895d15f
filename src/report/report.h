/* Queries of the history, answered as JSON. They run on the store's reader thread, so nothing here
 * touches the loop, HTTP, or the daemon's state: what a query needs of that is copied into the
 * request.
 *
 * Each report is a function of this form. 0 and the answer in out; or a negative errno: -ENOENT if
 * there is no such thing, else the result of store_db_end(). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "meter/budget.h"

struct json_writer;
struct store_db;
struct store_query;

enum { REPORT_TEXT_BYTES = 256, REPORT_PAGE = 50, REPORT_PAGE_MAX = 500, REPORT_KINDS = 8 };

/* A parsed request. Texts belong to whoever made it; NULL: not given. */
struct report_request {
	int64_t now_ms;         // wall clock
	int64_t from_ms, to_ms; // wall clock, to_ms exclusive; 0: open
	char *project, *tool, *model;
	unsigned groups;       // of /api/stats: from report_read_groups(); 0: all
	char *kind;            // of events; up to REPORT_KINDS, separated by commas
	char *text;            // to search in ids, projects and models
	char *id;              // of a session
	int64_t turn;          // of that session; 0: none
	int64_t offset, limit; // of a list
	int64_t before;        // of the feed: the row to continue from; 0: the newest
	struct budget budget;  // a copy
	bool is_subscription;  // the plan
	struct report_tasks {  // of the task board, now
		int64_t inbox, assigned, done, other;
	} tasks;
};

typedef int report_function(
	struct store_db *db, const struct report_request *request, struct buf *out);

report_function report_stats;    // GET /api/stats
report_function report_events;   // GET /api/events
report_function report_sessions; // GET /api/sessions?past=1
report_function report_session;  // GET /api/sessions/ID, for a session that is not live
report_function report_turns;    // its turns alone, as a JSON array, for one that is
report_function report_turn;     // GET /api/sessions/ID/turns/N
report_function report_mcp;      // GET /api/mcp
report_function report_models;   // GET /api/models
report_function report_waits;    // GET /api/waits
report_function report_timeline; // GET /api/timeline

/* The row of report_request::id in session, or -ENOENT. */
int report_session_row(struct store_db *db, const struct report_request *request, int64_t *ret);

/* Parses "2026-11-28", "today" or "yesterday" as the number yyyymmdd. False, with *ret untouched:
 * not a date. */
bool report_read_date(struct str text, int64_t now_ms, int64_t *ret);

/* Parses what sums are grouped by: "model,day", from model, project, tool and day. False, with *ret
 * untouched: anything else. */
bool report_read_groups(struct str text, unsigned *ret);

/* A time as UTC: "2026-11-28T10:00:00.123Z". */
void report_name_time(struct json_writer *j, const char *name, int64_t wall_ms);

/* Appends the day yyyymmdd as "2026-11-28". */
void report_append_date(struct buf *out, int64_t day);

/* A column's text, or null. */
void report_name_text(
	struct json_writer *j, const char *name, const struct store_query *q, int column);

/* A number, or null if unknown. */
void report_name_number(struct json_writer *j, const char *name, bool is_known, int64_t value);

/* The local day of a time, as the number yyyymmdd; and the moment one begins. */
int64_t report_day(int64_t wall_ms);
int64_t report_day_begin_ms(int64_t day);

/* The hour on a local clock: 0 to 23. */
int report_hour(int64_t wall_ms);

/* The day that many days (or months) later; negative: earlier. */
int64_t report_day_plus(int64_t day, int days);
int64_t report_month_plus(int64_t month, int months); // yyyymm

void report_finish(struct report_request *request);
