/* Everything that can be wrong with a request or a connection, and what is answered: one table. */
#pragma once

#include <stdbool.h>

enum http_fault {
	HTTP_FAULT_NONE,
	// of the message: the end of the request is not known for sure, so the connection ends too
	HTTP_FAULT_MALFORMED,
	HTTP_FAULT_VERSION,
	HTTP_FAULT_HTTP2,
	HTTP_FAULT_TLS,
	HTTP_FAULT_TARGET,
	HTTP_FAULT_TARGET_TOO_LONG,
	HTTP_FAULT_HEAD_TOO_LARGE,
	HTTP_FAULT_TOO_MANY_FIELDS,
	HTTP_FAULT_FOLDED_FIELD,
	HTTP_FAULT_REPEATED_FIELD,
	HTTP_FAULT_HOST_MISSING,
	HTTP_FAULT_HOST_REPEATED,
	HTTP_FAULT_HOST_MALFORMED,
	HTTP_FAULT_LENGTH,
	HTTP_FAULT_TRANSFER_CODING,
	HTTP_FAULT_CHUNKS,
	HTTP_FAULT_CHUNK_EXTRA,
	HTTP_FAULT_BODY_TOO_LARGE,
	HTTP_FAULT_MEMORY,
	HTTP_FAULT_TRUNCATED,
	// of access
	HTTP_FAULT_HOST_REFUSED,
	HTTP_FAULT_ORIGIN_REFUSED,
	HTTP_FAULT_TOKEN,
	HTTP_FAULT_OTHER_USER,
	// of the request
	HTTP_FAULT_NOT_FOUND,
	HTTP_FAULT_METHOD,
	HTTP_FAULT_CONNECT,
	HTTP_FAULT_EXPECTATION,
	HTTP_FAULT_TYPE_REPEATED,
	HTTP_FAULT_CONTENT_CODING,
	HTTP_FAULT_GZIP,
	HTTP_FAULT_INFLATED_TOO_LARGE,
	// of time, number and our own
	HTTP_FAULT_HEAD_TIME,
	HTTP_FAULT_BODY_TIME,
	HTTP_FAULT_UNSENT,
	HTTP_FAULT_RESET,
	HTTP_FAULT_CONNECTIONS,
	HTTP_FAULT_DESCRIPTORS,
	HTTP_FAULT_STREAMS,
	HTTP_FAULT_WAITING,
	HTTP_FAULT_LATER_TIME,
	HTTP_FAULT_STOPPING,
	HTTP_FAULT_ANSWER_TOO_LARGE,
	HTTP_FAULT_UPGRADE,
	HTTP_FAULT_COUNT,
};

struct http_fault_info {
	int status;         // 0: nothing is answered
	bool closes;        // the connection ends with the answer
	const char *reason; // one line for the peer and for the log
};

const struct http_fault_info *http_fault_info(enum http_fault fault);
