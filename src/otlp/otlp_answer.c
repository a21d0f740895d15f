#include "otlp/otlp_answer.h"

#include "base/buf.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { // google/rpc/code.proto
	RPC_UNKNOWN = 2,
	RPC_INVALID_ARGUMENT = 3,
	RPC_DEADLINE_EXCEEDED = 4,
	RPC_NOT_FOUND = 5,
	RPC_PERMISSION_DENIED = 7,
	RPC_RESOURCE_EXHAUSTED = 8,
	RPC_FAILED_PRECONDITION = 9,
	RPC_UNIMPLEMENTED = 12,
	RPC_INTERNAL = 13,
	RPC_UNAVAILABLE = 14,
	RPC_UNAUTHENTICATED = 16,
};

/* The inverse of the mapping in code.proto; by meaning where it has none. */
static int rpc_code(unsigned http_status)
{
	static const struct {
		unsigned status;
		int code;
	} codes[] = {
		{400, RPC_INVALID_ARGUMENT},
		{401, RPC_UNAUTHENTICATED},
		{403, RPC_PERMISSION_DENIED},
		{404, RPC_NOT_FOUND},
		{405, RPC_UNIMPLEMENTED},
		{408, RPC_DEADLINE_EXCEEDED},
		{413, RPC_RESOURCE_EXHAUSTED},
		{417, RPC_FAILED_PRECONDITION},
		{421, RPC_PERMISSION_DENIED},
		{429, RPC_RESOURCE_EXHAUSTED},
		{500, RPC_INTERNAL},
		{501, RPC_UNIMPLEMENTED},
		{503, RPC_UNAVAILABLE},
		{505, RPC_UNIMPLEMENTED},
	};
	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		if (codes[i].status == http_status) {
			return codes[i].code;
		}
	}
	return http_status >= 400 && http_status < 500 ? RPC_INVALID_ARGUMENT : RPC_UNKNOWN;
}

/* s as one line of valid UTF-8 in text, cut to the limit at a character. */
static struct str one_line(struct str s, char text[OTLP_ANSWER_MESSAGE_BYTES])
{
	size_t size = 0;
	while (s.size > 0) {
		size_t length = utf8_sequence(s);
		struct str c = {s.data, length};
		if (length == 0) {
			c = STR("\ufffd");
			length = 1;
		} else if (!utf8_is_name(c)) {
			c = STR(" ");
		}
		if (size + c.size > OTLP_ANSWER_MESSAGE_BYTES) {
			break;
		}
		for (size_t i = 0; i < c.size; i++) {
			text[size++] = c.data[i];
		}
		s = str_skip(s, length);
	}
	return (struct str){text, size};
}

static void append_varint(struct buf *out, uint64_t value)
{
	for (; value >= 0x80; value >>= 7) {
		buf_append_char(out, (char)(value | 0x80));
	}
	buf_append_char(out, (char)value);
}

/* An int64 or enum; 0 is left out, as proto3 does. */
static void append_number(struct buf *out, unsigned field, uint64_t value)
{
	if (value != 0) {
		append_varint(out, field << 3);
		append_varint(out, value);
	}
}

static void append_bytes(struct buf *out, unsigned field, struct str bytes)
{
	if (bytes.size > 0) {
		append_varint(out, field << 3 | 2);
		append_varint(out, bytes.size);
		buf_append_str(out, bytes);
	}
}

/* Field 1 is partial_success; in it 1 is the count and 2 is error_message. */
static void write_partial_wire(struct buf *out, uint64_t rejected, struct str message)
{
	char bytes[OTLP_ANSWER_MESSAGE_BYTES + 32];
	struct buf inner = {.data = bytes, .capacity = sizeof(bytes), .max_bytes = sizeof(bytes)};
	append_number(&inner, 1, rejected);
	append_bytes(&inner, 2, message);
	append_bytes(out, 1, buf_str(&inner));
}

static void write_partial_json(
	struct buf *out, enum otlp_signal signal, uint64_t rejected, struct str message)
{
	static const char *const names[] = {
		[OTLP_LOGS] = "rejectedLogRecords",
		[OTLP_TRACES] = "rejectedSpans",
		[OTLP_METRICS] = "rejectedDataPoints",
	};
	struct json_writer w;
	json_writer_init(&w, out);
	json_object_begin(&w);
	json_name(&w, "partialSuccess");
	json_object_begin(&w);
	if (rejected > 0) {
		char digits[24];
		struct buf b = {
			.data = digits, .capacity = sizeof(digits), .max_bytes = sizeof(digits)};
		buf_printf(&b, "%llu", (unsigned long long)rejected);
		json_name_str(&w, names[signal], buf_str(&b)); // ProtoJSON: an int64 is a string
	}
	json_name_str(&w, "errorMessage", message);
	json_object_end(&w);
	json_object_end(&w);
}

void otlp_answer_success(
	struct buf *out, bool json, enum otlp_signal signal, uint64_t rejected, struct str message)
{
	char text[OTLP_ANSWER_MESSAGE_BYTES];
	struct str line = one_line(message, text);
	if (rejected == 0 && line.size == 0) {
		buf_append_str(out, json ? STR("{}") : STR(""));
	} else if (json) {
		write_partial_json(out, signal, rejected, line);
	} else {
		write_partial_wire(out, rejected, line);
	}
}

void otlp_answer_status(struct buf *out, bool json, unsigned http_status, struct str message)
{
	char text[OTLP_ANSWER_MESSAGE_BYTES];
	struct str line = one_line(message, text);
	int code = rpc_code(http_status);
	if (json) {
		struct json_writer w;
		json_writer_init(&w, out);
		json_object_begin(&w);
		json_name_int(&w, "code", code);
		json_name_str(&w, "message", line);
		json_object_end(&w);
	} else {
		append_number(out, 1, (uint64_t)code);
		append_bytes(out, 2, line);
	}
}
