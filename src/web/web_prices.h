/* GET /api/prices?model=NAME: what a model costs today by the daemon's price lists. */
#pragma once

#include "http/http_router.h"

struct price_table;

struct web_prices { // borrowed; what they point to changes when the user's list is read again
	struct price_table *const *listed, *const *own;
};

struct http_route_group web_prices_routes(struct web_prices *w);
