/* The answer to one HTTP request, taken apart as it comes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "http/http_llhttp.h"

/* A piece of the body. Negative ends the reading with that errno. */
typedef int cli_response_on_body(struct str piece, void *data);

struct cli_response {
	llhttp_t llhttp;
	int status;        // 0 until the head is whole
	bool complete;     // the last byte of the body was seen
	size_t head_bytes; // so far
	int error;         // what on_body said
	cli_response_on_body *on_body;
	void *data;
};

void cli_response_init(struct cli_response *a, cli_response_on_body *on_body, void *data);

/* More bytes; what follows the end of the answer is ignored. 0, what on_body said, or -EPROTO if
 * this is not HTTP or its head is larger than 64 KiB. */
int cli_response_feed(struct cli_response *a, struct str bytes);

/* The server has closed. 0 if that ends the answer well, else -EPROTO. */
int cli_response_end(struct cli_response *a);
