/* POST /api/purge deletes history; POST /api/prices/reprice recomputes estimated costs with today's
 * price lists. With dry_run=1 both only report what they would do. */
#pragma once

#include "http/http_router.h"

http_handler web_purge_post, web_reprice_post; // data: struct web_history
