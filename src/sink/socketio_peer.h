/* One client of Socket.IO: answers its messages, and decides when it must go. Pure: messages in,
 * frames out; time is a value, and ticks, one every SOCKETIO_PING_MS, so that a daemon that was
 * suspended does not mistake its own silence for the client's. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/instant.h"
#include "base/str.h"
#include "sink/ws_reader.h"

struct buf;

enum {
	SOCKETIO_PING_MS = 5000,
	SOCKETIO_TIMEOUT_MS = 10000,    // without an answer to a ping, or without a CONNECT packet
	SOCKETIO_MESSAGE_BYTES = 16384, // of a client
	SOCKETIO_MESSAGES_PER_S = 50,   // of a client
	SOCKETIO_SID_BYTES = 20,
};

/* The one namespace with events. */
extern const struct str socketio_dashboard;

struct socketio_peer {
	char sid[SOCKETIO_SID_BYTES];
	bool needs_token; // it has not sent one yet
	bool is_joined;   // to /dashboard: it gets events
	bool is_in_root;  // the default namespace, where nothing happens
	unsigned unanswered_pings;
	unsigned idle_ticks; // without any namespace
	int64_t second_ms;   // monotonic: when it began, and the messages since
	unsigned messages;
};

/* The current environment. */
struct socketio_now {
	struct instant time;
	uint64_t seq;
	bool (*is_token)(struct str token, void *data); // needed with needs_token
	void *data;
};

/* sid: random letters and digits. Appends the opening frame. */
void socketio_peer_init(struct socketio_peer *p, const char sid[SOCKETIO_SID_BYTES],
	bool needs_token, struct buf *frames);

/* Handles one message of the client's, and appends the frames that answer it, to be sent before any
 * events; check is_joined afterwards. NULL, or how to end. */
const struct ws_end *socketio_peer_handle(struct socketio_peer *p, enum ws_opcode opcode,
	struct str message, const struct socketio_now *now, struct buf *frames);

/* Another SOCKETIO_PING_MS has passed: appends a ping. NULL, or how to end. */
const struct ws_end *socketio_peer_tick(struct socketio_peer *p, struct buf *frames);
