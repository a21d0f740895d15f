/* Packets of Engine.IO 4 and, within its messages, of Socket.IO 5, as text frames carry them:
 *
 *	42/dashboard,7["ping",{}]     4: message, 2: event, 7: wants an acknowledgement
 *
 * Pure: texts in, texts out. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct buf;

enum socketio_packet_type {
	SOCKETIO_BAD,     // not a packet
	SOCKETIO_NOTHING, // a packet that a server ignores
	SOCKETIO_END,     // of the connection
	SOCKETIO_PONG,
	SOCKETIO_CONNECT,
	SOCKETIO_DISCONNECT,
	SOCKETIO_EVENT,
	SOCKETIO_BINARY, // an event or an acknowledgement with attachments
};

struct socketio_packet {
	enum socketio_packet_type type;
	struct str name_space; // "/" by default; without its query
	struct str ack;        // number of the requested acknowledgement; empty: none
	struct str data;       // JSON; empty: none
};

/* The views are of text. */
struct socketio_packet socketio_packet_read(struct str text);

/* The name of an event: the first item of its data, written to name, which has room for
 * SOCKETIO_NAME_BYTES. Empty if data is not a JSON array that starts with a string, or the name is
 * longer. */
enum { SOCKETIO_NAME_BYTES = 64 };
struct str socketio_packet_event(struct str data, char name[SOCKETIO_NAME_BYTES]);

/* The member "token" of a CONNECT packet's object, written to token. Empty: none. */
enum { SOCKETIO_TOKEN_BYTES = 1024 };
struct str socketio_packet_token(struct str data, char token[SOCKETIO_TOKEN_BYTES]);

/* ---- writing: each appends one text */

struct socketio_opening {
	struct str sid;
	unsigned ping_interval_ms, ping_timeout_ms, max_message_bytes;
};
void socketio_write_open(struct buf *out, const struct socketio_opening *opening);
void socketio_write_ping(struct buf *out);

void socketio_write_connected(struct buf *out, struct str name_space, struct str sid);
void socketio_write_refused(struct buf *out, struct str name_space, const char *message);
void socketio_write_ack(struct buf *out, struct str name_space, struct str ack);

/* An event whose one argument is object, an object in JSON and maybe a '\n' behind it, and in it
 * "seq". */
void socketio_write_event(
	struct buf *out, struct str name_space, const char *name, struct str object, uint64_t seq);
