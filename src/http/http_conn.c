#include "http/http_conn.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "http/http_conn_wait.h"
#include "http/http_host.h"
#include "http/http_later.h"
#include "http/http_peer.h"
#include "http/http_stream.h"

enum {
	TCP_PROBE_S = 60,    // of a peer that is not on this machine
	SLOW_BODY_MS = 2000, // far longer than 64 MiB take on loopback
};

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf);
static void resume(struct http_conn *c);
static void end(struct http_conn *c);
static void handle_end(struct http_conn *c, bool orderly);
static void give_up_later(struct http_conn *c);

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	const struct http_conn *c = handle->data;
	(void)suggested;
	size_t room = HTTP_HOST_READ_BYTES - c->pending.size; // never 0, see keep_pending()
	*buf = uv_buf_init(c->host->read_buffer, (unsigned)room);
}

static struct http_service *service_of(const struct http_conn *c)
{
	return &c->host->service;
}

/* --- the end ------------------------------------------------------------------------------- */

static void on_closed(uv_handle_t *handle)
{
	struct http_conn *c = handle->data;
	struct http_host *h = c->host;
	if (http_stream_is_open(&c->stream) && c->stream.closed != NULL) {
		c->stream.closed(&c->stream, c->stream.data);
	}
	if (c->had_request && h->on_connection_end != NULL) {
		h->on_connection_end(&c->peer, c->closed_by_peer, h->service.data);
	}
	http_memory_release(&h->service.memory, &c->pending);
	http_output_finish(&c->output);
	http_parser_finish(&c->parser);
	free(c);
	http_host_handle_closed(h);
}

void http_conn_close(struct http_conn *c, bool by_peer)
{
	if (c->state == HTTP_CONN_CLOSING) {
		return;
	}
	struct http_counters *counters = &service_of(c)->counters;
	bool is_stream = http_stream_is_open(&c->stream);
	*(is_stream ? &counters->streams_open : &counters->connections_open) -= 1;
	counters->upgraded_open -= is_stream && c->stream.upgraded ? 1 : 0;
	c->state = HTTP_CONN_CLOSING;
	c->stream.ended = true;
	give_up_later(c);
	c->closed_by_peer = c->closed_by_peer || by_peer;
	list_remove(&c->link);
	uv_close(&c->uv.handle, on_closed);
}

/* --- sending ------------------------------------------------------------------------------- */

static uv_buf_t uv_buf_of(struct str s)
{
	return uv_buf_init((char *)(uintptr_t)s.data, (unsigned)s.size); // only read from
}

static void on_all_sent(struct http_conn *c)
{
	if (c->close_after_write) {
		end(c);
	} else if (c->state == HTTP_CONN_SENDING) {
		c->state = HTTP_CONN_READING;
		resume(c);
	} else if (c->state == HTTP_CONN_STREAMING) {
		http_conn_wait_unsent(c);
		if (c->stream.drained != NULL) {
			c->stream.drained(&c->stream, c->stream.data);
		}
	}
}

static void on_sent(struct http_output *output, int status)
{
	struct http_conn *c = container_of(output, struct http_conn, output);
	if (status == 0) {
		on_all_sent(c);
	} else {
		http_conn_close(c, true);
	}
}

/* --- answering ----------------------------------------------------------------------------- */

static void set_reading(struct http_conn *c, bool reads)
{
	if (reads && !c->peer_eof) {
		(void)uv_read_start(&c->uv.stream, on_alloc, on_read); // fails only when closing
	} else if (!reads) {
		(void)uv_read_stop(&c->uv.stream);
	}
}

static void end(struct http_conn *c)
{
	int fd;
	c->close_after_write = true;
	if (http_output_unsent_bytes(&c->output) > 0 || c->state == HTTP_CONN_DRAINING) {
		return;
	}
	bool is_reader = http_stream_is_open(&c->stream) && !c->stream.upgraded;
	if (c->peer_eof || is_reader || uv_fileno(&c->uv.handle, &fd) != 0 ||
		shutdown(fd, SHUT_WR) != 0) {
		http_conn_close(c, false);
		return;
	}
	c->state = HTTP_CONN_DRAINING;
	set_reading(c, true);
	http_conn_wait(c, HTTP_CONN_WAIT_DRAINED);
}

