/* GET /api/export/KIND.FORMAT: the history as a file. A page is asked for when the one before has
 * left, so that a slow reader holds nobody and the size of the history does not matter. A fault
 * before the first byte is an answer; a later one breaks the connection off. */
#pragma once

#include "http/http_router.h"

enum { WEB_EXPORTS = 16 }; // at the same time; 503 above

/* data: struct web_history. */
http_handler web_export_get;
