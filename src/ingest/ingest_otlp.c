/* POST /v1/logs, /v1/traces, /v1/metrics and /: body → records → events → tracker, and the answer
 * in the encoding of the request. */
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "http/http_response.h"
#include "ingest/ingest.h"
#include "otlp/otlp_answer.h"
#include "session/session_tracker.h"

static const struct str json_type = STR_INIT("application/json");
static const struct str protobuf_type = STR_INIT("application/x-protobuf");

static void set_type(struct http_response *res, bool json)
{
	http_response_type(res, json ? json_type.data : protobuf_type.data);
}

/* A request without a usable type is answered in JSON. */
void ingest_otlp_error(const struct http_request *req, struct http_response *res, int status,
	struct str message, void *data)
{
	(void)data;
	bool json = req->content_type_repeated || !http_request_media_type_is(req, protobuf_type);
	set_type(res, json);
	otlp_answer_status(http_response_body(res), json, (unsigned)status, message);
}

static void report(struct ingest *in, const struct http_request *req,
	const struct otlp_result *result, bool json, int status, struct str reason)
{
	const struct ingest_reject rejected = {
		.peer = req->peer,
		.path = req->path,
		.status = status,
		.json = json,
		.bytes = req->wire_bytes,
		.rejected = result->rejected,
		.repaired = result->repaired,
		.reason = reason,
	};
	in->on_reject(&rejected, in->data);
}

static void reject(struct ingest *in, const struct http_request *req, struct http_response *res,
	const struct otlp_result *result, int status, struct str message)
{
	in->counters.rejected_requests++;
	ingest_count(in, result->signal, status);
	http_response_status(res, status);
	if (status == 503) {
		http_response_header(res, "Retry-After", STR("1"));
		http_response_close(res);
	}
	ingest_otlp_error(req, res, status, message, in);
	report(in, req, result, http_request_media_type_is(req, json_type), status, message);
}

static int status_of(enum otlp_fault fault)
{
	static const int statuses[] = {
		[OTLP_OK] = 200,
		[OTLP_BAD_DATA] = 400,
		[OTLP_TOO_LARGE] = 413,
		[OTLP_NO_MEMORY] = 503,
	};
	return statuses[fault];
}

static void on_record(const struct otlp_record *record, void *data)
{
	struct ingest *in = data;
	event_batch_add_record(&in->batch, record);
}

/* Collectors and agents that forward for others, by the start of their User-Agent. */
static bool is_forwarder(const struct http_request *req)
{
	static const struct str names[] = {STR_INIT("OpenTelemetry Collector"), STR_INIT("otelcol"),
		STR_INIT("rotel"), STR_INIT("Vector/"), STR_INIT("Fluent-Bit"), STR_INIT("Alloy/"),
		STR_INIT("GrafanaAgent")};
	struct str agent = http_request_header(req, STR("user-agent"));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (str_equal_nocase(str_first(agent, names[i].size), names[i])) {
			return true;
		}
	}
	return false;
}

/* 0 for a connection made for one request, and for a Collector's: its end says nothing about the
 * client. */
static uint64_t keepalive_connection_id(const struct http_request *req)
{
	bool closes = str_equal_nocase(http_request_header(req, STR("connection")), STR("close"));
	return closes || req->minor_version == 0 || is_forwarder(req) ? 0
								      : req->peer->connection_id;
}

static void forward(struct ingest *in, const struct http_request *req)
{
	const struct session_batch batch = {
		.events = in->batch.events,
		.count = in->batch.count,
		.connection = keepalive_connection_id(req),
		.oldest_ns = in->batch.oldest_ns,
		.newest_ns = in->batch.newest_ns,
		.record_count = in->batch.record_count,
	};
	for (size_t i = 0; i < batch.count && in->on_connection != NULL; i++) {
		if (batch.events[i].mcp_status.size > 0) {
			in->on_connection(&batch.events[i], req->now, in->data);
		}
	}
	if (batch.count > 0) {
		session_tracker_handle_batch(in->tracker, &batch, req->now);
		if (batch.connection != 0) {
			in->on_peer(req->peer, in->data);
		}
		in->on_change(in->data);
	}
}