static struct http_conn *conn_of(struct http_stream *stream)
{
	return container_of(stream, struct http_conn, stream);
}

static void on_stream_written(struct http_stream *stream)
{
	http_conn_wait_unsent(conn_of(stream));
}

static void on_stream_ended(struct http_stream *stream)
{
	end(conn_of(stream));
}

static void on_stream_lost(struct http_stream *stream)
{
	http_conn_close(conn_of(stream), true);
}

static const struct http_stream_carrier carrier = {
	.on_written = on_stream_written,
	.on_ended = on_stream_ended,
	.on_lost = on_stream_lost,
};

static void open_stream(struct http_conn *c, const struct http_answer *answer)
{
	struct http_counters *counters = &service_of(c)->counters;
	counters->connections_open--;
	counters->streams_open++;
	counters->upgraded_open += answer->upgraded ? 1 : 0;
	c->state = HTTP_CONN_STREAMING;
	c->stream = (struct http_stream){
		.carrier = &carrier,
		.output = &c->output,
		.unsent_limit = service_of(c)->limits.stream_unsent_bytes,
		.chunked = c->parser.llhttp.http_minor > 0 && !answer->upgraded,
		.upgraded = answer->upgraded,
	};
	http_conn_wait_unsent(c);
	set_reading(c, true);
	answer->opened(&c->stream, &service_of(c)->request, answer->opened_data);
}

static void send_answer(struct http_conn *c, const struct http_answer *answer)
{
	uv_buf_t bufs[] = {uv_buf_of(answer->head), uv_buf_of(answer->body)};
	c->idle_exempt = c->idle_exempt || answer->kept;
	if (http_output_send(&c->output, bufs, answer->body.size > 0 ? 2 : 1) != 0) {
		http_conn_close(c, true);
	} else if (answer->opened != NULL) {
		open_stream(c, answer);
	} else if (http_output_unsent_bytes(&c->output) > 0) {
		c->state = HTTP_CONN_SENDING;
		c->close_after_write = answer->closes;
		set_reading(c, false);
		http_conn_wait(c, HTTP_CONN_WAIT_UNSENT);
	} else if (answer->closes) {
		end(c);
	}
}

/* The answer is ready. */
static void answered(struct http_conn *c, struct http_answer *answer)
{
	struct http_service *service = service_of(c);
	if (answer->opened != NULL && service->counters.streams_open >= service->limits.streams) {
		http_exchange_refuse(
			service, &c->exchange, &c->parser, &c->peer, HTTP_FAULT_STREAMS, answer);
	}
	send_answer(c, answer);
	http_parser_next(&c->parser);
	http_exchange_reset(&c->exchange);
	http_host_trim_later(c->host);
}

static void give_up_later(struct http_conn *c)
{
	struct http_later *later = c->later;
	if (later != NULL) {
		c->later = NULL;
		service_of(c)->counters.answers_waiting--;
		http_later_give_up(later);
	}
}

static void on_later_answer(void *waiter, http_handler *handler, void *data);

static void wait_for_answer(struct http_conn *c, struct http_later *later)
{
	service_of(c)->counters.answers_waiting++;
	c->later = later;
	http_later_wait(later, on_later_answer, c);
	if (http_parser_hold(&c->parser) != HTTP_FAULT_NONE) {
		give_up_later(c);
		http_conn_refuse(c, HTTP_FAULT_MEMORY);
		return;
	}
	c->state = HTTP_CONN_WAITING;
	set_reading(c, c->pending.size < HTTP_HOST_READ_BYTES); // to see the peer leave
	http_conn_wait(c, HTTP_CONN_WAIT_LATER);
}

