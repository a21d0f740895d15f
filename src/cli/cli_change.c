#include "cli/cli_change.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json_bind.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/cli_ask.h"
#include "cli/cli_http.h"

enum {
	LINE_BYTES = 4 << 20,
	SHOWN_BYTES = 1024,
	ERROR_BYTES = 64 * 1024,
	/* longer than the daemon's own limit, whose message is better */
	ANSWER_MS = 15 * 1000,
	DEPTH = 16,
};

struct change {
	cli_change_describe *describe;
	bool is_shown; // standard error is a terminal
	bool has_shown;
	struct buf input; // the current line so far
	struct buf *last; // the last complete line
};

static void show(struct change *c)
{
	struct buf line, words;
	buf_init(&line, LINE_BYTES);
	buf_init(&words, SHOWN_BYTES);
	buf_append_str(&line, buf_str(c->last));
	c->describe(&line, &words);
	(void)fprintf(stderr, "\r\033[K%.*s", STR_ARG(buf_str(&words)));
	c->has_shown = true;
	buf_finish(&line);
	buf_finish(&words);
}

static int on_piece(struct str piece, void *data)
{
	struct change *c = data;
	if (buf_append_str(&c->input, piece) != 0) {
		return -EMSGSIZE;
	}
	size_t done = 0, size;
	const char *line;
	while ((line = buf_line(&c->input, &done, &size)) != NULL) {
		buf_clear(c->last);
		buf_append(c->last, line, size);
		if (c->is_shown) {
			show(c);
		}
	}
	buf_consume(&c->input, done);
	return 0;
}

struct ending {
	bool is_done;
};

/* An answer that was cut short does not end with a result. */
static bool is_done(const struct buf *last)
{
	static const struct json_member members[] = {
		JSON_MEMBER("done", BOOL, struct ending, is_done),
	};
	static const struct json_shape shape = JSON_SHAPE(members);
	struct ending ending = {0};
	struct json_tally ignored = {0};
	struct buf copy;
	buf_init(&copy, LINE_BYTES);
	buf_append_str(&copy, buf_str(last));
	bool is_object = copy.size > 0 &&
			 json_bind_text(copy.data, copy.size, DEPTH, &shape, &ending, &ignored);
	buf_finish(&copy);
	return is_object && ending.is_done;
}

static int receive(const struct cli_endpoint *endpoint, const char *path, struct change *c)
{
	const struct cli_request request = {"POST", path, "application/json", NULL};
	struct cli_endpoint patient = *endpoint;
	struct buf error;
	buf_init(&error, ERROR_BYTES);
	patient.answer_ms = ANSWER_MS;
	int status = cli_http_receive(&patient, &request, on_piece, c, &error);
	bool is_refused = status == CLI_HTTP_UNAUTHORIZED || status == CLI_HTTP_FORBIDDEN;
	if (c->has_shown) {
		(void)fprintf(stderr, "\r\033[K");
	}
	if (status == -EPROTO || (status == 200 && !is_done(c->last))) {
		log_error("the daemon stopped halfway: part of it is done; its log says why");
	} else if (status != 200 &&
		   (status < 0 || is_refused || error.size == 0 || !cli_ask_complain(&error))) {
		cli_http_complain(endpoint, status);
	}
	buf_finish(&error);
	return status == 200 && is_done(c->last) ? 0 : -1;
}

int cli_change_ask(const struct cli_endpoint *endpoint, struct buf *path,
	cli_change_describe *describe, struct buf *ret_answer)
{
	struct change c = {
		.describe = describe, .is_shown = isatty(STDERR_FILENO) == 1, .last = ret_answer};
	buf_append_char(path, '\0');
	if (path->overflowed) {
		log_error("the words of the command are too long");
		return -1;
	}
	buf_init(&c.input, LINE_BYTES);
	int r = receive(endpoint, path->data, &c);
	buf_finish(&c.input);
	return r;
}
