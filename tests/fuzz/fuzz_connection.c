#include "fuzz/fuzz_connection.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuzz/fuzz_target.h"

enum { TEXT_BYTES = 64 << 20 };

void fuzz_connection_init(struct fuzz_connection *c, struct http_service *service)
{
	*c = (struct fuzz_connection){.service = service};
	http_parser_init(&c->parser, &service->limits, &service->memory);
	http_exchange_reset(&c->exchange);
	buf_init(&c->text, TEXT_BYTES);
}

void fuzz_connection_finish(struct fuzz_connection *c)
{
	http_parser_finish(&c->parser);
	fuzz_check(c->service->memory.used_bytes == 0);
	buf_finish(&c->text);
}

static void keep_answer(struct fuzz_connection *c, const struct http_answer *answer)
{
	fuzz_check(str_starts_with(answer->head, STR("HTTP/1.1 ")));
	buf_append_str(&c->text, answer->head);
	buf_append_str(&c->text, answer->body);
	c->ended = answer->closes;
}

static void refuse(struct fuzz_connection *c, enum http_fault fault)
{
	struct http_answer answer;
	fuzz_check(fault != HTTP_FAULT_NONE);
	http_exchange_refuse(c->service, &c->exchange, &c->parser, &c->peer, fault, &answer);
	keep_answer(c, &answer);
	c->ended = true;
}

static void begin(struct fuzz_connection *c)
{
	enum http_verdict verdict = http_exchange_begin(
		c->service, &c->exchange, &c->parser, &c->peer);
	if (verdict == HTTP_VERDICT_REFUSE) {
		refuse(c, c->exchange.fault);
	} else {
		buf_append_str(
			&c->text, verdict == HTTP_VERDICT_READ ? STR("read") : STR("continue"));
	}
}

static void give_answer(struct fuzz_connection *c)
{
	struct http_answer answer;
	http_exchange_answer(c->service, &c->exchange, &c->parser, &c->peer, &answer);
	keep_answer(c, &answer);
	http_parser_next(&c->parser);
	http_exchange_reset(&c->exchange);
}

static void push(struct fuzz_connection *c, const uint8_t *bytes, size_t size)
{
	char *slice = xmalloc(size);
	memcpy(slice, bytes, size);
	enum http_parser_result result;
	size_t at = 0;
	do {
		size_t used;
		result = http_parser_push(&c->parser, slice + at, size - at, &used);
		at += used;
		fuzz_check(at <= size);
		switch (result) {
		case HTTP_PARSER_MORE: fuzz_check(at == size); break;
		case HTTP_PARSER_HEAD: begin(c); break;
		case HTTP_PARSER_COMPLETE: give_answer(c); break;
		case HTTP_PARSER_REJECTED:
			refuse(c, c->exchange.fault != HTTP_FAULT_NONE ? c->exchange.fault
								       : c->parser.fault);
			break;
		}
	} while (!c->ended && result != HTTP_PARSER_MORE &&
		 (at < size || !http_parser_is_idle(&c->parser)));
	memset(slice, '#', size);
	free(slice);
}

void fuzz_connection_carry(
	struct fuzz_connection *c, const uint8_t *bytes, size_t size, size_t most, unsigned seed)
{
	size_t slice = most;
	for (size_t at = 0; at < size && !c->ended; at += slice) {
		if (seed > 0) {
			seed = seed * 1103515245u + 12345;
			slice = 1 + (seed >> 16) % most;
		}
		slice = size - at < slice ? size - at : slice;
		push(c, bytes + at, slice);
	}
}
