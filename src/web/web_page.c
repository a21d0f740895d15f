#include "web/web_page.h"

#include <stdlib.h>

#include "base/mem.h"
#include "http/http_response.h"
#include "page/page_files.h"

/* Outside text can only ever be text on the page: no inline code, nothing from elsewhere. */
static const char policy[] =
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
	"connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
	"require-trusted-types-for 'script'";

static const struct {
	const char *name, *value;
} fields[] = {
	{"Cache-Control", "no-cache"}, // revalidate each time, by ETag
	{"Vary", "Accept-Encoding"},
	{"Content-Security-Policy", policy},
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "no-referrer"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
};

static const struct {
	const char *path, *location;
} redirects[] = {
	{"/dashboard", "/#/"},
	{"/tasks", "/#/tasks"},
	{"/kanban", "/#/tasks"},
};

/* If-None-Match is "*" or a list of ETags, compared weakly (RFC 9110 section 13.1.2). */
static bool has_it(struct str list, struct str etag)
{
	while (list.size > 0) {
		struct str one = str_trim(str_cut(&list, ','));
		if (str_starts_with(one, STR("W/"))) {
			one = str_skip(one, 2);
		}
		if (str_equal(one, etag) || str_equal(one, STR("*"))) {
			return true;
		}
	}
	return false;
}

static const struct page_file *find(struct str path)
{
	for (size_t i = 0; i < page_file_count; i++) {
		if (str_equal(str_from(page_files[i].path), path)) {
			return &page_files[i];
		}
	}
	return NULL;
}

static void get_file(const struct http_request *req, struct http_response *res, void *data)
{
	(void)data;
	const struct page_file *f = find(req->path); // each has its own route
	bool gzip = f->gzip.size > 0 && http_request_accepts_coding(req, STR("gzip"));
	struct str etag = gzip ? f->gzip_etag : f->etag;
	(void)http_response_header(res, "ETag", etag);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		(void)http_response_header(res, fields[i].name, str_from(fields[i].value));
	}
	if (has_it(http_request_header(req, STR("if-none-match")), etag)) {
		http_response_status(res, 304);
		return;
	}
	http_response_type(res, f->type);
	if (gzip) {
		(void)http_response_header(res, "Content-Encoding", STR("gzip"));
	}
	http_response_static(res, gzip ? f->gzip : f->bytes);
}

static void redirect(const struct http_request *req, struct http_response *res, void *data)
{
	(void)data;
	for (size_t i = 0; i < ARRAY_SIZE(redirects); i++) {
		if (str_equal(req->path, str_from(redirects[i].path))) {
			http_response_status(res, 302);
			(void)http_response_header(
				res, "Location", str_from(redirects[i].location));
		}
	}
}

void web_page_init(struct web_page *w)
{
	const unsigned flags = HTTP_ROUTE_SAME_ORIGIN | HTTP_ROUTE_PUBLIC;
	w->routes = xcalloc(page_file_count + ARRAY_SIZE(redirects), sizeof(*w->routes));
	for (size_t i = 0; i < page_file_count; i++) {
		w->routes[i] = (struct http_route){.path = page_files[i].path,
			.methods = HTTP_GET,
			.handler = get_file,
			.flags = flags};
	}
	for (size_t i = 0; i < ARRAY_SIZE(redirects); i++) {
		w->routes[page_file_count + i] = (struct http_route){.path = redirects[i].path,
			.methods = HTTP_GET,
			.handler = redirect,
			.flags = flags};
	}
}

void web_page_finish(struct web_page *w)
{
	free(w->routes);
	w->routes = NULL;
}

struct http_route_group web_page_routes(const struct web_page *w)
{
	return (struct http_route_group){
		.routes = w->routes, .count = page_file_count + ARRAY_SIZE(redirects)};
}
