#include "cli/cli_health.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/json_read.h"
#include "base/log.h"
#include "base/str.h"
#include "cli/cli_http.h"
#include "setup/setup_json.h"

enum { BODY_BYTES = 128 * 1024, DEPTH = 16 };

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

static void read_service(struct json_reader *r, struct cli_health *ret)
{
	struct cli_health_service service = {0};
	while (json_next(r) == JSON_NAME) {
		read_service_member(r, r->text, &service);
	}
	if (ret->not_understood_count < CLI_HEALTH_SERVICES) {
		ret->not_understood[ret->not_understood_count++] = service;
	}
}

static void read_mismatch(struct json_reader *r, struct cli_health *ret)
{
	struct cli_health_mismatch row = {0};
	while (json_next(r) == JSON_NAME) {
		struct str name = r->text;
		enum json_token t = json_next(r);
		if (t == JSON_STRING && str_equal(name, STR("model"))) {
			(void)snprintf(row.model, sizeof(row.model), "%.*s", STR_ARG(r->text));
		} else if (t == JSON_NUMBER && str_equal(name, STR("calls"))) {
			(void)str_to_int64(r->text, &row.calls);
		} else {
			(void)json_skip(r, t);
		}
	}
	if (ret->mismatch_count < CLI_HEALTH_MISMATCHES) {
		ret->mismatches[ret->mismatch_count++] = row;
	}
}

/* Behind its name. An error shows at the next token. */
static void read_objects(struct json_reader *r, struct cli_health *ret,
	void (*read)(struct json_reader *r, struct cli_health *ret))
{
	enum json_token t = json_next(r);
	if (t != JSON_ARRAY_BEGIN) {
		(void)json_skip(r, t);
		return;
	}
	while (json_next(r) == JSON_OBJECT_BEGIN) {
		read(r, ret);
	}
}

/* The lists in it. Changes the body. */
static void read_lists(struct buf *body, struct cli_health *ret)
{
	struct json_reader r;
	json_reader_init(&r, body->data, body->size, DEPTH);
	enum json_token t = json_next(&r);
	while (t != JSON_ERROR && t != JSON_END) {
		if (t == JSON_NAME && str_equal(r.text, STR("not_understood"))) {
			read_objects(&r, ret, read_service);
		} else if (t == JSON_NAME && str_equal(r.text, STR("mismatched"))) {
			read_objects(&r, ret, read_mismatch);
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
	ret->has_prices = number(body, "prices", "own_models", &ret->own_models) &&
			  number(body, "prices", "mismatched_calls", &ret->mismatched_calls);
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
		read_lists(&body, ret);
	}
	buf_finish(&body);
	return status;
}

void cli_health_append_mismatches(struct buf *out, const struct cli_health *health)
{
	int64_t others = health->mismatched_calls;
	for (size_t i = 0; i < health->mismatch_count; i++) {
		const struct cli_health_mismatch *row = &health->mismatches[i];
		others -= row->calls;
		buf_printf(out, "%s%s (%" PRId64 " %s)", i > 0 ? ", " : "",
			log_shown(str_from(row->model)), row->calls,
			row->calls == 1 ? "call" : "calls");
	}
	if (others > 0) {
		buf_printf(out, ", and %" PRId64 " calls of other models", others);
	}
}
