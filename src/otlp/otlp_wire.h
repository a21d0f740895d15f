/* OTLP as protobuf: one walk over the bytes that checks the structure and hands out the records.
 *
 * Nothing is unpacked: a record is a view into the body. Fields may come in any order; if records
 * need something that may follow them (resource, scope, a metric's name), the fields of that one
 * message are scanned twice. A known field with the wrong wire type is rejected: the exporter uses
 * another schema. The encoding: protobuf.dev/programming-guides/encoding. */
#pragma once

#include "otlp/otlp_decoder.h"

/* Decodes an Export*ServiceRequest. result is always filled in; after a fault, discard what
 * on_record received. */
void otlp_wire_decode(struct otlp_decoder *d, enum otlp_signal signal, struct str body,
	otlp_on_record *on_record, void *data, struct otlp_result *result);
