#include "web/web_socketio.h"

#include "base/json_write.h"
#include "base/mem.h"
#include "http/http_json.h"
#include "http/http_query.h"
#include "http/http_response.h"
#include "http/http_websocket.h"
#include "sink/sink_socketio.h"
#include "sink/sink_type.h"
#include "sink/ws_reader.h"

enum { VALUE_BYTES = 32, HINT_BYTES = 256 };

static const char subprotocol[] = "otel-ai-monitor";

enum engineio_error { // Engine.IO's error codes
	TRANSPORT_UNKNOWN,
	SESSION_UNKNOWN,
	BAD_METHOD,
	BAD_REQUEST,
	FORBIDDEN,
	BAD_VERSION,
};

static void write_error(
	struct http_response *res, int status, enum engineio_error code, struct str message)
{
	struct json_writer j;
	http_response_status(res, status);
	http_json_begin(res);
	json_writer_init(&j, http_response_body(res));
	json_object_begin(&j);
	json_name_int(&j, "code", code);
	json_name_str(&j, "message", message);
	json_object_end(&j);
}

/* For rejections by the server itself. */
static void write_refusal(const struct http_request *req, struct http_response *res, int status,
	struct str message, void *data)
{
	(void)req;
	(void)data;
	bool is_forbidden = status == 401 || status == 403;
	write_error(res, status, is_forbidden ? FORBIDDEN : BAD_REQUEST,
		status == 403 ? STR("Forbidden") : message);
}

static bool has_parameter(
	const struct http_request *req, struct str name, struct str wanted, bool *ret_is_wanted)
{
	struct buf value;
	buf_init(&value, VALUE_BYTES);
	bool is_there = http_query_find(req->query, name, &value);
	*ret_is_wanted = is_there && str_equal(buf_str(&value), wanted);
	buf_finish(&value);
	return is_there;
}

/* Checks a handshake in Engine.IO's order. Whether something is wrong. */
static bool reject_handshake(const struct http_request *req, struct http_response *res)
{
	bool is_websocket, is_version, ignored;
	(void)has_parameter(req, STR("transport"), STR("websocket"), &is_websocket);
	(void)has_parameter(req, STR("EIO"), STR("4"), &is_version);
	if (!is_websocket) {
		write_error(res, 400, TRANSPORT_UNKNOWN, STR("Transport unknown"));
	} else if (has_parameter(req, STR("sid"), STR(""), &ignored)) {
		write_error(res, 400, SESSION_UNKNOWN, STR("Session ID unknown"));
	} else if (req->method != HTTP_GET) {
		write_error(res, 400, BAD_METHOD, STR("Bad handshake method"));
	} else if (!is_version) {
		write_error(res, 400, BAD_VERSION, STR("Unsupported protocol version"));
	} else {
		return false;
	}
	return true;
}

static bool reject_upgrade(const struct http_request *req, struct http_response *res)
{
	switch (http_websocket_check(req)) {
	case HTTP_WEBSOCKET_OK: return false;
	case HTTP_WEBSOCKET_NO_UPGRADE:
		write_error(res, 400, TRANSPORT_UNKNOWN, STR("Transport unknown"));
		break;
	case HTTP_WEBSOCKET_VERSION:
		write_error(res, 426, BAD_REQUEST, STR("Sec-WebSocket-Version is not 13"));
		http_websocket_refuse_version(res);
		break;
	case HTTP_WEBSOCKET_KEY:
		write_error(
			res, 400, BAD_REQUEST, STR("Sec-WebSocket-Key is not 16 bytes in base64"));
		break;
	}
	return true;
}

static bool read_types(const struct http_request *req, struct http_response *res, unsigned *ret)
{
	*ret = sink_types_on(SINK_ON_SOCKET);
	if (sink_types_read_query(req->query, ret)) {
		return true;
	}
	struct buf hint;
	buf_init(&hint, HINT_BYTES);
	sink_types_append_hint(&hint);
	write_error(res, 400, BAD_REQUEST, buf_str(&hint));
	buf_finish(&hint);
	return false;
}

static void on_opened(struct http_stream *stream, const struct http_request *req, void *data)
{
	const struct web_socketio *w = data;
	struct sink_socketio_options options = {
		.types = sink_types_on(SINK_ON_SOCKET),
		.needs_token = req->token_is_due,
		.address = req->peer->address,
	};
	(void)sink_types_read_query(req->query, &options.types); // validated by open_socket()
	sink_socketio_open(w->sink, stream, &options);
}

static void open_socket(const struct http_request *req, struct http_response *res, void *data)
{
	struct web_socketio *w = data;
	unsigned types;
	if (!ws_reader_is_built()) {
		write_error(res, 501, TRANSPORT_UNKNOWN,
			STR("built without WebSocket; use /api/stream"));
	} else if (reject_handshake(req, res) || reject_upgrade(req, res) ||
		   !read_types(req, res, &types)) {
		return;
	} else if (sink_socketio_count(w->sink) >= SINK_SOCKETIO_PEERS) {
		write_error(res, 503, BAD_REQUEST, STR("too many WebSockets; try again later"));
		(void)http_response_header(res, "Retry-After", STR("5"));
	} else {
		bool offers = http_websocket_offers(req, str_from(subprotocol));
		http_websocket_accept(req, res, offers ? subprotocol : NULL, on_opened, w);
	}
}

static const struct http_route routes[] = {
	{.path = "/socket.io/",
		.methods = HTTP_GET | HTTP_POST | HTTP_PUT | HTTP_DELETE | HTTP_PATCH,
		.handler = open_socket,
		.error = write_refusal,
		.max_body_bytes = 4096,
		.flags = HTTP_ROUTE_SAME_ORIGIN | HTTP_ROUTE_WEBSOCKET},
};

struct http_route_group web_socketio_routes(struct web_socketio *w)
{
	return (struct http_route_group){.routes = routes, .count = ARRAY_SIZE(routes), .data = w};
}
