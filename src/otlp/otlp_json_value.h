/* Attributes and their values in JSON: the recursive part of otlp_json, as deep as the limit on
 * values allows. Names as in common.proto. */
#pragma once

#include "base/json_read.h"
#include "otlp/otlp_decoder.h"

struct otlp_json_walk {
	struct otlp_decoder *d; // borrowed
	struct json_reader r;
};

/* Read the value whose first token was t; null leaves ret unchanged. Of the members of an AnyValue
 * the last one counts; ret must be empty. depth is the number of lists around it. False after
 * otlp_decoder_fail(). */
bool otlp_json_read_any_value(
	struct otlp_json_walk *w, enum json_token t, struct otlp_value *ret, size_t depth);
bool otlp_json_read_key_value(
	struct otlp_json_walk *w, enum json_token t, struct otlp_attribute *ret, size_t depth);

/* Reads the next KeyValue of an array if it is what nearly all are: a key and a text or whole
 * number, without blanks and escapes, in ASCII. Else false, and nothing is read. */
bool otlp_json_read_usual(struct otlp_json_walk *w, struct otlp_attribute *ret);

/* Skips the value whose first token was t. False after otlp_decoder_fail(). */
bool otlp_json_skip(struct otlp_json_walk *w, enum json_token t);

/* Record that the text is not JSON, or that the value whose first token was t is unexpected; return
 * false. */
bool otlp_json_fail_syntax(struct otlp_json_walk *w);
bool otlp_json_fail_value(struct otlp_json_walk *w, enum json_token t, const char *expected);
