#include "ingest/ingest.h"

#include "base/mem.h"
#include "http/http_json.h"

const char *const ingest_kinds[INGEST_KINDS] = {
	[OTLP_LOGS] = "logs",
	[OTLP_TRACES] = "traces",
	[OTLP_METRICS] = "metrics",
	[OTLP_SIGNAL_UNKNOWN] = "unknown",
	[INGEST_HOOK] = "hooks",
};

const int ingest_statuses[INGEST_STATUSES] = {200, 400, 404, 413, 415, 0};

void ingest_count(struct ingest *in, unsigned kind, int status)
{
	size_t i = 0;
	while (ingest_statuses[i] != status && ingest_statuses[i] != 0) {
		i++;
	}
	in->counters.answers[kind][i]++;
}

void ingest_init(struct ingest *in)
{
	otlp_receiver_init(&in->receiver, NULL);
	event_batch_init(&in->batch);
}

void ingest_finish(struct ingest *in)
{
	event_batch_finish(&in->batch);
	event_services_finish(&in->services);
	otlp_receiver_finish(&in->receiver);
}

/* Hooks use JSON, like everything other than OTLP. */
static void ingest_error(const struct http_request *req, struct http_response *res, int status,
	struct str message, void *data)
{
	if (str_starts_with(req->path, STR("/hooks/"))) {
		http_json_error(req, res, status, message, data);
	} else {
		ingest_otlp_error(req, res, status, message, data);
	}
}

#define OTLP(p, h)                                                                                 \
	{                                                                                          \
		.path = (p), .methods = HTTP_POST, .handler = (h), .error = ingest_otlp_error,     \
		.flags = HTTP_ROUTE_KEEPS_CONNECTION                                               \
	}

static const struct http_route routes[] = {
	OTLP("/v1/logs", ingest_otlp_logs),
	OTLP("/v1/traces", ingest_otlp_traces),
	OTLP("/v1/metrics", ingest_otlp_metrics),
	OTLP("//v1/logs",
		ingest_otlp_logs), // for an endpoint configured with a trailing slash
	OTLP("//v1/traces", ingest_otlp_traces),
	OTLP("//v1/metrics", ingest_otlp_metrics),
	OTLP("/", ingest_otlp_any),
	{.path = "/hooks/*", .methods = HTTP_POST, .handler = ingest_hook},
};

struct http_route_group ingest_routes(struct ingest *in, unsigned listeners)
{
	return (struct http_route_group){
		.routes = routes,
		.count = ARRAY_SIZE(routes),
		.listeners = listeners,
		.error = ingest_error,
		.error_prefix = "/v1", // OTLP's, whatever comes behind
		.data = in,
	};
}
