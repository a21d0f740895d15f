/* Scalar values of OTLP/JSON: what ProtoJSON (protobuf.dev/programming-guides/json) and the OTLP
 * specification ("JSON Protobuf Encoding") allow for each type of field. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/json_read.h"
#include "otlp/otlp_schema.h"

/* The functions convert the token just read from r: t and json_reader::text. False if it is invalid
 * for the type, or out of its range. */

/* A number or decimal string. type is one of the integers or the enum; a negative value is stored
 * as two's complement. Names of enums are read as well: those of AggregationTemporality have their
 * number, others have 0. */
bool otlp_json_integer(
	const struct json_reader *r, enum json_token t, enum otlp_type type, uint64_t *ret);

/* A number, decimal string, "NaN", "Infinity" or "-Infinity". */
bool otlp_json_double(const struct json_reader *r, enum json_token t, double *ret);

/* Base64, standard or URL-safe, padded or not. Only validated, as the bytes are unused. */
bool otlp_json_is_base64(struct str text);

/* Decodes the hex digits, of either case, of the string just read, in place. Invalid hex becomes
 * its first byte, which is no valid id; empty stays empty. */
struct str otlp_json_hex(const struct json_reader *r);
