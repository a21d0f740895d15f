/* OTLP as protobuf: one walk over the bytes that checks the structure and hands out the records.
 *
 * Nothing is unpacked: a record is a view into the body. Fields may come in any order; where
 * records need what may stand behind them (resource, scope, a metric's name) the fields of that one
 * message are looked through twice. A known field with the wrong wire type is rejected: the sender
 * means another schema. Rules: otlp-http sections 7 and 8; the encoding:
 * protobuf.dev/programming-guides/encoding. */
#pragma once

#include "otlp/otlp_decoder.h"

/* Decodes an Export*ServiceRequest. result is filled in whatever happens; after a fault, forget
 * what on_record was given. */
void otlp_wire_decode(struct otlp_decoder *d, enum otlp_signal signal, struct str body,
	otlp_on_record *on_record, void *data, struct otlp_result *result);
