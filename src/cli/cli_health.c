#include "cli/cli_health.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/json_read.h"
#include "base/str.h"
#include "cli/cli_http.h"
#include "setup/setup_json.h"

enum { BODY_BYTES = 64 * 1024, DEPTH = 16 };

static const char *const names[CLI_ARRIVALS] = {
	[CLI_LOGS] = "logs",
	[CLI_TRACES] = "traces",
	[CLI_METRICS] = "metrics",
	[CLI_HOOKS] = "hooks",
};

const char *cli_arrival_name(enum cli_arrival arrival)
{
	return names[arrival];
}

static bool number(const struct buf *body, const char *outer, const char *inner, int64_t *ret)
{
	struct str found;
	const char *const path[] = {outer, inner, NULL};
	return setup_json_get(body, path, &found) == SETUP_JSON_PRESENT && str_to_int64(found, ret);
}

static void read_service_member(
	struct json_reader *r, struct str name, struct cli_health_service *ret)
{
	enum json_token t = json_next(r);
	if (t == JSON_STRING && str_equal(name, STR("service"))) {
		(void)snprintf(ret->name, sizeof(ret->name), "%.*s", STR_ARG(r->text));
		return;
	}
	for (int i = 0; i < CLI_ARRIVALS && t == JSON_NUMBER; i++) {
		if (str_equal(name, str_from(names[i]))) {
			(void)str_to_int64(r->text, &ret->received[i]);
		}
	}
	(void)json_skip(r, t);
}

/* Behind its name. An error shows at the next token. */
static void read_services(struct json_reader *r, struct cli_health *ret)
{
	enum json_token t = json_next(r);
	if (t != JSON_ARRAY_BEGIN) {
		(void)json_skip(r, t);
		return;
	}
	while (json_next(r) == JSON_OBJECT_BEGIN) {
		struct cli_health_service service = {0};
		while (json_next(r) == JSON_NAME) {
			read_service_member(r, r->text, &service);
		}
		if (ret->not_understood_count < CLI_HEALTH_SERVICES) {
			ret->not_understood[ret->not_understood_count++] = service;
		}
	}
}

/* Changes the body. */
static void read_not_understood(struct buf *body, struct cli_health *ret)
{
	struct json_reader r;
	json_reader_init(&r, body->data, body->size, DEPTH);
	enum json_token t = json_next(&r);
	while (t == JSON_OBJECT_BEGIN || t == JSON_NAME) {
		if (t == JSON_NAME && str_equal(r.text, STR("not_understood"))) {
			read_services(&r, ret);
		} else if (t == JSON_NAME && !json_skip(&r, JSON_NAME)) {
			return;
		}
		t = json_next(&r);
	}
}

/* False if the daemon would not have said that. */
static bool read_body(const struct buf *body, struct cli_health *ret)
{
	static const char *const version[] = {"version", NULL};
	struct str found;
	*ret = (struct cli_health){0};
	if (setup_json_get(body, version, &found) != SETUP_JSON_PRESENT || found.size < 2 ||
		!number(body, "uptime_s", NULL, &ret->uptime_s)) {
		return false;
	}
	(void)snprintf(
		ret->version, sizeof(ret->version), "%.*s", (int)found.size - 2, found.data + 1);
	for (int i = 0; i < CLI_ARRIVALS; i++) {
		ret->age_ms[i] = -1;
		(void)number(body, "received", names[i], &ret->received[i]);
		(void)number(body, "age_ms", names[i], &ret->age_ms[i]);
	}
	(void)number(body, "rejected", "requests", &ret->rejected_requests);
	(void)number(body, "rejected", "http", &ret->rejected_http);
	(void)number(body, "rejected", "http2", &ret->rejected_http2);
	ret->has_clock = number(body, "clock_ahead_ms", NULL, &ret->clock_ahead_ms);
	return true;
}

int cli_health_ask(const struct cli_endpoint *t, struct cli_health *ret)
{
	struct buf body;
	buf_init(&body, BODY_BYTES);
	int status = cli_http_call(
		t, &(struct cli_request){"GET", "/health", "application/json", NULL}, &body);
	if (status == 200 && !read_body(&body, ret)) {
		status = 0;
	}
	if (status == 200) {
		read_not_understood(&body, ret);
	}
	buf_finish(&body);
	return status;
}
