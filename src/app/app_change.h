/* Updates the state in memory after a change of the history: budgets, counters and the totals of
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
	const bool *is_stopping;       // the state in memory does not matter any more
	void (*on_change)(void *data); // the tracker was called
	void *data;
};

/* Callbacks of web_history; data: struct app_change. */
void app_change_purged(const struct store_purge *purge, void *data);

/* Sets lists and sessions of a reprice; the lists are kept until its end, even if new ones are read
 * meanwhile. */
void app_change_begin_reprice(struct store_reprice *reprice, void *data);
void app_change_end_reprice(struct store_reprice *reprice, void *data);
