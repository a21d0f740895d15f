/* POST /api/purge: what its user wants gone; POST /api/prices/reprice: what was estimated, by the
 * price lists of today. With dry_run=1 both only tell what they would do. */
#pragma once

#include "http/http_router.h"

http_handler web_purge_post, web_reprice_post; // data: struct web_history
