#include "cli/cli_health.h"

#include <errno.h>
#include <inttypes.h>

#include "base/buf.h"
#include "base/json_bind.h"
#include "base/log.h"
#include "base/str.h"
#include "cli/cli_http.h"

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

/* Of an array int64_t[CLI_ARRIVALS]. */
static const struct json_member counts[] = {
	{STR_INIT("logs"), JSON_BIND_INT, CLI_LOGS * sizeof(int64_t)},
	{STR_INIT("traces"), JSON_BIND_INT, CLI_TRACES * sizeof(int64_t)},
	{STR_INIT("metrics"), JSON_BIND_INT, CLI_METRICS * sizeof(int64_t)},
	{STR_INIT("hooks"), JSON_BIND_INT, CLI_HOOKS * sizeof(int64_t)},
};
static const struct json_shape counts_shape = JSON_SHAPE(counts);

static const struct json_member rejected[] = {
	JSON_MEMBER("requests", INT, struct cli_health, rejected_requests),
	JSON_MEMBER("http", INT, struct cli_health, rejected_http),
	JSON_MEMBER("http2", INT, struct cli_health, rejected_http2),
};
static const struct json_shape rejected_shape = JSON_SHAPE(rejected);

static const struct json_member service[] = {
	JSON_MEMBER(
		"service", CHARS, struct cli_health_service, name, .size = CLI_HEALTH_NAME_BYTES),
	JSON_MEMBER("logs", INT, struct cli_health_service, received[CLI_LOGS]),
	JSON_MEMBER("traces", INT, struct cli_health_service, received[CLI_TRACES]),
	JSON_MEMBER("metrics", INT, struct cli_health_service, received[CLI_METRICS]),
};
static const struct json_shape service_shape = JSON_SHAPE(service);

static void *add_service(void *into, struct str name)
{
	struct cli_health *h = into;
	(void)name;
	bool has_room = h->not_understood_count < CLI_HEALTH_SERVICES;
	return has_room ? &h->not_understood[h->not_understood_count++] : NULL;
}

static const struct json_items services = {
	.item = {.kind = JSON_BIND_OBJECT, .shape = &service_shape}, .add = add_service};

static const struct json_member mismatch[] = {
	JSON_MEMBER(
		"model", CHARS, struct cli_health_mismatch, model, .size = CLI_HEALTH_NAME_BYTES),
	JSON_MEMBER("calls", INT, struct cli_health_mismatch, calls),
};
static const struct json_shape mismatch_shape = JSON_SHAPE(mismatch);

static void *add_mismatch(void *into, struct str name)
{
	struct cli_health *h = into;
	(void)name;
	bool has_room = h->mismatch_count < CLI_HEALTH_MISMATCHES;
	return has_room ? &h->mismatches[h->mismatch_count++] : NULL;
}

static const struct json_items mismatches = {
	.item = {.kind = JSON_BIND_OBJECT, .shape = &mismatch_shape}, .add = add_mismatch};
static const struct json_member prices[] = {
	JSON_MEMBER("own_models", INT, struct cli_health, own_models,
		.has = offsetof(struct cli_health, has_prices)),
	JSON_MEMBER("mismatched_calls", INT, struct cli_health, mismatched_calls),
	{STR_INIT("mismatched"), JSON_BIND_ARRAY, .items = &mismatches},
};
static const struct json_shape prices_shape = JSON_SHAPE(prices);

static const struct json_member board[] = {
	JSON_MEMBER("dir", CHARS, struct cli_health, board.path, .size = CLI_HEALTH_REASON_BYTES),
	JSON_MEMBER("state", CHARS, struct cli_health, board.state, .size = CLI_HEALTH_STATE_BYTES),
	JSON_MEMBER(
		"reason", CHARS, struct cli_health, board.reason, .size = CLI_HEALTH_REASON_BYTES),
	JSON_MEMBER("files", INT, struct cli_health, board_files),
	JSON_MEMBER("errors", INT, struct cli_health, board_errors),
	JSON_MEMBER("ignored", INT, struct cli_health, board_ignored),
	JSON_MEMBER("truncated", BOOL, struct cli_health, board_truncated),
};
static const struct json_shape board_shape = JSON_SHAPE(board);

static const struct json_member feed_file[] = {
	JSON_MEMBER(
		"path", CHARS, struct cli_health_watched, path, .size = CLI_HEALTH_REASON_BYTES),
	JSON_MEMBER(
		"state", CHARS, struct cli_health_watched, state, .size = CLI_HEALTH_STATE_BYTES),
	JSON_MEMBER("reason", CHARS, struct cli_health_watched, reason,
		.size = CLI_HEALTH_REASON_BYTES),
};
static const struct json_shape feed_file_shape = JSON_SHAPE(feed_file);

