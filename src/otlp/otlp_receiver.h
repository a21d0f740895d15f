/* One request body in, records out. Knows nothing about HTTP: the caller maps content type and
 * status. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "otlp/otlp_decoder.h"

struct otlp_receiver {
	struct otlp_decoder decoder;
};

/* limits may be NULL: the defaults. */
void otlp_receiver_init(struct otlp_receiver *receiver, const struct otlp_limits *limits);
void otlp_receiver_finish(struct otlp_receiver *receiver);

/* Decodes body, which is modified if it is JSON. signal may be OTLP_SIGNAL_UNKNOWN: it is then
 * detected and returned in ret->signal. on_record receives each record as it is found; after a
 * fault the caller must discard them all. Returns ret->fault; ret is always filled in. */
enum otlp_fault otlp_receive(struct otlp_receiver *receiver, enum otlp_signal signal, bool json,
	char *body, size_t size, otlp_on_record *on_record, void *data, struct otlp_result *ret);
