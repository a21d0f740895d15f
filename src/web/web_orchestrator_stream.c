/* GET /api/metrics/stream: sends the answers periodically while anybody listens. */
#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "http/http_response.h"
#include "http/http_stream.h"
#include "web/web_orchestrator_parts.h"

enum { UNSENT_BYTES = 1 << 20 };

struct reader {
	struct list link; // web_orchestrator::readers
	struct web_orchestrator *w;
	struct http_stream *stream; // borrowed
	bool has_any;               // it has received its first payload
};

/* The members of every message, in this order. */
static const struct {
	const char *name;
	enum orchestrator_answer answer;
} parts[] = {
	{"tasks", ORCHESTRATOR_ANSWER_TASKS},
	{"quality", ORCHESTRATOR_ANSWER_QUALITY},
	{"resolution", ORCHESTRATOR_ANSWER_RESOLUTION},
	{"resources", ORCHESTRATOR_ANSWER_RESOURCES},
};

static void append_message(const struct web_gathering *g, struct buf *out)
{
	buf_append_str(out, STR("data: {\"timestamp\":\""));
	instant_append_utc(out, g->now.wall_ms);
	buf_append_char(out, '"');
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		buf_printf(out, ",\"%s\":", parts[i].name);
		web_gathering_append(g, parts[i].answer, out);
	}
	buf_append_str(out, STR("}\n\n"));
}

static void send_all(struct web_orchestrator *w, struct str message)
{
	struct reader *r, *next;
	list_for_each_safe(r, next, &w->readers, link)
	{
		r->has_any = true;
		if (http_stream_write(r->stream, message) == -ENOBUFS) {
			http_stream_abort(r->stream);
		}
	}
}

static void gather(struct web_orchestrator *w);

static void on_gathered(struct web_gathering *g, void *data)
{
	struct web_orchestrator *w = data;
	struct reader *r;
	struct buf message;
	bool is_missed = false;
	buf_init(&message, WEB_METRICS_BYTES);
	w->is_gathering = false;
	append_message(g, &message);
	if (!message.overflowed && !w->is_closed) {
		send_all(w, buf_str(&message));
	}
	buf_finish(&message);
	web_gathering_free(g);
	list_for_each(r, &w->readers, link)
	{
		is_missed |= !r->has_any;
	}
	if (is_missed && !w->is_closed) {
		gather(w);
	}
}

static void gather(struct web_orchestrator *w)
{
	if (w->is_gathering || w->is_closed) {
		return;
	}
	struct web_gathering *g = web_gathering_create(w, instant_at(uv_now(w->loop)));
	w->is_gathering = true;
	g->may_be_old = true;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		g->answers |= 1U << parts[i].answer;
	}
	web_gathering_begin(g, on_gathered, w);
}

static void on_timer(uv_timer_t *timer)
{
	gather(timer->data);
}

static void on_closed(struct http_stream *stream, void *data)
{
	struct reader *r = data;
	(void)stream;
	list_remove(&r->link);
	if (list_is_empty(&r->w->readers) && !r->w->is_closed) {
		uv_timer_stop(&r->w->timer);
	}
	free(r);
}

static void on_open(struct http_stream *stream, const struct http_request *req, void *data)
{
	struct web_orchestrator *w = data;
	struct reader *r = xcalloc(1, sizeof(*r));
	(void)req;
	r->w = w;
	r->stream = stream;
	http_stream_on(stream, NULL, on_closed, r);
	http_stream_limit_unsent(stream, UNSENT_BYTES);
	list_append(&w->readers, &r->link);
	if (w->is_closed) {
		return;
	}
	if (!uv_is_active((uv_handle_t *)&w->timer)) {
		w->timer.data = w;
		uv_timer_start(
			&w->timer, on_timer, (uint64_t)w->interval_ms, (uint64_t)w->interval_ms);
	}
	gather(w);
}

void web_orchestrator_stream(const struct http_request *req, struct http_response *res, void *data)
{
	(void)req;
	http_response_type(res, "text/event-stream");
	http_response_private(res);
	http_response_stream(res, on_open, data);
}
