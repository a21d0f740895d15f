/* GET /, and the files of the page below /page: built in, cached by ETag, compressed beforehand.
 * And the addresses that earlier dashboards had, which lead there. */
#pragma once

#include "http/http_router.h"

struct web_page {
	struct http_route *routes; // owned
};

void web_page_init(struct web_page *w);
void web_page_finish(struct web_page *w);

struct http_route_group web_page_routes(const struct web_page *w);
