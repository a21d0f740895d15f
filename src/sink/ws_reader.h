/* WebSocket frames as clients send them, from bytes cut anywhere to whole messages: fragments put
 * together, control frames answered, everything that is wrong rejected. By wslay; a build without
 * it has none. Pure: no socket. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "sink/ws_frame.h"

struct buf;
struct ws_reader;

/* How a connection is ended. */
struct ws_end {
	enum ws_close_code code;
	const char *reason; // for people
};

/* One message: WS_TEXT (valid UTF-8), WS_BINARY, WS_PING or WS_PONG; valid during the call. NULL to
 * go on, or how to end the connection; that is borrowed. */
typedef const struct ws_end *ws_on_message(enum ws_opcode opcode, struct str message, void *data);

/* Whether this build can read WebSocket frames. */
bool ws_reader_is_built(void);

/* NULL if there is no memory for it, or in a build without. */
struct ws_reader *ws_reader_create(size_t max_message_bytes, ws_on_message *on_message, void *data);
void ws_reader_destroy(struct ws_reader *r);

/* Reads more bytes, and appends to answers what is to be sent at once: pongs, and the frame that
 * ends the connection. NULL to go on; or how it was ended, and nothing is to be read or sent any
 * more. */
const struct ws_end *ws_reader_push(struct ws_reader *r, struct str bytes, struct buf *answers);
