/* GET /api/prices?model=NAME: a model's price today by the daemon's price lists. */
#pragma once

#include "http/http_router.h"

struct price_table;

struct web_prices { // borrowed; the target changes when the user's list is reread
	struct price_table *const *listed, *const *own;
};

struct http_route_group web_prices_routes(struct web_prices *w);
