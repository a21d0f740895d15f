#include "web/web_change.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/json_write.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/http_json.h"
#include "http/http_later.h"
#include "http/http_response.h"
#include "http/http_stream.h"
#include "web/web_history.h"

enum { SLICE_MS = 250, LINE_EVERY_MS = 1000, PATIENCE_MS = 5000 };

struct web_change {
	struct web_history *history;
	const struct web_change_kind *kind;
	void *state;
	struct http_later *later;   // until it is answered, or turns into a stream
	struct http_stream *stream; // afterwards; NULL: the client has left
	int64_t begun_ms, told_ms;  // monotonic
	int64_t slice_until_ms;     // set before the store has it
	bool is_over;               // set on the store's thread
	int result;
};

/* Runs on a store thread. */
static int run_slice(struct store_db *db, void *arg)
{
	struct web_change *c = arg;
	int r = c->kind->work(db, c->state);
	while (r == STORE_MORE && c->kind->only_reads &&
		instant_now().mono_ms < c->slice_until_ms) {
		r = c->kind->work(db, c->state);
	}
	c->is_over = r == 0;
	bool goes_on = r == STORE_MORE && !c->kind->only_reads &&
		       instant_now().mono_ms < c->slice_until_ms;
	return r < 0 ? r : goes_on ? STORE_MORE : 0;
}

static void on_slice(int r, void *arg);

static void ask_slice(struct web_change *c)
{
	c->slice_until_ms = instant_now().mono_ms + SLICE_MS;
	int r = c->kind->only_reads ? store_ask(c->history->store, run_slice, on_slice, c)
				    : store_change(c->history->store, run_slice, on_slice, c);
	if (r < 0) {
		on_slice(r, c);
	}
}

/* ---- progress */

static void write_line(struct web_change *c, struct buf *out)
{
	struct json_writer j;
	json_writer_init(&j, out);
	json_object_begin(&j);
	c->kind->write(&j, c->state);
	json_name_bool(&j, "done", c->is_over);
	json_object_end(&j);
	buf_append_char(out, '\n');
}

static void send_line(struct web_change *c)
{
	struct buf line;
	buf_init(&line, HTTP_RESPONSE_BYTES);
	write_line(c, &line);
	c->told_ms = instant_now().mono_ms;
	(void)http_stream_write(c->stream, buf_str(&line)); // a slow reader misses some
	buf_finish(&line);
}

static void on_closed(struct http_stream *stream, void *data)
{
	(void)stream;
	struct web_change *c = data;
	c->stream = NULL;
}

static void on_opened(struct http_stream *stream, const struct http_request *req, void *data)
{
	(void)req;
	struct web_change *c = data;
	c->stream = stream;
	http_stream_abort_at_stop(stream);
	http_stream_on(stream, NULL, on_closed, c);
	send_line(c);
}

static void write_stream(const struct http_request *req, struct http_response *res, void *data)
{
	(void)req;
	http_response_type(res, "application/x-ndjson");
	http_response_private(res);
	http_response_stream(res, on_opened, data);
}

static void write_answer(const struct http_request *req, struct http_response *res, void *data)
{
	struct web_change *c = data;
	if (c->result < 0) {
		web_history_write_fault(req, res, c->result);
		return;
	}
	http_json_begin(res);
	write_line(c, http_response_body(res));
}

static void end_stream(struct web_change *c)
{
	http_stream_on(c->stream, NULL, NULL, NULL);
	if (c->result < 0) {
		http_stream_abort(c->stream);
		return;
	}
	struct buf line;
	buf_init(&line, HTTP_RESPONSE_BYTES);
	write_line(c, &line);
	http_stream_end_with(c->stream, buf_str(&line));
	buf_finish(&line);
}

/* ---- the end */

static void end(struct web_change *c, int r)
{
	c->result = r;
	c->history->changing = NULL;
	if (r < 0) {
		log_warn("%s ended early, after %lld ms: %s", c->kind->name,
			(long long)(instant_now().mono_ms - c->begun_ms), strerror(-r));
	}
	if (c->later != NULL) {
		http_later_answer(c->later, write_answer, c);
	} else if (c->stream != NULL) {
		end_stream(c);
	}
	c->kind->finish(r, c->state);
	free(c);
}

static void on_slice(int r, void *arg)
{
	struct web_change *c = arg;
	int64_t now_ms = instant_now().mono_ms;
	if (r < 0 || c->is_over) {
		end(c, r);
		return;
	}
	if (c->later != NULL && now_ms - c->begun_ms >= PATIENCE_MS) {
		struct http_later *later = c->later;
		c->later = NULL;
		http_later_answer(later, write_stream, c);
	} else if (c->stream != NULL && now_ms - c->told_ms >= LINE_EVERY_MS) {
		send_line(c);
	}
	ask_slice(c);
}

static void reject_second(const struct http_request *req, struct http_response *res)
{
	http_response_status(res, 503);
	(void)http_response_header(res, "Retry-After", STR("1"));
	http_json_error(req, res, 503,
		STR("the history is being purged or repriced already; try again"), NULL);
}

void web_change_begin(struct web_history *w, const struct web_change_kind *kind, void *state,
	const struct http_request *req, struct http_response *res)
{
	if (w->changing != NULL) {
		reject_second(req, res);
		kind->finish(-EBUSY, state);
		return;
	}
	struct web_change *c = xcalloc(1, sizeof(*c));
	*c = (struct web_change){
		.history = w,
		.kind = kind,
		.state = state,
		.later = http_later_begin(req, res, NULL, NULL),
		.begun_ms = req->now.mono_ms,
	};
	if (c->later == NULL) {
		free(c);
		kind->finish(-EAGAIN, state);
		return;
	}
	w->changing = c;
	ask_slice(c);
}
