/* What a connection carries, through parser and exchange, in slices of any size. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "http/http_exchange.h"
#include "http/http_parser.h"
#include "http/http_request.h"

struct fuzz_connection {
	struct http_service *service; // borrowed
	struct http_parser parser;
	struct http_exchange exchange;
	struct http_peer peer;
	struct buf text; // all answers; the user may add to it
	bool ended;      // by an answer
};

/* The peer is the caller's to fill in. */
void fuzz_connection_init(struct fuzz_connection *c, struct http_service *service);

/* Ends the process if memory is still counted for it. */
void fuzz_connection_finish(struct fuzz_connection *c);

/* Hands over bytes as a connection does, in slices of at most that many bytes; their sizes follow
 * from the seed, 0: all the same. Each lies in memory of its own, which is overwritten and freed at
 * once, so that what is used later shows. Stops where an answer ends the connection. */
void fuzz_connection_carry(
	struct fuzz_connection *c, const uint8_t *bytes, size_t size, size_t most, unsigned seed);
