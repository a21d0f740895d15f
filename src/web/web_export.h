/* GET /api/export/KIND.FORMAT: the history as a file. Each page is queried once the one before has
 * been sent, so neither a slow reader nor the size of the history matters. A fault before the first
 * byte becomes an error response; a later one aborts the connection. */
#pragma once

#include "http/http_router.h"

enum { WEB_EXPORTS = 16 }; // at a time; more get 503

/* data: struct web_history. */
http_handler web_export_get;
