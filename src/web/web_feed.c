#include "web/web_feed.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "http/http_json.h"
#include "http/http_query.h"
#include "http/http_response.h"

enum { VALUE_BYTES = 1024, LIMIT_MAX = 1000 };

#define ANSWER_BYTES ((size_t)FEED_FILES * FEED_BYTES)

static void reject(const struct http_request *req, struct http_response *res, const char *message)
{
	http_response_status(res, 400);
	http_json_error(req, res, 400, str_from(message), NULL);
}

/* The texts of a request, each in a buffer of its own. */
enum text { EVENT, TAG, FILE_NAME, GROUP, FORMAT, LIMIT, TEXTS };

static const char *const names[TEXTS + 1] = {"event", "tag", "file", "group", "format", "limit"};

struct texts {
	struct buf all[TEXTS];
};

static struct str text_of(const struct texts *t, enum text which)
{
	return buf_str(&t->all[which]);
}

/* NULL, or what is wrong. */
static const char *read_request(const struct texts *t, struct feed_request *r)
{
	struct str group = text_of(t, GROUP), format = text_of(t, FORMAT);
	struct str limit = text_of(t, LIMIT);
	int64_t number = FEED_RECENT;
	*r = (struct feed_request){
		.event = text_of(t, EVENT),
		.tag = text_of(t, TAG),
		.file = text_of(t, FILE_NAME),
		.group = str_equal(group, STR("event")) ? FEED_BY_EVENT
			 : str_equal(group, STR("tag")) ? FEED_BY_TAG
							: FEED_UNGROUPED,
		.as_object = str_equal(format, STR("object")),
	};
	if (group.size > 0 && r->group == FEED_UNGROUPED) {
		return "group takes event or tag";
	}
	if (format.size > 0 && !r->as_object && !str_equal(format, STR("array"))) {
		return "format takes array or object";
	}
	if (limit.size > 0 && (!str_to_int64(limit, &number) || number < 1 || number > LIMIT_MAX)) {
		return "limit takes a number from 1 to 1000";
	}
	r->limit = (size_t)number;
	return NULL;
}

static void get_metrics(const struct http_request *req, struct http_response *res, void *data)
{
	const struct web_feed *w = data;
	struct feed_request request;
	struct texts texts;
	struct str unknown = http_query_unknown(req->query, names);
	for (size_t i = 0; i < TEXTS; i++) {
		buf_init(&texts.all[i], VALUE_BYTES);
		(void)http_query_find(req->query, str_from(names[i]), &texts.all[i]);
	}
	const char *fault = unknown.data != NULL ? "parameters are event, tag, file, group, format "
						   "and limit"
						 : read_request(&texts, &request);
	if (fault != NULL) {
		reject(req, res, fault);
	} else {
		http_json_begin(res);
		http_response_set_max_bytes(res, ANSWER_BYTES);
		feed_answer(&w->feed, &request, http_response_body(res));
	}
	for (size_t i = 0; i < TEXTS; i++) {
		buf_finish(&texts.all[i]);
	}
}

static const struct http_route routes[] = {
	{.path = "/api/metrics", .methods = HTTP_GET, .handler = get_metrics},
};

struct http_route_group web_feed_routes(struct web_feed *w)
{
	return (struct http_route_group){.routes = routes, .count = ARRAY_SIZE(routes), .data = w};
}

void web_feed_write_health(struct json_writer *j, const struct web_feed *w)
{
	int64_t recent = (int64_t)feed_count_recent(&w->feed);
	json_name_int(j, "telemetry_events", recent);
	json_name(j, "metrics_feed");
	json_object_begin(j);
	json_name(j, "files");
	feed_append_files(&w->feed, j->out);
	j->comma = true;
	json_name_int(j, "events_recent", recent);
	json_name_int(j, "events_total", (int64_t)w->feed.total);
	json_name_int(j, "skipped", (int64_t)w->feed.skipped);
	json_name_int(j, "repaired", (int64_t)w->feed.repaired);
	json_object_end(j);
}
