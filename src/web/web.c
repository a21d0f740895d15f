#include "web/web.h"

#include "base/mem.h"
#include "otlp/otlp_receiver.h"

void web_init(struct web *w)
{
	otlp_receiver_init(&w->receiver, NULL);
	event_batch_init(&w->batch);
}

void web_finish(struct web *w)
{
	event_batch_finish(&w->batch);
	event_services_finish(&w->services);
	otlp_receiver_finish(&w->receiver);
}

#define OTLP(p, h)                                                                                 \
	{                                                                                          \
		.path = (p), .methods = HTTP_POST, .handler = (h), .error = web_otlp_error,        \
		.flags = HTTP_ROUTE_KEEPS_CONNECTION                                               \
	}
#define API(p, m, h)                                                                               \
	{                                                                                          \
		.path = (p), .methods = (m), .handler = (h)                                        \
	}

enum { HOOK_BYTES = 1024 * 1024 };

const struct http_route web_routes[] = {
	OTLP("/v1/logs", web_otlp_logs),
	OTLP("/v1/traces", web_otlp_traces),
	OTLP("/v1/metrics", web_otlp_metrics),
	OTLP("/", web_otlp_any),
	API("/health", HTTP_GET, web_api_health),
	API("/healthz", HTTP_GET, web_api_health),
	API("/api/sessions", HTTP_GET, web_api_sessions),
	API("/api/sessions/*", HTTP_GET, web_api_session),
	API("/api/sessions/*/ack", HTTP_POST, web_api_acknowledge),
	API("/api/sessions/*/mute", HTTP_POST, web_api_mute),
	API("/api/sessions/*/unmute", HTTP_POST, web_api_unmute),
	API("/api/pause", HTTP_POST, web_api_pause),
	API("/api/stream", HTTP_GET, web_api_stream),
	{.path = "/hooks/*", .methods = HTTP_POST, .handler = web_hook, .body_ceiling = HOOK_BYTES},
};

const size_t web_route_count = ARRAY_SIZE(web_routes);
