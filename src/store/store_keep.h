/* Rows that go because they are older than they are to be kept. */
#pragma once

#include <stdint.h>

struct store_db;

/* Deletes some of the rows that ended before that time; sums by day and counters stay. 0: there are
 * none left; STORE_MORE; a negative errno. */
int store_keep(struct store_db *db, int64_t before_ms);

/* Gives some of the pages that hold nothing back to the file system: the same results. */
int store_keep_give_back_pages(struct store_db *db);
