/* What is to be decoded of a request, by generated code (proto/). */
#pragma once

#include <protobuf-c/protobuf-c.h>
#include <stdint.h>

#include "base/buf.h"
#include "otlp/otlp_record.h"

/* In the words of dump_record(). The text is the caller's to finish. */
struct expected {
	struct buf text;
	uint64_t accepted, rejected;
};

/* Of the Export*ServiceRequest of each signal. */
extern const ProtobufCMessageDescriptor *const oracle_descriptors[OTLP_SIGNAL_COUNT];

struct expected expectation(enum otlp_signal signal, const ProtobufCMessage *request);
