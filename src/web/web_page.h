/* GET /, and the page's files below /page: built in, cached by ETag, compressed at build time. Also
 * redirects the addresses of earlier dashboards. */
#pragma once

#include "http/http_router.h"

struct web_page {
	struct http_route *routes; // owned
};

void web_page_init(struct web_page *w);
void web_page_finish(struct web_page *w);

struct http_route_group web_page_routes(const struct web_page *w);
