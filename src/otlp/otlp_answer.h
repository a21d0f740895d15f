/* The bodies of our answers, in the encoding of the request: Export*ServiceResponse for 200 and
 * google.rpc.Status for everything else. With three fields at most, they are written by hand: a
 * generated writer would be a library for some ten bytes. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "otlp/otlp_record.h"

struct buf;

enum { OTLP_ANSWER_MESSAGE_BYTES = 1024 }; // longer messages are cut

/* The answer to an accepted request: empty (JSON: "{}") if rejected is 0 and message empty, a
 * warning if rejected is 0, else a partial success with a message, which must not be empty. The
 * message is made one line of valid UTF-8. Sets buf::overflowed if it does not fit. */
void otlp_answer_success(
	struct buf *out, bool json, enum otlp_signal signal, uint64_t rejected, struct str message);

/* The answer to a request that was rejected with that HTTP status. */
void otlp_answer_status(struct buf *out, bool json, unsigned http_status, struct str message);
