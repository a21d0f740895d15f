#include "web/web_export.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "http/http_json.h"
#include "http/http_later.h"
#include "http/http_response.h"
#include "http/http_stream.h"
#include "report/report_export.h"
#include "store/store.h"
#include "web/web_history.h"

/* Owned by the store while a page is pending, else by the stream. */
struct transfer {
	struct web_history *history;
	struct report_export export;
	struct http_later *later;   // until the first page
	struct http_stream *stream; // afterwards; NULL: the client has left
	bool is_asking;
	int result; // of the first page
};

static void transfer_free(struct transfer *t)
{
	t->history->exports--;
	report_export_finish(&t->export);
	report_finish(&t->export.request);
	buf_finish(&t->export.page);
	free(t);
}

static int read_page(struct store_db *db, void *arg)
{
	struct transfer *t = arg;
	return report_export_page(db, &t->export);
}

static void on_page(int r, void *arg);

static void ask_page(struct transfer *t)
{
	t->is_asking = true;
	int r = store_ask(t->history->store, read_page, on_page, t);
	if (r < 0) {
		on_page(r, t);
	}
}

/* Frees t. */
static void send_page(struct transfer *t)
{
	struct http_stream *stream = t->stream;
	bool is_done = t->export.is_done;
	if (http_stream_write(stream, buf_str(&t->export.page)) != 0) {
		http_stream_abort(stream);
	} else if (is_done) {
		http_stream_end(stream);
	} else if (http_stream_unsent_bytes(stream) == 0) {
		ask_page(t);
	}
}

static void on_drained(struct http_stream *stream, void *data)
{
	(void)stream;
	struct transfer *t = data;
	if (!t->is_asking && !t->export.is_done) {
		ask_page(t);
	}
}

static void on_closed(struct http_stream *stream, void *data)
{
	(void)stream;
	struct transfer *t = data;
	t->stream = NULL;
	if (!t->is_asking) {
		transfer_free(t);
	}
}

static void on_opened(struct http_stream *stream, const struct http_request *req, void *data)
{
	(void)req;
	struct transfer *t = data;
	t->stream = stream;
	t->later = NULL;
	http_stream_abort_at_stop(stream);
	http_stream_on(stream, on_drained, on_closed, t);
	send_page(t);
}

static void write_head(const struct http_request *req, struct http_response *res, void *data)
{
	struct transfer *t = data;
	if (t->result < 0) {
		web_history_write_fault(req, res, t->result);
		return;
	}
	struct buf name;
	buf_init(&name, 128);
	buf_append_str(&name, STR("attachment; filename=\"otel-ai-monitor-"));
	buf_append_str(&name, str_from(t->export.kind->name));
	buf_append_char(&name, '-');
	report_append_date(&name, report_day(t->export.request.now_ms));
	buf_printf(&name, ".%s\"", report_export_format_name(t->export.format));
	http_response_type(res, report_export_media_type(t->export.format));
	http_response_private(res);
	(void)http_response_header(res, "Content-Disposition", buf_str(&name));
	http_response_stream(res, on_opened, t);
	buf_finish(&name);
}

/* Without a stream there is no reader: HEAD, a fault, a client that has left. */
static void on_first_page(struct transfer *t, struct http_later *later, int r)
{
	t->result = r;
	http_later_answer(later, write_head, t);
	if (t->later != NULL) {
		transfer_free(t);
	}
}

static void on_page(int r, void *arg)
{
	struct transfer *t = arg;
	t->is_asking = false;
	if (t->later != NULL) {
		on_first_page(t, t->later, r);
		return;
	}
	if (t->stream == NULL) {
		transfer_free(t);
	} else if (r < 0) {
		log_warn("export of %s broken off: the history cannot be read; see /health",
			t->export.kind->name);
		http_stream_abort(t->stream);
	} else {
		send_page(t);
	}
}

static void reject(
	const struct http_request *req, struct http_response *res, int status, const char *message)
{
	http_response_status(res, status);
	if (status == 503) {
		(void)http_response_header(res, "Retry-After", STR("1"));
	}
	http_json_error(req, res, status, str_from(message), NULL);
}

void web_export_get(const struct http_request *req, struct http_response *res, void *data)
{
	struct web_history *w = data;
	const struct report_export_kind *kind;
	enum report_export_format format;
	if (!report_export_find(req->path_parameters[0], &kind, &format)) {
		reject(req, res, 404,
			"no such export; there are sessions, calls, events, daily and tools, each as "
			".csv, .json and .ndjson");
		return;
	}
	if (w->exports >= WEB_EXPORTS) {
		reject(req, res, 503, "too many exports at the same time; try again");
		return;
	}
	struct transfer *t = xcalloc(1, sizeof(*t));
	w->exports++;
	t->history = w;
	t->export = (struct report_export){.kind = kind, .format = format};
	t->export.request.now_ms = req->now.wall_ms;
	buf_init(&t->export.page, REPORT_EXPORT_PAGE_BYTES);
	const char *fault = web_history_read_parameters(req->query, &t->export.request);
	if (fault != NULL) {
		reject(req, res, 400, fault);
		transfer_free(t);
		return;
	}
	t->later = http_later_begin(req, res, NULL, NULL);
	if (t->later == NULL) {
		transfer_free(t);
		return;
	}
	ask_page(t);
}
