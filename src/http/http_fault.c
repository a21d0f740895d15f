#include "http/http_fault.h"

static const struct http_fault_info infos[HTTP_FAULT_COUNT] = {
	[HTTP_FAULT_NONE] = {200, false, "no fault"},
	[HTTP_FAULT_MALFORMED] = {400, true, "malformed HTTP"},
	[HTTP_FAULT_VERSION] = {505, true, "only HTTP/1.0 and HTTP/1.1 are spoken here"},
	[HTTP_FAULT_HTTP2] = {505, true,
		"HTTP/2, which gRPC needs, is not spoken here: the protocol must be http/protobuf"},
	[HTTP_FAULT_TARGET] = {400, true, "malformed request target"},
	[HTTP_FAULT_TARGET_TOO_LONG] = {414, true, "request target over the limit"},
	[HTTP_FAULT_HEAD_TOO_LARGE] = {431, true, "header section over the limit"},
	[HTTP_FAULT_TOO_MANY_FIELDS] = {431, true, "too many header fields"},
	[HTTP_FAULT_FOLDED_FIELD] = {400, true, "folded header field"},
	[HTTP_FAULT_REPEATED_FIELD] = {400, true, "Origin or Authorization given more than once"},
	[HTTP_FAULT_HOST_MISSING] = {400, true, "no Host field"},
	[HTTP_FAULT_HOST_REPEATED] = {400, true, "more than one Host field"},
	[HTTP_FAULT_HOST_MALFORMED] = {400, true, "malformed Host"},
	[HTTP_FAULT_LENGTH] = {400, true, "ambiguous length"},
	[HTTP_FAULT_TRANSFER_CODING] = {501, true, "transfer coding not known"},
	[HTTP_FAULT_CHUNKS] = {400, true, "broken chunked body"},
	[HTTP_FAULT_CHUNK_EXTRA] = {431, true, "chunk extensions and trailers over the limit"},
	[HTTP_FAULT_BODY_TOO_LARGE] = {413, true, "body over the limit"},
	[HTTP_FAULT_MEMORY] = {503, true, "too much in flight, try again later"},
	[HTTP_FAULT_TRUNCATED] = {400, true, "the client ended in the middle of a request"},
	[HTTP_FAULT_HOST_REFUSED] = {403, true, "Host not allowed"},
	[HTTP_FAULT_ORIGIN_REFUSED] = {403, true, "Origin not allowed"},
	[HTTP_FAULT_TOKEN] = {401, true, "a bearer token is needed"},
	[HTTP_FAULT_NOT_FOUND] = {404, false, "no such path"},
	[HTTP_FAULT_METHOD] = {405, false, "method not allowed here"},
	[HTTP_FAULT_CONNECT] = {501, true, "this is no proxy"},
	[HTTP_FAULT_EXPECTATION] = {417, false, "expectation not known"},
	[HTTP_FAULT_TYPE_REPEATED] = {400, false, "more than one Content-Type field"},
	[HTTP_FAULT_CONTENT_CODING] = {415, false, "content coding not supported: only gzip is"},
	[HTTP_FAULT_GZIP] = {400, false, "the body is not whole gzip data"},
	[HTTP_FAULT_INFLATED_TOO_LARGE] = {413, true, "inflated body over the limit"},
	[HTTP_FAULT_HEAD_TIME] = {408, true, "the request head did not arrive in time"},
	[HTTP_FAULT_BODY_TIME] = {408, true, "the request body did not arrive in time"},
	[HTTP_FAULT_UNSENT] = {0, true, "the client does not take its answer"},
	[HTTP_FAULT_RESET] = {0, true, "the client was gone in the middle of a request"},
	[HTTP_FAULT_CONNECTIONS] = {503, true, "too many connections"},
	[HTTP_FAULT_STREAMS] = {503, true, "too many open streams"},
	[HTTP_FAULT_STOPPING] = {503, true, "shutting down"},
	[HTTP_FAULT_ANSWER_TOO_LARGE] = {500, false, "the answer could not be made"},
};

const struct http_fault_info *http_fault_info(enum http_fault fault)
{
	return &infos[fault < HTTP_FAULT_COUNT ? fault : HTTP_FAULT_NONE];
}