/* Records are stamped as they happen, so the newest of a batch is close to its arrival. */
static void note_time(struct ingest *in, enum otlp_signal signal, struct instant now)
{
	in->counters.request_at_ms[signal] = now.mono_ms;
	if (signal == OTLP_LOGS && in->batch.newest_ns != 0) {
		in->counters.newest_ns = in->batch.newest_ns;
		in->counters.newest_at_ms = now.wall_ms;
	}
}

/* Records whose session id is too long count as rejected. */
static void reject_long_ids(const struct event_batch *batch, struct otlp_result *result)
{
	char text[sizeof(result->warning)];
	struct buf b = {.data = text, .capacity = sizeof(text) - 1, .max_bytes = sizeof(text) - 1};
	struct str earlier = str_from(result->warning);
	if (batch->long_ids == 0) {
		return;
	}
	buf_printf(&b, "%zu rejected: the session id is longer than %d bytes%s", batch->long_ids,
		EVENT_ID_BYTES, earlier.size > 0 ? "; " : "");
	buf_append_str(&b, str_first(earlier, b.max_bytes - b.size));
	text[b.size] = '\0';
	memcpy(result->warning, text, b.size + 1);
	result->accepted -= batch->long_ids;
	result->rejected += batch->long_ids;
}

static void take(struct ingest *in, const struct http_request *req, struct http_response *res,
	struct otlp_result *result, bool json)
{
	reject_long_ids(&in->batch, result);
	forward(in, req);
	note_time(in, result->signal, req->now);
	in->counters.requests[result->signal]++;
	ingest_count(in, result->signal, 200);
	in->counters.records[result->signal] += result->accepted;
	in->counters.rejected_records += result->rejected;
	in->counters.repaired_strings += result->repaired;
	for (size_t i = 0; i < in->batch.tally_count; i++) {
		event_services_add(&in->services, &in->batch.tallies[i]);
	}
	struct str warning = str_from(result->warning);
	set_type(res, json);
	otlp_answer_success(
		http_response_body(res), json, result->signal, result->rejected, warning);
	if (warning.size > 0) {
		report(in, req, result, json, 200, warning);
	}
}

static void receive(const struct http_request *req, struct http_response *res,
	enum otlp_signal signal, struct ingest *in)
{
	struct otlp_result result = {.signal = signal};
	bool json = http_request_media_type_is(req, json_type);
	if (!json && !http_request_media_type_is(req, protobuf_type)) {
		reject(in, req, res, &result, 415,
			req->content_type_missing
				? STR("Content-Type is missing: application/x-protobuf or "
				      "application/json")
				: STR("Content-Type must be application/x-protobuf or "
				      "application/json"));
		return;
	}
	event_batch_clear(&in->batch);
	otlp_receive(&in->receiver, signal, json, req->body_data, req->body.size, on_record, in,
		&result);
	if (result.fault != OTLP_OK) {
		reject(in, req, res, &result, status_of(result.fault), str_from(result.message));
	} else if (in->batch.starved) {
		reject(in, req, res, &result, 503, STR("no memory for the events"));
	} else if (in->batch.overflowed) {
		reject(in, req, res, &result, 413, STR("more than 65536 events in one request"));
	} else {
		take(in, req, res, &result, json);
	}
	event_batch_clear(&in->batch); // what it borrows ends with the request
}

void ingest_otlp_logs(const struct http_request *req, struct http_response *res, void *data)
{
	receive(req, res, OTLP_LOGS, data);
}

void ingest_otlp_traces(const struct http_request *req, struct http_response *res, void *data)
{
	receive(req, res, OTLP_TRACES, data);
}

void ingest_otlp_metrics(const struct http_request *req, struct http_response *res, void *data)
{
	receive(req, res, OTLP_METRICS, data);
}

void ingest_otlp_any(const struct http_request *req, struct http_response *res, void *data)
{
	receive(req, res, OTLP_SIGNAL_UNKNOWN, data);
}
