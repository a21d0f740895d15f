/* GET /socket.io/: the WebSocket handshake of Socket.IO clients. Errors are Engine.IO's, so that
 * its clients understand them. */
#pragma once

#include "http/http_router.h"

struct sink;

struct web_socketio {
	struct sink *sink; // borrowed: sink_socketio_create()
};

struct http_route_group web_socketio_routes(struct web_socketio *w);
