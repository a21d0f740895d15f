/* OTLP as JSON: the same records from the same schema as otlp_wire, in one pass over the text.
 *
 * Names are lowerCamelCase, ids are hex, everything else is ProtoJSON; null is unset everywhere.
 * Where records stand before what they need (resource, scope, a metric's name), they are skipped
 * and read when their object ends. Of duplicate names the last one wins; rejected is a second one
 * when the records of the first have been handed out already. Rules: otlp-http sections 6 and 8. */
#pragma once

#include <stddef.h>

#include "otlp/otlp_decoder.h"

/* Decodes an Export*ServiceRequest. The body is changed: strings are decoded in place. result is
 * filled in whatever happens; after a fault, forget what on_record was given. */
void otlp_json_decode(struct otlp_decoder *d, enum otlp_signal signal, char *body, size_t size,
	otlp_on_record *on_record, void *data, struct otlp_result *result);
