/* Any bytes as a protobuf request, against generated code (proto/): what both take means the same
 * to both; and the same request as JSON gives the same records. The first byte picks the signal. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "fuzz/fuzz_target.h"
#include "otlp/otlp_oracle.h"
#include "otlp/otlp_testing.h"

enum { JSON_BYTES = 64 << 20, NAME_BYTES = 64, NUMBER_BYTES = 32, MAX_BYTES = 1 << 20 };

/* ---- a message as JSON, by its descriptor */

static void write_message(struct json_writer *j, const ProtobufCMessage *m);

static void write_name(struct json_writer *j, const char *name)
{
	char camel[NAME_BYTES];
	size_t n = 0;
	for (; *name != '\0' && n + 1 < sizeof(camel); name++) {
		bool is_next = *name == '_' && name[1] != '\0';
		name += is_next;
		camel[n++] = (char)(is_next ? *name - 'a' + 'A' : *name);
	}
	camel[n] = '\0';
	json_name(j, camel);
}

static void write_hex(struct json_writer *j, ProtobufCBinaryData data)
{
	struct buf hex;
	buf_init(&hex, JSON_BYTES);
	for (size_t i = 0; i < data.len; i++) {
		buf_printf(&hex, "%02x", data.data[i]);
	}
	json_str(j, buf_str(&hex));
	buf_finish(&hex);
}

static void write_base64(struct json_writer *j, ProtobufCBinaryData data)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct buf text;
	buf_init(&text, JSON_BYTES);
	for (size_t i = 0; i < data.len; i += 3) {
		size_t left = data.len - i;
		unsigned three = (unsigned)data.data[i] << 16 |
				 (left > 1 ? (unsigned)data.data[i + 1] << 8 : 0) |
				 (left > 2 ? data.data[i + 2] : 0u);
		for (size_t k = 0; k < 4; k++) {
			buf_append_char(
				&text, k <= left ? digits[three >> (18 - 6 * k) & 63] : '=');
		}
	}
	json_str(j, buf_str(&text));
	buf_finish(&text);
}

/* proto/ calls text bytes, so that any is taken. */
static void write_bytes(
	struct json_writer *j, const ProtobufCFieldDescriptor *f, ProtobufCBinaryData data)
{
	struct str name = str_from(f->name);
	if (str_equal(name, STR("bytes_value"))) {
		write_base64(j, data);
	} else if (str_equal(name, STR("trace_id")) || str_equal(name, STR("span_id")) ||
		   str_equal(name, STR("parent_span_id"))) {
		write_hex(j, data);
	} else {
		json_str(j, (struct str){(const char *)data.data, data.len});
	}
}

static void write_double(struct json_writer *j, double value)
{
	char text[NUMBER_BYTES];
	if (isfinite(value)) {
		(void)snprintf(text, sizeof(text), "%.17g", value);
		json_raw(j, str_from(text));
	} else {
		json_str(j, isnan(value)  ? STR("NaN")
			    : value > 0.0 ? STR("Infinity")
					  : STR("-Infinity"));
	}
}

/* 64 bits are text in protobuf's JSON. */
static void write_wide(struct json_writer *j, bool is_signed, uint64_t value)
{
	char text[NUMBER_BYTES];
	if (is_signed) {
		(void)snprintf(text, sizeof(text), "%" PRId64, (int64_t)value);
	} else {
		(void)snprintf(text, sizeof(text), "%" PRIu64, value);
	}
	json_str(j, str_from(text));
}

/* Gives the size of the value. */
static size_t write_value(struct json_writer *j, const ProtobufCFieldDescriptor *f, const void *at)
{
	switch (f->type) {
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SFIXED64:
		write_wide(j, true, *(const uint64_t *)at);
		return sizeof(uint64_t);
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
		write_wide(j, false, *(const uint64_t *)at);
		return sizeof(uint64_t);
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32: json_int(j, *(const uint32_t *)at); return sizeof(uint32_t);
	case PROTOBUF_C_TYPE_BOOL:
		json_bool(j, *(const protobuf_c_boolean *)at != 0);
		return sizeof(protobuf_c_boolean);
	case PROTOBUF_C_TYPE_DOUBLE: write_double(j, *(const double *)at); return sizeof(double);
	case PROTOBUF_C_TYPE_BYTES:
		write_bytes(j, f, *(const ProtobufCBinaryData *)at);
		return sizeof(ProtobufCBinaryData);
	case PROTOBUF_C_TYPE_MESSAGE:
		write_message(j, *(const ProtobufCMessage *const *)at);
		return sizeof(void *);
	default: // int32, sint32
		json_int(j, *(const int32_t *)at);
		return sizeof(int32_t);
	}
}

