/* The daemon's price lists: the built-in one and the user's own. Reads the latter at the start and
 * on a reload; logs and counts mismatches with calls. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "price/price_status.h"

struct price_table;
struct session_call;
struct session_tracker;

struct app_prices {
	struct price_table *listed, *own; // owned; NULL: none
	char *own_path;                   // owned; NULL: there can be none
	bool absurd_told;
	struct price_status status; // for GET /health
};

/* own_path: the path of the user's own list, which p then owns; NULL: none. */
void app_prices_init(struct app_prices *p, char *own_path);
void app_prices_finish(struct app_prices *p);

/* Reads the user's list again, and passes both to the tracker. If it cannot be read, logs why and
 * keeps the previous one. */
void app_prices_load(struct app_prices *p, struct session_tracker *tracker);

/* A call was counted: logs anomalies, though not every time. */
void app_prices_note(struct app_prices *p, const struct session_call *call);
