#include "web/web_prices.h"

#include "base/buf.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "http/http_json.h"
#include "http/http_query.h"
#include "http/http_response.h"
#include "price/price.h"
#include "price/price_table.h"

enum { NAME_BYTES = 4096, DAY_MS = 86400000 };

/* The standard speed, and a prompt of ordinary length. Lists are in pico-USD per token, which is
 * the same as micro-USD per million. */
static void write_prices(struct json_writer *j, const struct price_match *m, int64_t day)
{
	bool unlisted;
	const struct price_speed *speed = price_find_speed(m, STR(""), &unlisted);
	const struct price_list *prices = price_table_list(m->table, speed, day, 0);
	json_object_begin(j);
	for (unsigned i = 0; i <= USAGE_OUTPUT; i++) {
		json_name(j, usage_class_name(i));
		json_billionths(j, prices->of[i] * 1000);
	}
	json_object_end(j);
}

/* m: NULL: no list has the model. */
static void write_answer(
	struct http_response *res, const struct price_match *m, bool is_own, int64_t day)
{
	struct json_writer j;
	http_json_begin(res);
	json_writer_init(&j, http_response_body(res));
	json_object_begin(&j);
	json_name_str(&j, "model", m != NULL ? m->model->name : (struct str){0});
	json_name_bool(&j, "own", is_own);
	json_name(&j, "usd_per_million");
	if (m != NULL) {
		write_prices(&j, m, day);
	} else {
		json_null(&j);
	}
	json_object_end(&j);
	buf_append_char(http_response_body(res), '\n');
}

static void get_prices(const struct http_request *req, struct http_response *res, void *data)
{
	static const char *const names[] = {"model", NULL};
	const struct web_prices *w = data;
	const struct price_book book = {*w->listed, *w->own};
	struct price_match m;
	struct buf name;
	buf_init(&name, NAME_BYTES);
	bool is_asked = http_query_find(req->query, STR("model"), &name) && name.size > 0;
	if (!is_asked || http_query_unknown(req->query, names).data != NULL) {
		http_response_status(res, 400);
		http_json_error(
			req, res, 400, STR("this takes one parameter: model, a name"), NULL);
	} else {
		bool is_listed = price_find(&book, buf_str(&name), &m);
		write_answer(res, is_listed ? &m : NULL, is_listed && m.table == book.own,
			req->now.wall_ms / DAY_MS);
	}
	buf_finish(&name);
}

static const struct http_route routes[] = {
	{.path = "/api/prices", .methods = HTTP_GET, .handler = get_prices},
};

struct http_route_group web_prices_routes(struct web_prices *w)
{
	return (struct http_route_group){.routes = routes, .count = ARRAY_SIZE(routes), .data = w};
}
