/* OTLP as JSON: the same records from the same schema as otlp_wire, in one pass over the text.
 *
 * Names are lowerCamelCase, ids are hex, everything else is ProtoJSON; null is unset everywhere.
 * Records that come before what they need (resource, scope, a metric's name) are skipped and read
 * at the end of their object. Of duplicate names the last one wins; a duplicate is rejected if the
 * records of the first have already been handed out. */
#pragma once

#include <stddef.h>

#include "otlp/otlp_decoder.h"

/* Decodes an Export*ServiceRequest. Modifies the body: strings are decoded in place. result is
 * always filled in; after a fault, discard what on_record received. */
void otlp_json_decode(struct otlp_decoder *d, enum otlp_signal signal, char *body, size_t size,
	otlp_on_record *on_record, void *data, struct otlp_result *result);
