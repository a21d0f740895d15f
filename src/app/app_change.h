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
	void (*on_change)(void *data); // the tracker was told something
	void *data;
};

void app_change_purged(const struct app_change *c, const struct store_purge *purge);

/* Sets lists and sessions of a reprice; the lists are held until its end, whatever is read
 * meanwhile. applies: somebody still looks at what is in memory. */
void app_change_begin_reprice(const struct app_change *c, struct store_reprice *reprice);
void app_change_end_reprice(
	const struct app_change *c, struct store_reprice *reprice, bool applies);