static void answer_request(struct http_conn *c)
{
	struct http_answer answer;
	c->closed_by_peer = !c->parser.keep_alive;
	service_of(c)->now = http_host_now(c->host);
	http_exchange_answer(service_of(c), &c->exchange, &c->parser, &c->peer, &answer);
	if (answer.later != NULL) {
		wait_for_answer(c, answer.later);
	} else {
		answered(c, &answer);
	}
}

/* Sends the late answer, and goes on. */
static void stop_waiting(struct http_conn *c, struct http_answer *answer)
{
	c->state = HTTP_CONN_READING;
	c->wait = HTTP_CONN_WAIT_NOTHING; // the next one has its own deadline
	answered(c, answer);
	resume(c);
}

static void on_later_answer(void *waiter, http_handler *handler, void *data)
{
	struct http_conn *c = waiter;
	struct http_service *service = service_of(c);
	struct http_answer answer;
	c->later = NULL;
	service->counters.answers_waiting--;
	service->now = http_host_now(c->host);
	http_exchange_answer_later(
		service, &c->exchange, &c->parser, &c->peer, handler, data, &answer);
	if (answer.later != NULL) {
		wait_for_answer(c, answer.later);
	} else {
		stop_waiting(c, &answer);
	}
}

static void handle_late(struct http_conn *c)
{
	struct http_answer answer;
	give_up_later(c);
	http_exchange_refuse(
		service_of(c), &c->exchange, &c->parser, &c->peer, HTTP_FAULT_LATER_TIME, &answer);
	stop_waiting(c, &answer);
}

void http_conn_refuse(struct http_conn *c, enum http_fault fault)
{
	struct http_answer answer;
	http_exchange_refuse(service_of(c), &c->exchange, &c->parser, &c->peer, fault, &answer);
	answer.closes = true;
	if (answer.head.size > 0) {
		send_answer(c, &answer);
	} else {
		http_conn_close(c, false);
	}
	http_parser_next(&c->parser);
}

/* --- reading ------------------------------------------------------------------------------- */

static void begin_request(struct http_conn *c, bool body_is_here)
{
	c->had_request = true;
	switch (http_exchange_begin(service_of(c), &c->exchange, &c->parser, &c->peer)) {
	case HTTP_VERDICT_READ: break;
	case HTTP_VERDICT_CONTINUE: {
		uv_buf_t buf = uv_buf_of(http_exchange_continue);
		if (!body_is_here && http_output_send(&c->output, &buf, 1) != 0) {
			http_conn_close(c, true);
		}
		break;
	}
	case HTTP_VERDICT_REFUSE: http_conn_refuse(c, c->exchange.fault); break;
	}
}

static void reject_broken(struct http_conn *c)
{
	http_conn_refuse(
		c, c->exchange.fault != HTTP_FAULT_NONE ? c->exchange.fault : c->parser.fault);
}

/* Reads and answers requests as long as they are complete and the socket takes the answers; returns
 * the bytes used. */
static size_t consume(struct http_conn *c, char *bytes, size_t size)
{
	size_t at = 0;
	enum http_parser_result result;
	do {
		size_t used;
		result = http_parser_push(&c->parser, bytes + at, size - at, &used);
		at += used;
		switch (result) {
		case HTTP_PARSER_MORE: break;
		case HTTP_PARSER_HEAD: begin_request(c, at < size); break;
		case HTTP_PARSER_COMPLETE: answer_request(c); break;
		case HTTP_PARSER_REJECTED: reject_broken(c); break;
		}
	} while (c->state == HTTP_CONN_READING && result != HTTP_PARSER_MORE &&
		 (at < size || !http_parser_is_idle(&c->parser)));
	if (c->state == HTTP_CONN_READING) {
		http_conn_wait_for_request(c);
	}
	return at;
}

/* Keeps what followed the request being answered; stops reading when that is a lot. */
static void keep_pending(struct http_conn *c, const char *bytes, size_t size)
{
	int r = http_memory_append(&service_of(c)->memory, &c->pending, bytes, size);
	if (r != 0) {
		http_conn_close(c, false);
	} else if (c->pending.size == HTTP_HOST_READ_BYTES) {
		set_reading(c, false);
	}
}

