/* Pushes whole inputs through a parser in slices of every size: it must say the same each time. */
#pragma once

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "http/http_limits.h"
#include "http/http_memory.h"
#include "http/http_parser.h"
#include "http/http_request.h"

enum { BODY_LIMIT = 1000 };

static const struct http_limits small = {
	.target_bytes = 20,
	.head_bytes = 200,
	.fields = 6,
	.chunk_extra_bytes = 30,
	.body_bytes = BODY_LIMIT,
};

/* What came out of a whole input: one line per request, or the fault. */
struct outcome {
	struct buf text;
	enum http_fault fault;
	size_t requests;
};

static inline void note(struct outcome *o, const struct http_parser *p)
{
	struct http_request req;
	http_parser_view(p, &req);
	(void)buf_printf(&o->text, "%s %.*s %.*s %.*s 1.%d %d [%.*s] [%.*s]\n",
		http_method_name(req.method), STR_ARG(req.path), STR_ARG(req.query),
		STR_ARG(req.authority), req.minor_version, p->keep_alive, STR_ARG(req.content_type),
		STR_ARG(req.body));
	o->requests++;
}

/* Pushes one slice, as a connection does. False when nothing more can be pushed. */
static inline bool push_slice(struct http_parser *p, struct outcome *o, char *bytes, size_t size)
{
	size_t at = 0;
	for (;;) {
		size_t used;
		enum http_parser_result result = http_parser_push(p, bytes + at, size - at, &used);
		at += used;
		ck_assert_uint_le(at, size);
		switch (result) {
		case HTTP_PARSER_MORE: ck_assert_uint_eq(at, size); return true;
		case HTTP_PARSER_HEAD: http_parser_set_body(p, BODY_LIMIT, true); break;
		case HTTP_PARSER_COMPLETE:
			note(o, p);
			http_parser_next(p);
			if (at == size) {
				return true;
			}
			break;
		case HTTP_PARSER_REJECTED: o->fault = p->fault; return false;
		}
	}
}

/* Each slice is a copy of its own, overwritten and freed at once: what is used later shows. */
static inline void run(
	struct str input, size_t step, const struct http_limits *limits, struct outcome *ret)
{
	struct http_parser p;
	struct http_memory memory;
	http_memory_init(&memory, SIZE_MAX);
	http_parser_init(&p, limits, &memory);
	*ret = (struct outcome){.fault = HTTP_FAULT_NONE};
	buf_init(&ret->text, 1 << 20);
	bool goes_on = true;
	for (size_t at = 0; at < input.size && goes_on; at += step) {
		size_t size = input.size - at < step ? input.size - at : step;
		char *slice = xmalloc(size);
		memcpy(slice, input.data + at, size);
		goes_on = push_slice(&p, ret, slice, size);
		memset(slice, '#', size);
		free(slice);
	}
	http_parser_finish(&p);
	ck_assert_uint_eq(memory.used_bytes, 0);
	http_memory_finish(&memory);
}

static inline void check_limits(struct str input, const struct http_limits *limits,
	const char *expected, enum http_fault fault)
{
	size_t steps[] = {1, 2, 3, 5, 7, 16, 61, input.size};
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		struct outcome o;
		run(input, steps[i], limits, &o);
		ck_assert_msg(o.fault == fault, "fault %d, not %d, in steps of %zu: %.*s", o.fault,
			fault, steps[i], STR_ARG(input));
		ck_assert_msg(expected == NULL || str_equal(buf_str(&o.text), str_from(expected)),
			"in steps of %zu: %.*s", steps[i], STR_ARG(buf_str(&o.text)));
		buf_finish(&o.text);
	}
}

static inline void check(const char *input, const char *expected)
{
	check_limits(str_from(input), &small, expected, HTTP_FAULT_NONE);
}

static inline void check_fault(const char *input, enum http_fault fault)
{
	check_limits(str_from(input), &small, "", fault);
}

#define HOST "Host: h\r\n"
