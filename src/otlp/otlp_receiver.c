#include "otlp/otlp_receiver.h"

#include <string.h>

#include "otlp/otlp_detect.h"
#include "otlp/otlp_json.h"
#include "otlp/otlp_wire.h"

void otlp_receiver_init(struct otlp_receiver *receiver, const struct otlp_limits *limits)
{
	otlp_decoder_init(&receiver->decoder, limits);
}

void otlp_receiver_finish(struct otlp_receiver *receiver)
{
	otlp_decoder_finish(&receiver->decoder);
}

/* A guess at what an undecodable body may be; empty without one. */
static struct str hint_for(bool json, struct str body)
{
	if (str_starts_with(body, STR("\x1f\x8b"))) {
		return STR(" (the body looks like gzip without a Content-Encoding)");
	}
	if (!json && str_starts_with(body, STR("{"))) {
		return STR(" (the body looks like JSON, not protobuf)");
	}
	if (json && str_starts_with(
			    body, STR("\n"))) { // field 1, and the blank that JSON may start with
		return STR(" (the body may be protobuf, not JSON)");
	}
	return STR("");
}

static void append_hint(struct otlp_result *result, struct str hint)
{
	size_t size = strlen(result->message);
	if (hint.size < sizeof(result->message) - size) {
		memcpy(result->message + size, hint.data, hint.size);
		result->message[size + hint.size] = '\0';
	}
}

enum otlp_fault otlp_receive(struct otlp_receiver *receiver, enum otlp_signal signal, bool json,
	char *body, size_t size, otlp_on_record *on_record, void *data, struct otlp_result *ret)
{
	struct str bytes = {body, size};
	struct str hint = hint_for(json, bytes); // before the body is modified
	if (signal == OTLP_SIGNAL_UNKNOWN) {
		signal = json ? otlp_detect_json(body, size) : otlp_detect_wire(bytes);
	}
	if (json) {
		otlp_json_decode(&receiver->decoder, signal, body, size, on_record, data, ret);
	} else {
		otlp_wire_decode(&receiver->decoder, signal, bytes, on_record, data, ret);
	}
	if (ret->fault == OTLP_BAD_DATA) {
		append_hint(ret, hint);
	}
	return ret->fault;
}
