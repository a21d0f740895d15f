#include "http/http_head.h"

#include <string.h>

#include "base/mem.h"
#include "http/http_limits.h"

/* In the order of the enumerators, which is by size, so that a name is compared with one or two at
 * most. */
static const struct str field_names[HTTP_FIELD_COUNT] = {
	STR_INIT("host"),
	STR_INIT("expect"),
	STR_INIT("origin"),
	STR_INIT("content-type"),
	STR_INIT("authorization"),
	STR_INIT("content-length"),
	STR_INIT("content-encoding"),
	STR_INIT("transfer-encoding"),
};

/* The first field with a name of that size; if there is none, any other, which will not be equal.
 */
static enum http_field first_of_size(size_t size)
{
	static const uint8_t first[] = {
		[4] = HTTP_FIELD_HOST,
		[6] = HTTP_FIELD_EXPECT,
		[12] = HTTP_FIELD_CONTENT_TYPE,
		[13] = HTTP_FIELD_AUTHORIZATION,
		[14] = HTTP_FIELD_CONTENT_LENGTH,
		[16] = HTTP_FIELD_CONTENT_ENCODING,
		[17] = HTTP_FIELD_TRANSFER_ENCODING,
	};
	return size >= ARRAY_SIZE(first) ? HTTP_FIELD_COUNT : (enum http_field)first[size];
}

static enum http_field field_named(struct str name)
{
	enum http_field field = first_of_size(name.size);
	while (field < HTTP_FIELD_COUNT && field_names[field].size == name.size) {
		if (str_equal_nocase(name, field_names[field])) {
			return field;
		}
		field++;
	}
	return HTTP_FIELD_COUNT;
}

void http_head_reset(struct http_head *h)
{
	h->scanned = h->fields_begin = h->target_begin = h->target_size = h->field_count = 0;
	h->ended = false;
	memset(h->counts, 0, sizeof(h->counts));
}

/* The target is between the first blank and the last; until that arrives, whatever is there. */
static enum http_fault take_request_line(
	struct http_head *h, const struct http_limits *limits, const char *base, struct str line)
{
	struct str method, rest, target, version;
	if (!str_split(line, ' ', &method, &rest)) {
		return line.size > limits->target_bytes ? HTTP_FAULT_TARGET_TOO_LONG
							: HTTP_FAULT_NONE;
	}
	bool is_whole = str_split(rest, ' ', &target, &version);
	if ((is_whole ? target : rest).size > limits->target_bytes) {
		return HTTP_FAULT_TARGET_TOO_LONG;
	}
	if (!is_whole) {
		return HTTP_FAULT_NONE;
	}
	h->target_begin = (uint32_t)(target.data - base);
	h->target_size = (uint32_t)target.size;
	struct str known = str_first(STR("HTTP/"), version.size); // llhttp also takes RTSP's
	return str_starts_with(version, known) ? HTTP_FAULT_NONE : HTTP_FAULT_MALFORMED;
}

static enum http_fault take_field(
	struct http_head *h, const struct http_limits *limits, const char *base, struct str line)
{
	if (line.data[0] == ' ' || line.data[0] == '\t') {
		return HTTP_FAULT_FOLDED_FIELD;
	}
	if (++h->field_count > limits->fields) {
		return HTTP_FAULT_TOO_MANY_FIELDS;
	}
	struct str name, value;
	if (!str_split(line, ':', &name, &value) || name.size == 0) {
		return HTTP_FAULT_MALFORMED;
	}
	enum http_field field = field_named(name);
	if (field == HTTP_FIELD_COUNT) {
		return HTTP_FAULT_NONE;
	}
	if (h->counts[field] == 0) {
		value = str_trim(value);
		h->begins[field] = (uint32_t)(value.data - base);
		h->sizes[field] = (uint32_t)value.size;
	}
	h->counts[field] += h->counts[field] < UINT8_MAX;
	return HTTP_FAULT_NONE;
}

/* line is without its LF. The limits are checked before a missing CR, since with the right cut a
 * line is too long before its end is seen. */
