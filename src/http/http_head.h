/* Finds the target and the few fields we act on in the raw bytes of a request head. llhttp decides
 * what is valid HTTP; this only finds things, is never more lenient, and stores no bytes:
 * everything is an offset from the first byte of the request line. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "http/http_fault.h"

struct http_limits;

enum http_field {
	HTTP_FIELD_HOST,
	HTTP_FIELD_EXPECT,
	HTTP_FIELD_ORIGIN,
	HTTP_FIELD_CONTENT_TYPE,
	HTTP_FIELD_AUTHORIZATION,
	HTTP_FIELD_CONTENT_LENGTH,
	HTTP_FIELD_CONTENT_ENCODING,
	HTTP_FIELD_TRANSFER_ENCODING,
	HTTP_FIELD_COUNT,
};

struct http_head {
	uint32_t scanned;      // the start of the first incomplete line
	uint32_t fields_begin; // the first byte after the request line; 0: not seen yet
	uint32_t target_begin, target_size;
	uint32_t field_count;
	bool ended;                       // the empty line was seen; scanned is the head's size
	uint8_t counts[HTTP_FIELD_COUNT]; // how often each occurred, up to 255
	uint32_t begins[HTTP_FIELD_COUNT], sizes[HTTP_FIELD_COUNT]; // of the first one's value
};

/* Forgets everything: the next scan starts a new head. */
void http_head_reset(struct http_head *h);

/* Scans lines completed since the last call. bytes: the head so far, from its first byte, possibly
 * with more behind it. A fault if a limit or a line calls for one, else HTTP_FAULT_NONE. */
enum http_fault http_head_scan(
	struct http_head *h, const struct http_limits *limits, struct str bytes);

/* The trimmed value of the first such field; data is NULL if there was none. */
struct str http_head_value(const struct http_head *h, enum http_field field, const char *base);

/* Splits "host", "host:port", "[v6]:port". False for anything else (RFC 3986 section 3.2.2, without
 * user information). *ret_host includes brackets. */
bool http_head_split_authority(struct str authority, struct str *ret_host);

/* Splits a target: origin-form, absolute-form (http and https), or "*". False for anything else.
 * *ret_authority is untouched unless the target has one. */
bool http_head_split_target(
	struct str target, struct str *ret_authority, struct str *ret_path, struct str *ret_query);
