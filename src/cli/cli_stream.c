#include "cli/cli_stream.h"

#include <errno.h>
#include <unistd.h>

#include "cli/cli_http.h"
#include "sink/sink_encode.h"

static int on_event(struct str type, struct str line, void *data)
{
	struct cli_stream *s = data;
	if (!str_equal(type, STR("session_list"))) {
		return 0;
	}
	cli_list_finish(&s->list);
	buf_clear(&s->line);
	buf_append_str(&s->line, line);
	s->has_news = cli_list_read(s->line.data, s->line.size, &s->list) == 0;
	return s->has_news ? 0 : -EPROTO;
}

static int on_body(struct str piece, void *data)
{
	struct cli_stream *s = data;
	return s->response.status == 200 ? cli_sse_feed(&s->sse, piece) : -EPROTO;
}

int cli_stream_open(struct cli_stream *s, const struct cli_endpoint *endpoint)
{
	*s = (struct cli_stream){0};
	buf_init(&s->line, SINK_MAX_LINE_BYTES);
	cli_sse_init(&s->sse, SINK_MAX_LINE_BYTES, on_event, s);
	cli_response_init(&s->response, on_body, s);
	const char *path = endpoint->with_cost ? "/api/stream?format=list&cost=1"
					       : "/api/stream?format=list";
	s->fd = cli_http_ask(
		endpoint, &(struct cli_request){"GET", path, "text/event-stream", NULL});
	return s->fd < 0 ? s->fd : 0;
}

void cli_stream_close(struct cli_stream *s)
{
	if (s->fd >= 0) {
		close(s->fd);
		s->fd = -1;
	}
	cli_list_finish(&s->list);
	cli_sse_finish(&s->sse);
	buf_finish(&s->line);
}

int cli_stream_read(struct cli_stream *s)
{
	char chunk[64 * 1024];
	ssize_t size = read(s->fd, chunk, sizeof(chunk));
	if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
		return 0;
	}
	if (size <= 0) {
		return size == 0 ? -ECONNRESET : -errno;
	}
	int r = cli_response_feed(&s->response, (struct str){chunk, (size_t)size});
	bool is_wrong = s->response.status != 0 && s->response.status != 200;
	if (r == 0 && (is_wrong || s->response.complete)) {
		r = is_wrong ? -EPROTO : -ECONNRESET;
	}
	return r;
}

bool cli_stream_take(struct cli_stream *s)
{
	bool has_news = s->has_news;
	s->has_news = false;
	return has_news;
}