static enum http_fault take_line(
	struct http_head *h, const struct http_limits *limits, const char *base, struct str line)
{
	size_t end = (size_t)(line.data - base) + line.size + 1;
	bool has_cr = line.size > 0 && line.data[line.size - 1] == '\r';
	line.size -= has_cr;
	if (h->fields_begin == 0) {
		h->fields_begin = (uint32_t)end;
		enum http_fault fault = take_request_line(h, limits, base, line);
		return fault == HTTP_FAULT_NONE && !has_cr ? HTTP_FAULT_MALFORMED : fault;
	}
	if (end - h->fields_begin > limits->head_bytes) {
		return HTTP_FAULT_HEAD_TOO_LARGE;
	}
	if (!has_cr) {
		return HTTP_FAULT_MALFORMED; // a bare LF (RFC 9112 section 2.2)
	}
	h->ended = line.size == 0;
	return h->ended ? HTTP_FAULT_NONE : take_field(h, limits, base, line);
}

enum http_fault http_head_scan(
	struct http_head *h, const struct http_limits *limits, struct str bytes)
{
	while (!h->ended) {
		struct str rest = str_skip(bytes, h->scanned);
		size_t size = str_find_char(rest, '\n');
		bool is_whole = size < rest.size;
		if (!is_whole && h->fields_begin == 0) {
			rest.size -= str_ends_with(rest, STR("\r")); // part of the coming line end
			return take_request_line(h, limits, bytes.data, rest);
		}
		if (!is_whole) {
			return bytes.size - h->fields_begin > limits->head_bytes
				       ? HTTP_FAULT_HEAD_TOO_LARGE
				       : HTTP_FAULT_NONE;
		}
		enum http_fault fault = take_line(h, limits, bytes.data, str_first(rest, size));
		if (fault != HTTP_FAULT_NONE) {
			return fault;
		}
		h->scanned += (uint32_t)size + 1;
	}
	return HTTP_FAULT_NONE;
}

struct str http_head_value(const struct http_head *h, enum http_field field, const char *base)
{
	return h->counts[field] == 0 ? (struct str){NULL, 0}
				     : (struct str){base + h->begins[field], h->sizes[field]};
}

static bool all_in(struct str s, const char *punctuation)
{
	for (size_t i = 0; i < s.size; i++) {
		char c = s.data[i];
		bool alnum = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
		if (!alnum && (c == '\0' || strchr(punctuation, c) == NULL)) {
			return false;
		}
	}
	return true;
}

static bool is_port(struct str s)
{
	int64_t port;
	return s.size == 0 ||
	       (s.data[0] != '-' && s.size <= 5 && str_to_int64(s, &port) && port <= 65535);
}

bool http_head_split_authority(struct str authority, struct str *ret_host)
{
	struct str host = authority;
	bool bracket = str_starts_with(authority, STR("["));
	char last = bracket ? ']' : ':';
	if (bracket && !str_has_char(authority, ']')) {
		return false;
	}
	host.size = str_find_char(authority, last) + (bracket ? 1 : 0);
	struct str port = str_skip(authority, host.size);
	if (port.size > 0 && (port.data[0] != ':' || !is_port(str_skip(port, 1)))) {
		return false;
	}
	struct str inner = bracket ? (struct str){host.data + 1, host.size - 2} : host;
	if (!all_in(inner, bracket ? ":." : "-._~!$&'()*+,;=%") || (bracket && inner.size == 0)) {
		return false;
	}
	*ret_host = host;
	return true;
}

/* The bytes of s before the first stop; all of s without one. */
static struct str before(struct str s, char stop)
{
	return str_first(s, str_find_char(s, stop));
}

static struct str after_scheme(struct str target)
{
	static const struct str schemes[] = {STR_INIT("http://"), STR_INIT("https://")};
	for (size_t i = 0; i < 2; i++) {
		if (target.size > schemes[i].size &&
			str_equal_nocase((struct str){target.data, schemes[i].size}, schemes[i])) {
			return str_skip(target, schemes[i].size);
		}
	}
	return (struct str){NULL, 0};
}

bool http_head_split_target(
	struct str target, struct str *ret_authority, struct str *ret_path, struct str *ret_query)
{
	if (target.size == 0) {
		return false;
	}
	struct str rest = target;
	if (str_has_char(target, '#')) {
		return false; // a fragment is never sent (RFC 9110 section 7.1)
	}
	if (target.data[0] != '/' && !str_equal(target, STR("*"))) {
		rest = after_scheme(target);
		struct str authority = before(before(rest, '/'), '?'), host;
		if (!http_head_split_authority(authority, &host) || host.size == 0) {
			return false;
		}
		*ret_authority = authority;
		rest = str_skip(rest, authority.size);
	}
	struct str path = before(rest, '?');
	*ret_query = str_skip(rest, path.size + (path.size < rest.size ? 1 : 0));
	*ret_path = path.size == 0 ? STR("/") : path; // RFC 9112 section 3.2.1
	return true;
}
