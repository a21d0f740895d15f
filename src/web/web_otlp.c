/* POST /v1/logs, /v1/traces, /v1/metrics and /: body → records → events → tracker, and the answer
 * in the encoding of the request. */
#include "base/buf.h"
#include "http/http_response.h"
#include "otlp/otlp_answer.h"
#include "session/session_tracker.h"
#include "web/web.h"

static const struct str json_type = STR_INIT("application/json");
static const struct str protobuf_type = STR_INIT("application/x-protobuf");

static void set_type(struct http_response *res, bool json)
{
	http_response_type(res, json ? json_type.data : protobuf_type.data);
}

/* A request without a usable type is answered in JSON. */
void web_otlp_error(const struct http_request *req, struct http_response *res, int status,
	struct str message, void *data)
{
	(void)data;
	bool json = req->content_type_repeated || !http_request_media_type_is(req, protobuf_type);
	set_type(res, json);
	otlp_answer_status(http_response_body(res), json, (unsigned)status, message);
}

static void note(struct web *w, const struct http_request *req, const struct otlp_result *result,
	bool json, int status, struct str reason)
{
	const struct web_refusal refusal = {
		.peer = req->peer,
		.path = req->path,
		.status = status,
		.json = json,
		.bytes = req->wire_bytes,
		.rejected = result->rejected,
		.repaired = result->repaired,
		.reason = reason,
	};
	w->on_refusal(&refusal, w->data);
}

static void refuse(struct web *w, const struct http_request *req, struct http_response *res,
	const struct otlp_result *result, int status, struct str message)
{
	w->counters.rejected_requests++;
	http_response_status(res, status);
	if (status == 503) {
		http_response_header(res, "Retry-After", STR("1"));
	}
	web_otlp_error(req, res, status, message, w);
	note(w, req, result, http_request_media_type_is(req, json_type), status, message);
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
	struct web *w = data;
	event_batch_add_record(&w->batch, record);
}

/* A connection made for one request ends with it, which tells nothing about who made it. */
static uint64_t lasting_connection(const struct http_request *req)
{
	bool closes = str_equal_nocase(http_request_header(req, STR("connection")), STR("close"));
	return closes || req->minor_version == 0 ? 0 : req->peer->connection_id;
}

static void hand_on(struct web *w, const struct http_request *req)
{
	const struct session_batch batch = {
		.events = w->batch.events,
		.count = w->batch.count,
		.connection = lasting_connection(req),
		.oldest_ns = w->batch.oldest_ns,
		.newest_ns = w->batch.newest_ns,
		.record_count = w->batch.record_count,
	};
	if (batch.count > 0) {
		session_tracker_handle_batch(w->tracker, &batch, w->now(w->data));
		if (batch.connection != 0) {
			w->on_sender(req->peer, w->data);
		}
		w->on_change(w->data);
	}
}

/* Records are stamped as they happen, so the newest of a batch is not far from its arrival. */
static void note_time(struct web *w, enum otlp_signal signal)
{
	struct instant now = w->now(w->data);
	w->counters.request_at_ms[signal] = now.mono_ms;
	if (signal == OTLP_LOGS && w->batch.newest_ns != 0) {
		w->counters.newest_ns = w->batch.newest_ns;
		w->counters.newest_at_ms = now.wall_ms;
	}
}

static void take(struct web *w, const struct http_request *req, struct http_response *res,
	const struct otlp_result *result, bool json)
{
	hand_on(w, req);
	note_time(w, result->signal);
	w->counters.requests[result->signal]++;
	w->counters.records[result->signal] += result->accepted;
	w->counters.rejected_records += result->rejected;
	w->counters.repaired_strings += result->repaired;
	for (size_t i = 0; i < w->batch.tally_count; i++) {
		event_services_add(&w->services, &w->batch.tallies[i]);
	}
	struct str warning = str_from(result->warning);
	set_type(res, json);
	otlp_answer_success(
		http_response_body(res), json, result->signal, result->rejected, warning);
	if (warning.size > 0) {
		note(w, req, result, json, 200, warning);
	}
}

static void receive(const struct http_request *req, struct http_response *res,
	enum otlp_signal signal, struct web *w)
{
	struct otlp_result result = {0};
	bool json = http_request_media_type_is(req, json_type);
	if (!json && !http_request_media_type_is(req, protobuf_type)) {
		refuse(w, req, res, &result, 415,
			req->content_type_missing
				? STR("Content-Type is missing: application/x-protobuf or "
				      "application/json")
				: STR("Content-Type must be application/x-protobuf or "
				      "application/json"));
		return;
	}
	event_batch_clear(&w->batch);
	otlp_receive(
		&w->receiver, signal, json, req->body_data, req->body.size, on_record, w, &result);
	if (result.fault != OTLP_OK) {
		refuse(w, req, res, &result, status_of(result.fault), str_from(result.message));
	} else if (w->batch.overflowed) {
		refuse(w, req, res, &result, 413, STR("more events in one request than 65536"));
	} else {
		take(w, req, res, &result, json);
	}
	event_batch_clear(&w->batch); // what it borrowed ends with the request
}

void web_otlp_logs(const struct http_request *req, struct http_response *res, void *data)
{
	receive(req, res, OTLP_LOGS, data);
}

void web_otlp_traces(const struct http_request *req, struct http_response *res, void *data)
{
	receive(req, res, OTLP_TRACES, data);
}

void web_otlp_metrics(const struct http_request *req, struct http_response *res, void *data)
{
	receive(req, res, OTLP_METRICS, data);
}

void web_otlp_any(const struct http_request *req, struct http_response *res, void *data)
{
	receive(req, res, OTLP_SIGNAL_UNKNOWN, data);
}
