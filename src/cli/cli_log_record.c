#include "cli/cli_log_record.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/json_write.h"
#include "base/mem.h"
#include "version.h"

static void begin_attribute(struct json_writer *j, const char *key, const char *type)
{
	json_object_begin(j);
	json_name_str(j, "key", str_from(key));
	json_name(j, "value");
	json_object_begin(j);
	json_name(j, type);
}

static void end_attribute(struct json_writer *j)
{
	json_object_end(j);
	json_object_end(j);
}

static void write_text(struct json_writer *j, const char *key, const char *text)
{
	if (text != NULL) {
		begin_attribute(j, key, "stringValue");
		json_str(j, str_from(text));
		end_attribute(j);
	}
}

/* OTLP/JSON writes 64-bit integers as strings. */
static void write_integer(struct json_writer *j, const char *key, int64_t value)
{
	char digits[24];
	(void)snprintf(digits, sizeof(digits), "%" PRId64, value);
	begin_attribute(j, key, "intValue");
	json_str(j, str_from(digits));
	end_attribute(j);
}

static void write_usage(struct json_writer *j, const struct cli_log_call *c)
{
	const struct {
		const char *key;
		int64_t tokens;
	} rows[] = {
		{"gen_ai.usage.cache_read.input_tokens", c->cache_read},
		{"gen_ai.usage.cache_creation.input_tokens", c->cache_write},
		{"gen_ai.usage.reasoning.output_tokens", c->reasoning},
	};
	write_integer(j, "gen_ai.usage.input_tokens", c->input + c->cache_read + c->cache_write);
	write_integer(j, "gen_ai.usage.output_tokens", c->output);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].tokens > 0) {
			write_integer(j, rows[i].key, rows[i].tokens);
		}
	}
	if (c->cost_nano_usd >= 0) {
		begin_attribute(j, "gen_ai.usage.cost", "doubleValue");
		json_billionths(j, c->cost_nano_usd);
		end_attribute(j);
	}
}

static void write_end(struct json_writer *j, bool failed)
{
	if (failed) {
		write_text(j, "error.type", "error");
		return;
	}
	begin_attribute(j, "gen_ai.response.finish_reasons", "arrayValue");
	json_object_begin(j);
	json_name(j, "values");
	json_array_begin(j);
	json_object_begin(j);
	json_name_str(j, "stringValue", STR("stop"));
	json_object_end(j);
	json_array_end(j);
	json_object_end(j);
	end_attribute(j);
}

static void write_time(struct json_writer *j, const char *name, int64_t wall_ms)
{
	char digits[32];
	(void)snprintf(
		digits, sizeof(digits), "%" PRId64 "%s", wall_ms, wall_ms > 0 ? "000000" : "");
	json_name_str(j, name, str_from(digits));
}

static void write_attributes(struct json_writer *j, const struct cli_log_call *c)
{
	char id[32];
	(void)snprintf(id, sizeof(id), "log-%016" PRIx64, c->random[2]);
	json_name(j, "attributes");
	json_array_begin(j);
	write_text(j, "gen_ai.operation.name", "chat");
	write_text(j, "gen_ai.conversation.id", c->session);
	write_text(j, "gen_ai.request.model", c->model);
	write_text(j, "gen_ai.response.id", id);
	write_usage(j, c);
	write_end(j, c->failed);
	json_array_end(j);
}

/* Without a duration there is no start time. */
static void write_span(struct json_writer *j, const struct cli_log_call *c)
{
	enum { SPAN_KIND_CLIENT = 3, STATUS_CODE_ERROR = 2 };
	char trace[33], span[17];
	(void)snprintf(
		trace, sizeof(trace), "%016" PRIx64 "%016" PRIx64, c->random[0], c->random[2]);
	(void)snprintf(span, sizeof(span), "%016" PRIx64, c->random[1]);
	json_object_begin(j);
	json_name_str(j, "traceId", str_from(trace));
	json_name_str(j, "spanId", str_from(span));
	json_name_str(j, "name", STR("chat"));
	json_name_int(j, "kind", SPAN_KIND_CLIENT);
	write_time(j, "startTimeUnixNano", c->latency_ms > 0 ? c->end_ms - c->latency_ms : 0);
	write_time(j, "endTimeUnixNano", c->end_ms);
	write_attributes(j, c);
	if (c->failed) {
		json_name(j, "status");
		json_object_begin(j);
		json_name_int(j, "code", STATUS_CODE_ERROR);
		json_object_end(j);
	}
	json_object_end(j);
}

static void write_resource(struct json_writer *j, const struct cli_log_call *c)
{
	json_name(j, "resource");
	json_object_begin(j);
	json_name(j, "attributes");
	json_array_begin(j);
	write_text(j, "service.name", c->tool);
	write_text(j, "project.name", c->project);
	json_array_end(j);
	json_object_end(j);
}

void cli_log_append(struct buf *out, const struct cli_log_call *call)
{
	struct json_writer j;
	json_writer_init(&j, out);
	json_object_begin(&j);
	json_name(&j, "resourceSpans");
	json_array_begin(&j);
	json_object_begin(&j);
	write_resource(&j, call);
	json_name(&j, "scopeSpans");
	json_array_begin(&j);
	json_object_begin(&j);
	json_name(&j, "scope");
	json_object_begin(&j);
	json_name_str(&j, "name", STR("otel-ai-monitor.log"));
	json_name_str(&j, "version", STR(VERSION));
	json_object_end(&j);
	json_name(&j, "spans");
	json_array_begin(&j);
	write_span(&j, call);
	json_array_end(&j);
	json_object_end(&j);
	json_array_end(&j);
	json_object_end(&j);
	json_array_end(&j);
	json_object_end(&j);
}
