/* WebSocket frames as a server sends them (RFC 6455 section 5.2): whole and unmasked, the same
 * bytes for every reader. What clients send is read by ws_reader.h. */
#pragma once

#include "base/str.h"

struct buf;

enum ws_opcode {
	WS_CONTINUATION = 0,
	WS_TEXT = 1,
	WS_BINARY = 2,
	WS_CLOSE = 8,
	WS_PING = 9,
	WS_PONG = 10
};

enum ws_close_code { // RFC 6455 section 7.4.1, and its registry
	WS_CLOSE_NORMAL = 1000,
	WS_CLOSE_GOING_AWAY = 1001,
	WS_CLOSE_PROTOCOL = 1002,
	WS_CLOSE_UNSUPPORTED = 1003,
	WS_CLOSE_NOT_UTF8 = 1007,
	WS_CLOSE_POLICY = 1008,
	WS_CLOSE_TOO_BIG = 1009,
	WS_CLOSE_INTERNAL = 1011,
	WS_CLOSE_TRY_AGAIN = 1013,
};

enum { WS_HEADER_BYTES = 10 }; // the most a frame's header can have

/* Appends a frame; 0, or buf_append()'s error with out unchanged. */
int ws_frame_append(struct buf *out, enum ws_opcode opcode, struct str payload);

/* Appends a closing frame; reason: at most 123 bytes of UTF-8. */
int ws_frame_append_close(struct buf *out, enum ws_close_code code, struct str reason);
