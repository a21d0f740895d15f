/* Reads clients' WebSocket frames, from bytes cut anywhere to complete messages: assembles
 * fragments, answers control frames, rejects everything invalid. Uses wslay; a build without it has
 * no WebSockets. Pure: no socket. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "sink/ws_frame.h"

struct buf;
struct ws_reader;

/* How a connection ends. */
struct ws_end {
	enum ws_close_code code;
	const char *reason; // for people
};

/* One message: WS_TEXT (valid UTF-8), WS_BINARY, WS_PING or WS_PONG; valid during the call. NULL to
 * go on, or how to end the connection, borrowed. */
typedef const struct ws_end *ws_on_message(enum ws_opcode opcode, struct str message, void *data);

/* Whether this build can read WebSocket frames. */
bool ws_reader_is_built(void);

/* NULL without memory for it, or in a build without wslay. */
struct ws_reader *ws_reader_create(size_t max_message_bytes, ws_on_message *on_message, void *data);
void ws_reader_destroy(struct ws_reader *r);

/* Reads more bytes, and appends to answers what to send at once: pongs, and the closing frame. NULL
 * to go on; else how it ended, and nothing more may be read or sent. */
const struct ws_end *ws_reader_push(struct ws_reader *r, struct str bytes, struct buf *answers);
