/* The open WebSockets of Socket.IO clients (GET /socket.io/), any number up to a limit: the content
 * of event streams (sink_sse.h) as events of the namespace /dashboard, each with its number in
 * "seq".
 *
 * A client with too much unsent gets nothing more until it has read that, and then a fresh list; if
 * it has not by the next ping, it is disconnected. There is a ping every 5 s while there are
 * clients, and no timer otherwise. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "base/str.h"

struct http_stream;
struct sink;
struct sink_hub;
struct ws_end;

enum { SINK_SOCKETIO_PEERS = 256 };

struct sink_socketio_options {
	unsigned types;      // bits of enum sink_type
	bool needs_token;    // it must send one when it connects to a namespace
	const char *address; // for people; copied
};

/* Callbacks. */
struct sink_socketio_calls {
	bool (*is_token)(struct str token, void *data);
	/* A client made a mistake and was disconnected. */
	void (*on_reject)(const char *address, const struct ws_end *how, void *data);
	void *data;
};

/* Adds the sink to the hub. calls are copied. */
struct sink *sink_socketio_create(
	struct sink_hub *hub, uv_loop_t *loop, const struct sink_socketio_calls *calls);

/* The number of clients; at most SINK_SOCKETIO_PEERS. */
size_t sink_socketio_count(const struct sink *sink);

/* Adds a client. The stream, an upgraded one, belongs to the sink until it is closed. */
void sink_socketio_open(
	struct sink *sink, struct http_stream *stream, const struct sink_socketio_options *options);
