#include "sink/socketio_peer.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sink/socketio_packet.h"

enum {
	TEXT_BYTES = SOCKETIO_MESSAGE_BYTES + 1024, // a name of the client's, and our part
	PINGS = SOCKETIO_TIMEOUT_MS / SOCKETIO_PING_MS,
	TICKS = PINGS + 1, // the first may come at any time
};

const struct str socketio_dashboard = STR_INIT("/dashboard");

static const struct ws_end is_over = {WS_CLOSE_NORMAL, ""},
			   is_binary = {WS_CLOSE_UNSUPPORTED, "binary data is not supported"},
			   is_no_packet = {WS_CLOSE_POLICY, "not a Socket.IO packet"},
			   is_too_fast = {WS_CLOSE_POLICY, "more than 50 messages in a second"},
			   is_silent = {WS_CLOSE_POLICY, "no answer to a ping within 10 s"},
			   is_idle = {WS_CLOSE_POLICY, "no CONNECT packet within 10 s"};

/* ---- frames */

static void frame(struct buf *frames, struct buf *text)
{
	(void)ws_frame_append(frames, WS_TEXT, buf_str(text));
	buf_finish(text);
}

static struct str sid_of(const struct socketio_peer *p)
{
	return (struct str){p->sid, SOCKETIO_SID_BYTES};
}

void socketio_peer_init(struct socketio_peer *p, const char sid[SOCKETIO_SID_BYTES],
	bool needs_token, struct buf *frames)
{
	struct buf text;
	*p = (struct socketio_peer){.needs_token = needs_token};
	memcpy(p->sid, sid, SOCKETIO_SID_BYTES);
	buf_init(&text, TEXT_BYTES);
	socketio_write_open(&text, &(const struct socketio_opening){sid_of(p), SOCKETIO_PING_MS,
					   SOCKETIO_TIMEOUT_MS, SOCKETIO_MESSAGE_BYTES});
	frame(frames, &text);
}

/* ---- namespaces */

static void refuse(struct buf *frames, struct str name_space, const char *message)
{
	struct buf text;
	buf_init(&text, TEXT_BYTES);
	socketio_write_refused(&text, name_space, message);
	frame(frames, &text);
}

/* Appends an event of ours, with the time, possibly after something else. */
static void send_event(
	struct buf *frames, const char *name, const char *more, const struct socketio_now *now)
{
	struct buf object, text;
	buf_init(&object, TEXT_BYTES);
	buf_init(&text, TEXT_BYTES);
	buf_printf(&object, "{%s\"timestamp\":\"", more);
	instant_append_utc(&object, now->time.wall_ms);
	buf_append_str(&object, STR("\"}"));
	socketio_write_event(&text, socketio_dashboard, name, buf_str(&object), now->seq);
	buf_finish(&object);
	frame(frames, &text);
}

static bool has_token(const struct socketio_packet *packet, const struct socketio_now *now)
{
	char token[SOCKETIO_TOKEN_BYTES];
	struct str given = socketio_packet_token(packet->data, token);
	return given.size > 0 && now->is_token(given, now->data);
}

static void connect(struct socketio_peer *p, const struct socketio_packet *packet,
	const struct socketio_now *now, struct buf *frames)
{
	bool is_dashboard = str_equal(packet->name_space, socketio_dashboard);
	bool *joined = is_dashboard ? &p->is_joined : &p->is_in_root;
	if (!is_dashboard && !str_equal(packet->name_space, STR("/"))) {
		refuse(frames, packet->name_space, "Invalid namespace");
		return;
	}
	p->needs_token = p->needs_token && !has_token(packet, now);
	if (p->needs_token) {
		refuse(frames, packet->name_space, "Unauthorized");
	} else if (!*joined) {
		struct buf text;
		buf_init(&text, TEXT_BYTES);
		*joined = true;
		socketio_write_connected(&text, packet->name_space, sid_of(p));
		frame(frames, &text);
		if (is_dashboard) {
			send_event(frames, "connection_ack",
				"\"message\":\"Connected to dashboard\",", now);
		}
	}
}

static void disconnect(struct socketio_peer *p, struct str name_space)
{
	if (str_equal(name_space, socketio_dashboard)) {
		p->is_joined = false;
	} else if (str_equal(name_space, STR("/"))) {
		p->is_in_root = false;
	}
}

static bool is_in(const struct socketio_peer *p, struct str name_space)
{
	return (p->is_joined && str_equal(name_space, socketio_dashboard)) ||
	       (p->is_in_root && str_equal(name_space, STR("/")));
}

/* ---- messages */

static void handle_event(struct socketio_peer *p, const struct socketio_packet *packet,
	const struct socketio_now *now, struct buf *frames)
{
	char name[SOCKETIO_NAME_BYTES];
	if (!is_in(p, packet->name_space)) {
		return;
	}
	if (str_equal(packet->name_space, socketio_dashboard) &&
		str_equal(socketio_packet_event(packet->data, name), STR("ping"))) {
		send_event(frames, "pong", "", now);
	}
	if (packet->ack.size > 0) {
		struct buf text;
		buf_init(&text, TEXT_BYTES);
		socketio_write_ack(&text, packet->name_space, packet->ack);
		frame(frames, &text);
	}
}

static const struct ws_end *handle_packet(struct socketio_peer *p,
	const struct socketio_packet *packet, const struct socketio_now *now, struct buf *frames)
{
	switch (packet->type) {
	case SOCKETIO_BAD: return &is_no_packet;
	case SOCKETIO_BINARY: return &is_binary;
	case SOCKETIO_END: return &is_over;
	case SOCKETIO_PONG: p->unanswered_pings = 0; break;
	case SOCKETIO_CONNECT: connect(p, packet, now, frames); break;
	case SOCKETIO_DISCONNECT: disconnect(p, packet->name_space); break;
	case SOCKETIO_EVENT: handle_event(p, packet, now, frames); break;
	case SOCKETIO_NOTHING: break;
	}
	return NULL;
}

/* Whether it has sent too much within a second, which starts at the first message after the
 * previous one. */
static bool is_over_rate(struct socketio_peer *p, int64_t now_ms)
{
	if (p->messages == 0 || now_ms - p->second_ms >= 1000) {
		p->second_ms = now_ms;
		p->messages = 0;
	}
	return ++p->messages > SOCKETIO_MESSAGES_PER_S;
}

const struct ws_end *socketio_peer_handle(struct socketio_peer *p, enum ws_opcode opcode,
	struct str message, const struct socketio_now *now, struct buf *frames)
{
	if (is_over_rate(p, now->time.mono_ms)) {
		return &is_too_fast;
	}
	if (opcode == WS_BINARY) {
		return &is_binary;
	}
	if (opcode != WS_TEXT) {
		return NULL; // WebSocket's own pings are answered by the reader of frames
	}
	const struct socketio_packet packet = socketio_packet_read(message);
	return handle_packet(p, &packet, now, frames);
}

const struct ws_end *socketio_peer_tick(struct socketio_peer *p, struct buf *frames)
{
	p->idle_ticks = p->is_joined || p->is_in_root ? 0 : p->idle_ticks + 1;
	if (p->idle_ticks == TICKS) {
		return &is_idle;
	}
	if (p->unanswered_pings == PINGS) {
		return &is_silent;
	}
	struct buf text;
	buf_init(&text, 1);
	p->unanswered_pings++;
	socketio_write_ping(&text);
	frame(frames, &text);
	return NULL;
}