static void *add_feed_file(void *into, struct str name)
{
	struct cli_health *h = into;
	(void)name;
	return h->feed_count < CLI_HEALTH_FILES ? &h->feed[h->feed_count++] : NULL;
}

static const struct json_items feed_files = {
	.item = {.kind = JSON_BIND_OBJECT, .shape = &feed_file_shape}, .add = add_feed_file};
static const struct json_member feed[] = {
	{STR_INIT("files"), JSON_BIND_ARRAY, .items = &feed_files},
	JSON_MEMBER("skipped", INT, struct cli_health, feed_skipped),
};
static const struct json_shape feed_shape = JSON_SHAPE(feed);
static const struct json_member dashboard[] = {
	JSON_MEMBER("url", CHARS, struct cli_health, dashboard_url, .size = CLI_HEALTH_NAME_BYTES),
};
static const struct json_shape dashboard_shape = JSON_SHAPE(dashboard);

static const struct json_member state_file[] = {
	JSON_MEMBER(
		"file", CHARS, struct cli_health_watched, path, .size = CLI_HEALTH_REASON_BYTES),
	JSON_MEMBER(
		"state", CHARS, struct cli_health_watched, state, .size = CLI_HEALTH_STATE_BYTES),
	JSON_MEMBER(
		"error", CHARS, struct cli_health_watched, reason, .size = CLI_HEALTH_REASON_BYTES),
};
static const struct json_shape state_file_shape = JSON_SHAPE(state_file);

static void *add_state_file(void *into, struct str name)
{
	struct cli_health *h = into;
	(void)name;
	bool has_room = h->state_file_count < CLI_HEALTH_FILES;
	return has_room ? &h->state_files[h->state_file_count++] : NULL;
}

static const struct json_items state_files = {
	.item = {.kind = JSON_BIND_OBJECT, .shape = &state_file_shape}, .add = add_state_file};
static const struct json_member state_dir[] = {
	JSON_MEMBER("dir", CHARS, struct cli_health, state.path, .size = CLI_HEALTH_REASON_BYTES),
	JSON_MEMBER("state", CHARS, struct cli_health, state.state, .size = CLI_HEALTH_STATE_BYTES),
	JSON_MEMBER(
		"reason", CHARS, struct cli_health, state.reason, .size = CLI_HEALTH_REASON_BYTES),
	{STR_INIT("files"), JSON_BIND_ARRAY, .items = &state_files},
};
static const struct json_shape state_dir_shape = JSON_SHAPE(state_dir);

static const struct json_member top[] = {
	JSON_MEMBER("version", CHARS, struct cli_health, version, .size = CLI_HEALTH_VERSION_BYTES),
	JSON_MEMBER("uptime_s", INT, struct cli_health, uptime_s),
	JSON_MEMBER("received", OBJECT, struct cli_health, received, .shape = &counts_shape),
	JSON_MEMBER("age_ms", OBJECT, struct cli_health, age_ms, .shape = &counts_shape),
	{STR_INIT("rejected"), JSON_BIND_OBJECT, .shape = &rejected_shape},
	JSON_MEMBER("clock_ahead_ms", INT, struct cli_health, clock_ahead_ms,
		.has = offsetof(struct cli_health, has_clock)),
	{STR_INIT("not_understood"), JSON_BIND_ARRAY, .items = &services},
	{STR_INIT("prices"), JSON_BIND_OBJECT, .shape = &prices_shape},
	{STR_INIT("board"), JSON_BIND_OBJECT, .shape = &board_shape},
	{STR_INIT("metrics_feed"), JSON_BIND_OBJECT, .shape = &feed_shape},
	{STR_INIT("state_dir"), JSON_BIND_OBJECT, .shape = &state_dir_shape},
	{STR_INIT("dashboard"), JSON_BIND_OBJECT, .shape = &dashboard_shape},
};
static const struct json_shape health_shape = JSON_SHAPE(top);

int cli_health_read(char *text, size_t size, struct cli_health *ret)
{
	struct json_tally ignored = {0}; // another version may have other members
	struct cli_health got = {.uptime_s = -1, .age_ms = {-1, -1, -1, -1}};
	if (!json_bind_text(text, size, DEPTH, &health_shape, &got, &ignored) ||
		got.version[0] == '\0' || got.uptime_s < 0) {
		return -EPROTO;
	}
	*ret = got;
	return 0;
}

int cli_health_ask(const struct cli_endpoint *t, struct cli_health *ret)
{
	struct buf body;
	buf_init(&body, BODY_BYTES);
	int status = cli_http_call(
		t, &(struct cli_request){"GET", "/health", "application/json", NULL}, &body);
	if (status == 200 && cli_health_read(body.data, body.size, ret) != 0) {
		status = 0;
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