static void write_list(struct json_writer *j, const ProtobufCFieldDescriptor *f, const char *m)
{
	size_t count = *(const size_t *)(const void *)(m + f->quantifier_offset);
	const char *at = *(const char *const *)(const void *)(m + f->offset);
	json_array_begin(j);
	for (size_t i = 0; i < count; i++) {
		at += write_value(j, f, at);
	}
	json_array_end(j);
}

static bool is_set(const ProtobufCFieldDescriptor *f, const char *m)
{
	if (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
		return *(const uint32_t *)(const void *)(m + f->quantifier_offset) == f->id;
	}
	return f->type != PROTOBUF_C_TYPE_MESSAGE || f->label == PROTOBUF_C_LABEL_REPEATED ||
	       *(const void *const *)(const void *)(m + f->offset) != NULL;
}

static void write_message(struct json_writer *j, const ProtobufCMessage *message)
{
	const char *m = (const char *)message;
	json_object_begin(j);
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *f = &message->descriptor->fields[i];
		if (!is_set(f, m)) {
			continue;
		}
		write_name(j, f->name);
		if (f->label == PROTOBUF_C_LABEL_REPEATED) {
			write_list(j, f, m);
		} else {
			(void)write_value(j, f, m + f->offset);
		}
	}
	json_object_end(j);
}

/* ---- what must be the same */

static bool agrees(enum otlp_signal signal, const struct seen *seen, const struct expected *e)
{
	return str_equal(buf_str(&seen->text), buf_str(&e->text)) &&
	       (signal == OTLP_METRICS || (seen->result.accepted == e->accepted &&
						  seen->result.rejected == e->rejected));
}

static struct seen see_packed(enum otlp_signal signal, const ProtobufCMessage *m)
{
	size_t size = protobuf_c_message_get_packed_size(m);
	cleanup_free char *bytes = xmalloc(size);
	(void)protobuf_c_message_pack(m, (uint8_t *)bytes);
	return see(signal, false, (struct str){bytes, size});
}

/* As packed by protobuf-c: of a message that stands twice in a oneof it keeps the last, where
 * protobuf (and ours) merges them. False: it has a value for which there is no JSON. */
static bool check_protobuf(enum otlp_signal signal, const ProtobufCMessage *m)
{
	struct expected e = expectation(signal, m);
	struct seen seen = see_packed(signal, m);
	fuzz_check(seen.result.fault == OTLP_OK && agrees(signal, &seen, &e));
	bool is_valid = seen.result.repaired == 0;
	seen_finish(&seen);
	buf_finish(&e.text);
	return is_valid;
}

static void check_json(enum otlp_signal signal, const ProtobufCMessage *m)
{
	struct expected e = expectation(signal, m);
	struct json_writer j;
	struct buf out;
	buf_init(&out, JSON_BYTES);
	json_writer_init(&j, &out);
	write_message(&j, m);
	struct seen seen = see(signal, true, buf_str(&out));
	/* what was no text comes back as U+FFFD */
	if (seen.result.repaired == 0 && utf8_is_valid(buf_str(&e.text))) {
		fuzz_check(seen.result.fault == OTLP_OK && agrees(signal, &seen, &e));
	}
	seen_finish(&seen);
	buf_finish(&out);
	buf_finish(&e.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1 || size > MAX_BYTES) {
		return 0;
	}
	enum otlp_signal signal = (enum otlp_signal)(data[0] % OTLP_SIGNAL_COUNT);
	struct seen seen = see(signal, false, (struct str){(const char *)data + 1, size - 1});
	ProtobufCMessage *m = protobuf_c_message_unpack(
		oracle_descriptors[signal], NULL, size - 1, data + 1);
	if (m != NULL && seen.result.fault == OTLP_OK && check_protobuf(signal, m)) {
		check_json(signal, m);
	}
	if (m != NULL) {
		protobuf_c_message_free_unpacked(m, NULL);
	}
	seen_finish(&seen);
	return 0;
}
