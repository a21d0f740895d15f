/* Parses the answer to one HTTP request as it arrives. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "http/http_llhttp.h"

/* A piece of the body. A negative errno ends the parsing. */
typedef int cli_response_on_body(struct str piece, void *data);

struct cli_response {
	llhttp_t llhttp;
	int status;        // 0 until the head is complete
	bool complete;     // the last byte of the body was seen
	size_t head_bytes; // so far
	int error;         // what on_body returned
	cli_response_on_body *on_body;
	void *data;
};

void cli_response_init(struct cli_response *a, cli_response_on_body *on_body, void *data);

/* Takes more bytes; whatever follows the answer is ignored. 0, on_body's error, or -EPROTO if this
 * is not HTTP or its head is larger than 64 KiB. */
int cli_response_feed(struct cli_response *a, struct str bytes);

/* The server has closed the connection. 0 if the answer is complete, else -EPROTO. */
int cli_response_end(struct cli_response *a);
