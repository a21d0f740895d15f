/* Shared by the tests of otlp: records as text that can be compared, and protobuf bytes by hand. */
#pragma once

#include "base/buf.h"
#include "otlp/otlp_receiver.h"

/* What a decoder said about one body. */
struct seen {
	struct buf text; // every record handed out, one line each
	struct otlp_result result;
};

void seen_finish(struct seen *seen);

/* Appends one record as a line: each field that is set, in a fixed order. */
void dump_record(struct buf *out, const struct otlp_record *record);

/* The parts that a dump is made of, for whoever makes one from another source. Every string is
 * written with its size in front. */
void dump_str(struct buf *out, const char *label, struct str s);
void dump_number(struct buf *out, const char *label, uint64_t value);
void dump_double(struct buf *out, const char *label, double value);

/* Decode a copy of body, which is exactly as large as the bytes so that reading beyond them is
 * found. */
struct seen see(enum otlp_signal signal, bool json, struct str body);
struct seen see_limited(
	const struct otlp_limits *limits, enum otlp_signal signal, bool json, struct str body);

/* Protobuf: a field of each wire type, appended. */
void put_varint(struct buf *out, uint64_t value);
void put_number(struct buf *out, unsigned field, uint64_t value);
void put_fixed64(struct buf *out, unsigned field, uint64_t value);
void put_fixed32(struct buf *out, unsigned field, uint32_t value);
void put_double(struct buf *out, unsigned field, double value);
void put_bytes(struct buf *out, unsigned field, struct str bytes);
void put_text(struct buf *out, unsigned field, const char *text);
void put_tag(struct buf *out, unsigned field, unsigned wire_type);

/* Appends field with the content of inner, which is emptied. */
void put_message(struct buf *out, unsigned field, struct buf *inner);

/* Appends a KeyValue with a text value. */
void put_attribute(struct buf *out, unsigned field, const char *key, const char *value);

/* Puts what is in b into messages of one field each, from the inside out. */
void wrap_bytes(struct buf *b, const unsigned *fields, size_t levels);

/* Decode a request around this one record, metric or span; b is left with the request. */
struct seen see_wire_record(enum otlp_signal signal, struct buf *b);
struct seen see_json_record(enum otlp_signal signal, const char *record);

/* The same around the body of a log record. */
struct seen see_json_body(const char *value);

/* Fail the test unless the records, or the fault and this part of its message, were seen. Free
 * seen. */
void expect_records(struct seen seen, const char *text);
void expect_fault(struct seen seen, enum otlp_fault fault, const char *part);
