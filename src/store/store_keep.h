/* Rows that go: what is older than it is to be kept, and what its user wants gone. */
#pragma once

#include <stdint.h>

struct store_db;

/* Deletes some of the rows that ended before that time; sums by day and counters stay. 0: there are
 * none left; STORE_MORE; a negative errno. */
int store_keep(struct store_db *db, int64_t before_ms);

/* Everything before a time is gone, sums by day included. */
struct store_purge {
	int64_t before_ms;   // wall clock
	int64_t before_day;  // local: yyyymmdd
	const char *project; // only of that one; NULL: of all
	int64_t rows;        // that were deleted, so far
};

/* A store_work; arg: a struct store_purge. */
int store_purge(struct store_db *db, void *arg);