/* What followed the last complete request. */
static void handle_rest(struct http_conn *c, char *bytes, size_t size)
{
	bool answering = c->state == HTTP_CONN_WAITING ||
			 (c->state == HTTP_CONN_SENDING && !c->close_after_write);
	if (c->state == HTTP_CONN_STREAMING) {
		http_stream_receive(&c->stream, bytes, size);
	} else if (answering && size > 0) {
		keep_pending(c, bytes, size);
	}
}

/* An answer has been sent: goes on with what was read after its request, then with the socket. */
static void resume(struct http_conn *c)
{
	while (c->state == HTTP_CONN_READING && c->pending.size > 0) {
		buf_consume(&c->pending, consume(c, c->pending.data, c->pending.size));
	}
	if (c->state == HTTP_CONN_STREAMING) {
		http_stream_receive(&c->stream, c->pending.data, c->pending.size);
	}
	if (c->state == HTTP_CONN_CLOSING) {
		return;
	}
	bool answering = c->state == HTTP_CONN_SENDING || c->state == HTTP_CONN_WAITING;
	if (c->pending.size == 0 || !answering) {
		http_memory_release(&service_of(c)->memory, &c->pending);
	}
	if (c->state != HTTP_CONN_READING) {
		return;
	}
	if (service_of(c)->stopping && http_parser_is_idle(&c->parser)) {
		end(c);
		return;
	}
	if (c->peer_eof) { // it was kept open for the answer
		handle_end(c, true);
		return;
	}
	http_conn_wait_for_request(c);
	set_reading(c, true);
}

static void drain(struct http_conn *c, size_t size)
{
	c->drained_bytes += size;
	if (c->drained_bytes > service_of(c)->limits.drained_bytes) {
		http_conn_close(c, false);
	}
}

/* Whether the peer has closed its socket, not just its sending side; over TCP that is unknown until
 * something is sent. */
static bool is_gone(const struct http_conn *c)
{
	int fd;
	struct pollfd p = {.fd = -1};
	if (uv_fileno(&c->uv.handle, &fd) == 0) {
		p.fd = fd;
	}
	return poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR)) != 0;
}

static void handle_end(struct http_conn *c, bool orderly)
{
	c->peer_eof = true;
	if (c->state == HTTP_CONN_WAITING && orderly && !is_gone(c)) {
		return;
	}
	if (c->state != HTTP_CONN_READING || http_parser_is_idle(&c->parser)) {
		http_conn_close(c, c->state != HTTP_CONN_DRAINING);
		return;
	}
	c->closed_by_peer = true;
	http_conn_refuse(c, orderly ? HTTP_FAULT_TRUNCATED : HTTP_FAULT_RESET);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
	struct http_conn *c = stream->data;
	if (count < 0) {
		handle_end(c, count == UV_EOF);
		return;
	}
	size_t size = (size_t)count, used = 0;
	if (c->state == HTTP_CONN_DRAINING) {
		drain(c, size);
		return;
	}
	if (c->state == HTTP_CONN_READING && size > 0) {
		used = consume(c, buf->base, size);
	}
	handle_rest(c, buf->base + used, size - used);
}

/* --- from the server ----------------------------------------------------------------------- */

enum http_conn_worth http_conn_worth(const struct http_conn *c)
{
	if (c->state == HTTP_CONN_DRAINING && !http_stream_is_open(&c->stream)) {
		return HTTP_CONN_ENDS;
	}
	if (c->state != HTTP_CONN_READING) {
		return HTTP_CONN_WORKS;
	}
	if (http_parser_is_idle(&c->parser)) {
		return c->idle_exempt ? HTTP_CONN_KEPT : HTTP_CONN_IDLE;
	}
	if (c->parser.phase == HTTP_PARSER_IN_HEAD) {
		return HTTP_CONN_HALF_HEAD;
	}
	bool is_slow = uv_now(c->host->loop) - c->since_ms > SLOW_BODY_MS;
	return is_slow ? HTTP_CONN_SLOW_BODY : HTTP_CONN_WORKS;
}

