#include "cli/cli_health.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/str.h"
#include "cli/cli_client.h"
#include "setup/setup_json.h"

enum { BODY_BYTES = 64 * 1024 };

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

int cli_health_ask(const struct cli_target *t, struct cli_health *ret)
{
	struct buf body;
	buf_init(&body, BODY_BYTES);
	int status = cli_client_call(
		t, &(struct cli_request){"GET", "/health", "application/json", NULL}, &body);
	if (status == 200 && !read_body(&body, ret)) {
		status = 0;
	}
	buf_finish(&body);
	return status;
}
