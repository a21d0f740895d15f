/* What is in memory follows what was changed in the history: budgets, counters and the totals of
 * sessions, after a purge or a reprice. */
#pragma once

#include <stdbool.h>

struct app_history;
struct app_prices;
struct session_tracker;
struct store_purge;
struct store_reprice;

struct app_change { // all borrowed
	struct app_history *history;
	const struct app_prices *prices;
	struct session_tracker *tracker;
	const bool *is_stopping;       // nobody looks at what is in memory any more
	void (*on_change)(void *data); // the tracker was told something
	void *data;
};

/* What web_history calls; data: struct app_change. */
void app_change_purged(const struct store_purge *purge, void *data);

/* Sets lists and sessions of a reprice; the lists are held until its end, whatever is read
 * meanwhile. */
void app_change_begin_reprice(struct store_reprice *reprice, void *data);
void app_change_end_reprice(struct store_reprice *reprice, void *data);