void http_conn_give_up(struct http_conn *c)
{
	if (c->state == HTTP_CONN_READING && !http_parser_is_idle(&c->parser)) {
		service_of(c)->counters.connections_refused++;
		http_conn_refuse(c, HTTP_FAULT_CONNECTIONS);
	}
	http_conn_close(c, false);
}

static void handle_unsent(struct http_conn *c)
{
	struct http_answer none;
	if (http_conn_wait_again(c)) {
		return;
	}
	http_exchange_refuse(
		service_of(c), &c->exchange, &c->parser, &c->peer, HTTP_FAULT_UNSENT, &none);
	http_conn_close(c, false);
}

void http_conn_handle_deadline(struct http_conn *c)
{
	if (c->wait == HTTP_CONN_WAIT_UNSENT) {
		handle_unsent(c);
		return;
	}
	if (c->wait == HTTP_CONN_WAIT_LATER) {
		handle_late(c);
		return;
	}
	service_of(c)->counters.connections_timed_out++;
	if (c->wait == HTTP_CONN_WAIT_HEAD) {
		http_conn_refuse(c, HTTP_FAULT_HEAD_TIME);
	} else if (c->wait == HTTP_CONN_WAIT_BODY) {
		http_conn_refuse(c, HTTP_FAULT_BODY_TIME);
	} else {
		http_conn_close(c, false);
	}
}

void http_conn_handle_stop(struct http_conn *c)
{
	int fd, unread = 0;
	switch (c->state) {
	case HTTP_CONN_READING:
		if (!http_parser_is_idle(&c->parser)) {
			http_conn_refuse(c, HTTP_FAULT_STOPPING);
		} else if (uv_fileno(&c->uv.handle, &fd) != 0 ||
			   ioctl(fd, FIONREAD, &unread) != 0 || unread == 0) {
			http_conn_close(c, false);
		}
		break;
	case HTTP_CONN_STREAMING:
		if (c->stream.aborts_at_stop) {
			http_stream_abort(&c->stream);
		} else {
			http_stream_end(&c->stream);
		}
		break;
	default: break;
	}
}

void http_conn_start(struct http_conn *c)
{
	http_conn_wait(c, HTTP_CONN_WAIT_IDLE);
	set_reading(c, true);
}

static struct http_conn *conn_create(struct http_host *h, bool is_unix)
{
	struct http_conn *c = xcalloc(1, sizeof(*c));
	c->host = h;
	c->deadline_ms = UINT64_MAX;
	if (is_unix) {
		(void)uv_pipe_init(h->loop, &c->uv.pipe, 0); // cannot fail
	} else {
		(void)uv_tcp_init(h->loop, &c->uv.tcp); // cannot fail without a family
	}
	c->uv.handle.data = c;
	http_parser_init(&c->parser, &h->service.limits, &h->service.memory);
	buf_init(&c->pending, HTTP_HOST_READ_BYTES);
	http_output_init(&c->output, &c->uv.stream, &h->service.memory, on_sent);
	h->open_handles++;
	return c;
}

struct http_conn *http_conn_accept(struct http_host *host, uv_stream_t *listener, bool is_unix)
{
	int fd = -1;
	struct http_conn *c = conn_create(host, is_unix);
	struct http_counters *counters = &host->service.counters;
	counters->connections_total++;
	if (uv_accept(listener, &c->uv.stream) != 0 || uv_fileno(&c->uv.handle, &fd) != 0) {
		c->state = HTTP_CONN_CLOSING;
		uv_close(&c->uv.handle, on_closed);
		return NULL;
	}
	http_peer_init(&c->peer, fd, ++host->last_connection_id);
	http_access_identify(&service_of(c)->access, &c->peer);
	if (!is_unix) {
		(void)uv_tcp_nodelay(&c->uv.tcp, 1);
	}
	if (!c->peer.is_loopback) { // so that one that vanishes is noticed eventually
		(void)uv_tcp_keepalive(&c->uv.tcp, 1, TCP_PROBE_S);
	}
	list_append(&host->connections, &c->link);
	counters->connections_open++;
	return c;
}
