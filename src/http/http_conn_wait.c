#include "http/http_conn_wait.h"

#include "base/number.h"
#include "http/http_host.h"

static const uint64_t NEVER = UINT64_MAX;

enum { UNSENT_STEP_BYTES = 64 << 10 }; // least progress of a reader in one period

static uint64_t limit_ms(const struct http_conn *c, enum http_conn_wait wait)
{
	const struct http_limits *limits = &c->host->service.limits;
	switch (wait) {
	case HTTP_CONN_WAIT_IDLE: return limits->idle_ms;
	case HTTP_CONN_WAIT_HEAD: return limits->head_ms;
	case HTTP_CONN_WAIT_BODY: return limits->body_ms;
	case HTTP_CONN_WAIT_LATER: return limits->later_ms;
	case HTTP_CONN_WAIT_UNSENT: return limits->unsent_ms;
	case HTTP_CONN_WAIT_DRAINED: return limits->drained_ms;
	default: return NEVER;
	}
}

void http_conn_wait(struct http_conn *c, enum http_conn_wait wait)
{
	uint64_t now = uv_now(c->host->loop);
	if (c->wait != wait || wait <= HTTP_CONN_WAIT_IDLE) {
		c->wait = wait;
		c->since_ms = now;
		c->unsent_before = http_output_unsent_bytes(&c->output);
	}
	uint64_t limit = limit_ms(c, wait);
	c->deadline_ms = limit == NEVER ? NEVER : c->since_ms + limit;
	if (wait == HTTP_CONN_WAIT_BODY) {
		uint64_t progress = now + c->host->service.limits.body_progress_ms;
		c->deadline_ms = min_uint64(progress, c->deadline_ms);
	}
	if (c->deadline_ms < c->host->timer_at_ms) {
		http_host_wake_at(c->host, c->deadline_ms);
	}
}

void http_conn_wait_for_request(struct http_conn *c)
{
	if (!http_parser_is_idle(&c->parser)) {
		http_conn_wait(c, c->parser.phase == HTTP_PARSER_IN_HEAD ? HTTP_CONN_WAIT_HEAD
									 : HTTP_CONN_WAIT_BODY);
	} else {
		http_conn_wait(c, c->idle_exempt ? HTTP_CONN_WAIT_NOTHING : HTTP_CONN_WAIT_IDLE);
	}
}

void http_conn_wait_unsent(struct http_conn *c)
{
	http_conn_wait(c, http_output_unsent_bytes(&c->output) > 0 ? HTTP_CONN_WAIT_UNSENT
								   : HTTP_CONN_WAIT_NOTHING);
}

bool http_conn_wait_again(struct http_conn *c)
{
	bool reads = http_output_unsent_bytes(&c->output) + UNSENT_STEP_BYTES <= c->unsent_before;
	if (reads) {
		c->wait = HTTP_CONN_WAIT_NOTHING; // so that another period begins
		http_conn_wait(c, HTTP_CONN_WAIT_UNSENT);
	}
	return reads;
}
