/* Reprices calls whose cost was estimated from price lists, or that had no price. Costs reported by
 * a client and free calls stay. Sums of days and sessions follow in the same transactions. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "meter/budget.h"
#include "session/session_reprice.h"

struct price_table;
struct store_db;
struct store_reprice_step;

enum { STORE_REPRICE_MODELS = 256 }; // more are counted under "other"

/* The outcome for one assistant and model. */
struct store_repriced {
	char *tool, *model; // owned
	int64_t calls;      // examined
	int64_t changed;    // whose cost has changed, appeared or gone
	int64_t before_nano_usd, after_nano_usd;
	int64_t before_unpriced, after_unpriced; // calls
};

struct store_reprice {                    // set by the caller; the rest starts as zeros
	struct price_table *listed, *own; // as of struct price_book; must outlive the work
	int64_t since_ms;                 // wall clock: calls that ended from then on
	int64_t today;                    // local: yyyymmdd
	bool is_dry;                      // changes nothing

	/* the result, as committed so far */
	struct store_repriced *models; // owned
	size_t model_count;
	struct budget_sum change[BUDGET_SESSION]; // to the cost of today and this month

	/* Sessions whose change the caller wants to know, sorted by id. Owned; NULL: none. */
	struct session_reprice *sessions;
	size_t session_count;

	/* private */
	int64_t at_ms, at_row;           // the last call examined
	struct store_reprice_step *step; // owned
};

/* A store_work; arg: a struct store_reprice. Each step examines a few hundred calls. */
int store_reprice(struct store_db *db, void *arg);

/* Frees what it owns. */
void store_reprice_finish(struct store_reprice *r);
