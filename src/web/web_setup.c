#include "web/web_setup.h"

#include "base/buf.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "event/assistant.h"
#include "event/event.h"
#include "http/http_json.h"
#include "http/http_later.h"
#include "http/http_query.h"
#include "http/http_response.h"
#include "session/session.h"
#include "session/session_tracker.h"

struct answer {
	const struct web_setup *setup;
	struct str clients;
};

/* Of an assistant: how many sessions are known, and when one of them last changed its state. */
static void write_heard(
	struct json_writer *j, const struct session_tracker *tracker, struct str assistant)
{
	int64_t count = 0, changed_ms = 0;
	const struct session *s;
	list_for_each(s, session_tracker_sessions(tracker), link)
	{
		if (!session_is_demo(s) && str_equal(str_from(s->assistant_name), assistant)) {
			count++;
			changed_ms = s->since_ms > changed_ms ? s->since_ms : changed_ms;
		}
	}
	json_object_begin(j);
	json_name_str(j, "client", assistant);
	json_name_int(j, "sessions", count);
	json_name(j, "changed_at");
	if (count > 0) {
		json_int(j, changed_ms);
	} else {
		json_null(j);
	}
	json_object_end(j);
}

static void write_answer(const struct http_request *req, struct http_response *res, void *data)
{
	const struct answer *a = data;
	struct json_writer j;
	if (a->clients.size == 0) {
		http_response_status(res, 503);
		(void)http_response_header(res, "Retry-After", STR("5"));
		http_json_error(req, res, 503,
			STR("the clients cannot be looked for; the daemon's log says why"), NULL);
		return;
	}
	http_json_begin(res);
	json_writer_init(&j, http_response_body(res));
	json_object_begin(&j);
	json_name(&j, "clients");
	json_raw(&j, str_trim(a->clients));
	json_name(&j, "heard");
	json_array_begin(&j);
	for (size_t i = 0; i < assistant_count; i++) {
		write_heard(&j, a->setup->tracker, assistant_at(i)->name);
	}
	json_array_end(&j);
	json_object_end(&j);
	buf_append_char(http_response_body(res), '\n');
}

static void get_setup(const struct http_request *req, struct http_response *res, void *data)
{
	static const char *const names[] = {NULL};
	const struct web_setup *w = data;
	if (http_query_unknown(req->query, names).data != NULL) {
		http_response_status(res, 400);
		http_json_error(req, res, 400, STR("this takes no parameters"), NULL);
		return;
	}
	struct http_later *later = http_later_begin(req, res, NULL, NULL);
	if (later != NULL) {
		w->on_ask(later, w->data);
	}
}

void web_setup_answer(const struct web_setup *w, struct http_later *later, struct str clients)
{
	struct answer answer = {w, clients};
	http_later_answer(later, write_answer, &answer);
}

static const struct http_route routes[] = {
	{.path = "/api/setup", .methods = HTTP_GET, .handler = get_setup},
};

struct http_route_group web_setup_routes(struct web_setup *w)
{
	return (struct http_route_group){.routes = routes, .count = ARRAY_SIZE(routes), .data = w};
}
