/* Deletes rows past their retention. */
#pragma once

#include <stdint.h>

struct store_db;

/* Deletes some of the rows that ended before that time; daily sums and counters stay. 0: none are
 * left; STORE_MORE; a negative errno. */
int store_keep(struct store_db *db, int64_t before_ms);

/* Returns some free pages to the file system. Results as above. */
int store_keep_give_back_pages(struct store_db *db);
