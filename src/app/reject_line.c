#include "app/reject_line.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#include "app/reject_log.h"
#include "base/buf.h"
#include "base/log.h"
#include "http/http_exchange.h"
#include "http/http_head.h"
#include "ingest/ingest.h"
#include "sink/ws_reader.h"

enum { LINE_BYTES = 1536 }; // of a log line, whose other parts are short

/* ---- what was wrong, and what to do */

static struct str host_of(const struct http_reject *r)
{
	struct str host;
	return http_head_split_authority(r->request->authority, &host) ? host
								       : r->request->authority;
}

static struct str origin_of(const struct http_reject *r)
{
	return http_request_header(r->request, STR("origin"));
}

static struct str coding_of(const struct http_reject *r)
{
	return http_request_header(r->request, STR("content-encoding"));
}

static struct str user_of(const struct http_reject *r)
{
	static char text[32];
	int size = r->peer->uid >= 0 ? snprintf(text, sizeof(text), "user %" PRId64, r->peer->uid)
				     : snprintf(text, sizeof(text), "user not known");
	return (struct str){text, (size_t)size};
}

static struct str nothing(const struct http_reject *r)
{
	(void)r;
	return (struct str){NULL, 0};
}

/* NULL if the reason says everything. */
static const struct advice {
	struct str (*value)(const struct http_reject *r); // that was wrong
	const char *text;
} advices[HTTP_FAULT_COUNT] = {
	[HTTP_FAULT_HOST_REFUSED] = {host_of, "to allow it, add it to allowed-hosts"},
	[HTTP_FAULT_ORIGIN_REFUSED] = {origin_of, "to allow it, add it to allowed-origins"},
	[HTTP_FAULT_TOKEN] = {nothing, "the client sends it with "
				       "OTEL_EXPORTER_OTLP_HEADERS=\"Authorization=Bearer TOKEN\""},
	[HTTP_FAULT_OTHER_USER] = {user_of, "to serve others, set allow-other-users or a token"},
	[HTTP_FAULT_CONTENT_CODING] = {coding_of, "set OTEL_EXPORTER_OTLP_COMPRESSION=gzip"},
	[HTTP_FAULT_BODY_TOO_LARGE] = {nothing, "max-body is the limit"},
	[HTTP_FAULT_INFLATED_TOO_LARGE] = {nothing, "max-body is the limit"},
	[HTTP_FAULT_CONNECTIONS] = {nothing, "max-connections is the limit"},
	[HTTP_FAULT_DESCRIPTORS] = {nothing, "raise LimitNOFILE= or ulimit -n"},
};

static void add_advice(struct buf *line, const struct http_reject *r)
{
	const struct advice *a = &advices[r->fault];
	if (a->text == NULL) {
		return;
	}
	struct str value = a->value(r);
	if (value.size > 0) {
		buf_printf(line, ": \"%s\"", log_shown(value));
	}
	buf_printf(line, "; %s", a->text);
}

/* ---- lines */

/* "127.0.0.1:50056: POST "/v1/logs" rejected with 403: " */
static void begin(struct buf *line, const struct http_peer *peer, const char *method,
	struct str path, int status)
{
	buf_printf(line, "%s: ", peer->address);
	if (path.size > 0) {
		buf_printf(line, "%s \"%s\" ", method, log_shown(path));
	}
	if (status == 200) {
		buf_append_str(line, STR("taken in part: "));
	} else {
		buf_printf(line, "rejected with %d: ", status);
	}
}

static void add_count(struct buf *line, uint64_t count, const char *what)
{
	if (count > 0) {
		buf_printf(line, ", %" PRIu64 " %s", count, what);
	}
}

static void end(struct buf *line, uint64_t held_back)
{
	add_count(line, held_back, "more like it not logged");
	buf_append_char(line, ')');
	log_warn("%.*s", STR_ARG(buf_str(line)));
	buf_finish(line);
}

void reject_line_http(struct reject_log *log, const struct http_reject *r, int64_t now_ms)
{
	uint64_t held_back;
	struct buf line;
	if (r->status == 0) {
		log_debug("%s: %.*s", r->peer->address, STR_ARG(r->reason));
		return;
	}
	if (!reject_log_allows(log, str_from(r->peer->address), now_ms, &held_back)) {
		return;
	}
	buf_init(&line, LINE_BYTES);
	begin(&line, r->peer, http_method_name(r->method), r->path, r->status);
	buf_append_str(&line, r->reason);
	add_advice(&line, r);
	buf_printf(&line, " (%" PRIu64 " bytes", r->bytes);
	end(&line, held_back);
}

void reject_line_ingest(struct reject_log *log, const struct ingest_reject *r, int64_t now_ms)
{
	uint64_t held_back;
	struct buf line;
	if (!reject_log_allows(log, str_from(r->peer->address), now_ms, &held_back)) {
		return;
	}
	buf_init(&line, LINE_BYTES);
	begin(&line, r->peer, "POST", r->path, r->status);
	buf_append_str(&line, r->reason);
	const char *kind = r->status == 415 ? "" : r->json ? " of JSON" : " of protobuf";
	buf_printf(&line, " (%zu bytes%s", r->bytes, kind); // the type is unknown with 415
	add_count(&line, r->rejected, "items rejected");
	add_count(&line, r->repaired, "strings repaired");
	end(&line, held_back);
}

void reject_line_websocket(
	struct reject_log *log, const char *peer, const struct ws_end *how, int64_t now_ms)
{
	uint64_t held_back;
	struct buf line;
	if (!reject_log_allows(log, str_from(peer), now_ms, &held_back)) {
		return;
	}
	buf_init(&line, LINE_BYTES);
	buf_printf(
		&line, "%s: WebSocket closed: %s (code %u", peer, how->reason, (unsigned)how->code);
	end(&line, held_back);
}
