#include "sink/sink_socketio.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/list.h"
#include "base/mem.h"
#include "http/http_stream.h"
#include "sink/sink.h"
#include "sink/sink_encode.h"
#include "sink/sink_hub.h"
#include "sink/socketio_packet.h"
#include "sink/socketio_peer.h"
#include "sink/ws_frame.h"
#include "sink/ws_reader.h"

enum {
	BACKLOG_BYTES = 1 << 20,
	KEPT_BYTES = 64 * 1024,
	ANSWER_BYTES = 1 << 20, // to the messages of one read
	ADDRESS_BYTES = 64,
	MORE_BYTES = 256, // of a packet and its frame, besides the line
};

struct sink_socketio {
	struct sink sink;
	struct sink_socketio_calls calls;
	uv_loop_t *loop;
	uv_timer_t ping; // runs while there are clients
	struct list peers;
	size_t count;
	struct buf text, frame, whole, answers;
};

struct peer {
	struct list link;           // sink_socketio::peers; in none once it has ended
	struct sink_socketio *sio;  // NULL: the sink is closed
	struct http_stream *stream; // not ours
	struct ws_reader *reader;
	struct socketio_peer protocol;
	unsigned types;   // bits of enum sink_type: what it gets
	unsigned wanted;  // of those: full state needed
	bool is_reading;  // its types are joined to the hub's readers
	bool lagging;     // gets nothing until it has read what is unsent
	bool was_lagging; // at the last ping, too
	char address[ADDRESS_BYTES];
};

/* ---- the end of one */

static void leave(struct peer *peer)
{
	if (peer->is_reading && peer->sio != NULL) {
		peer->is_reading = false;
		sink_hub_leave(peer->sio->sink.hub, peer->types);
	}
}

/* Nothing is sent to it any more. */
static void drop(struct peer *peer)
{
	struct sink_socketio *sio = peer->sio;
	if (sio == NULL) {
		return;
	}
	leave(peer);
	list_remove(&peer->link);
	peer->sio = NULL;
	sio->count--;
	if (sio->count == 0) {
		uv_timer_stop(&sio->ping);
	}
}

static void reject(const struct peer *peer, const struct ws_end *how)
{
	const struct sink_socketio_calls *calls = &peer->sio->calls;
	if (how->code != WS_CLOSE_NORMAL && how->code != WS_CLOSE_GOING_AWAY) {
		calls->on_reject(peer->address, how, calls->data);
	}
}

/* Sends the closing frame, which is exempt from the limit. */
static void end(struct peer *peer, const struct ws_end *how)
{
	struct buf frame;
	buf_init(&frame, MORE_BYTES);
	(void)ws_frame_append_close(&frame, how->code, str_from(how->reason));
	reject(peer, how);
	drop(peer);
	http_stream_end_with(peer->stream, buf_str(&frame));
	buf_finish(&frame);
}

static void on_closed(struct http_stream *stream, void *data)
{
	(void)stream;
	struct peer *peer = data;
	drop(peer);
	ws_reader_destroy(peer->reader);
	free(peer);
}

/* ---- sending */

/* The line as an event in a frame, in out, which it replaces; the same bytes for every client. */
static struct str frame_event(
	struct sink_socketio *sio, struct buf *out, const char *name, uint64_t id, struct str line)
{
	buf_clear(out);
	buf_trim(out, KEPT_BYTES);
	if (line.size > 0) {
		buf_clear(&sio->text);
		buf_trim(&sio->text, KEPT_BYTES);
		socketio_write_event(&sio->text, socketio_dashboard, name, line, id);
		(void)ws_frame_append(out, WS_TEXT, buf_str(&sio->text));
	}
	return buf_str(out);
}

static void tell(struct peer *peer, struct str bytes)
{
	if (peer->lagging || bytes.size == 0) {
		return;
	}
	size_t unsent = http_stream_unsent_bytes(peer->stream);
	if (unsent > 0 && unsent + bytes.size > BACKLOG_BYTES) {
		peer->lagging = true;
	} else if (http_stream_write(peer->stream, bytes) == -ENOBUFS) {
		peer->lagging = true;
	}
}

static bool gets(const struct peer *peer, enum sink_type type)
{
	return peer->protocol.is_joined && (peer->types & sink_type_bit(type)) != 0;
}

/* The full state, at once or as soon as it is known. */
static void send_snapshot(struct peer *peer)
{
	struct sink_socketio *sio = peer->sio;
	struct sink_hub *hub = sio->sink.hub;
	if (gets(peer, SINK_SESSION_LIST)) {
		struct instant now = instant_at(uv_now(sio->loop));
		tell(peer, frame_event(sio, &sio->frame, sink_types[SINK_SESSION_LIST].name,
				   sink_hub_last_id(hub), sink_hub_snapshot(hub, now)));
	}
	peer->wanted = sink_hub_want(hub, peer->types);
}

static void on_drained(struct http_stream *stream, void *data)
{
	(void)stream;
	struct peer *peer = data;
	if (!peer->lagging || peer->sio == NULL) {
		return;
	}
	peer->lagging = peer->was_lagging = false;
	if (peer->protocol.is_joined) {
		send_snapshot(peer);
	}
}

/* ---- receiving */

/* Starts or stops sending it events, as its messages asked. */
static void follow_protocol(struct peer *peer)
{
	if (peer->protocol.is_joined && !peer->is_reading) {
		peer->is_reading = true;
		sink_hub_join(peer->sio->sink.hub, peer->types);
		send_snapshot(peer);
	} else if (!peer->protocol.is_joined) {
		leave(peer);
	}
}

static const struct ws_end *on_message(enum ws_opcode opcode, struct str message, void *data)
{
	struct peer *peer = data;
	struct sink_socketio *sio = peer->sio;
	const struct socketio_now now = {
		.time = instant_at(uv_now(sio->loop)),
		.seq = sink_hub_last_id(sio->sink.hub),
		.is_token = sio->calls.is_token,
		.data = sio->calls.data,
	};
	buf_clear(&sio->frame);
	const struct ws_end *how = socketio_peer_handle(
		&peer->protocol, opcode, message, &now, &sio->frame);
	tell(peer, buf_str(&sio->frame));
	follow_protocol(peer);
	return how;
}

static void on_received(struct http_stream *stream, char *bytes, size_t size, void *data)
{
	struct peer *peer = data;
	if (peer->sio == NULL) {
		return;
	}
	struct buf *answers = &peer->sio->answers;
	buf_clear(answers);
	buf_trim(answers, KEPT_BYTES);
	const struct ws_end *how = ws_reader_push(peer->reader, (struct str){bytes, size}, answers);
	if (how == NULL) {
		tell(peer, buf_str(answers));
	} else {
		reject(peer, how);
		drop(peer);
		http_stream_end_with(stream, buf_str(answers));
	}
}

/* ---- pings */

static void tick(struct peer *peer)
{
	static const struct ws_end is_slow = {WS_CLOSE_TRY_AGAIN, "too slow"};
	struct sink_socketio *sio = peer->sio;
	if (peer->lagging && peer->was_lagging) {
		end(peer, &is_slow);
		return;
	}
	peer->was_lagging = peer->lagging;
	buf_clear(&sio->frame);
	const struct ws_end *how = socketio_peer_tick(&peer->protocol, &sio->frame);
	if (how != NULL) {
		end(peer, how);
	} else {
		tell(peer, buf_str(&sio->frame));
	}
}

static void on_ping(uv_timer_t *timer)
{
	struct sink_socketio *sio = timer->data;
	struct peer *peer, *next;
	list_for_each_safe(peer, next, &sio->peers, link)
	{
		tick(peer);
	}
}

/* ---- the beginning of one */

/* An id unique among open connections; not a secret: it gives access to nothing. */
static void make_sid(char sid[SOCKETIO_SID_BYTES])
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned char bytes[SOCKETIO_SID_BYTES] = {0};
	if (getrandom(bytes, sizeof(bytes), GRND_NONBLOCK) != (ssize_t)sizeof(bytes)) {
		uint64_t now_ns = uv_hrtime(); // the kernel has no random bytes yet
		memcpy(bytes, &now_ns, sizeof(now_ns));
	}
	for (size_t i = 0; i < SOCKETIO_SID_BYTES; i++) {
		sid[i] = letters[bytes[i] % (sizeof(letters) - 1)];
	}
}

size_t sink_socketio_count(const struct sink *sink)
{
	return container_of(sink, const struct sink_socketio, sink)->count;
}

void sink_socketio_open(
	struct sink *sink, struct http_stream *stream, const struct sink_socketio_options *options)
{
	struct sink_socketio *sio = container_of(sink, struct sink_socketio, sink);
	char sid[SOCKETIO_SID_BYTES];
	struct peer *peer = xcalloc(1, sizeof(*peer));
	*peer = (struct peer){.sio = sio, .stream = stream, .types = options->types};
	(void)snprintf(peer->address, sizeof(peer->address), "%s", options->address);
	peer->reader = ws_reader_create(SOCKETIO_MESSAGE_BYTES, on_message, peer);
	list_append(&sio->peers, &peer->link);
	sio->count++;
	http_stream_on(stream, on_drained, on_closed, peer);
	http_stream_limit_unsent(stream, BACKLOG_BYTES);
	if (peer->reader == NULL) {
		static const struct ws_end is_full = {WS_CLOSE_TRY_AGAIN, "out of memory"};
		end(peer, &is_full);
		return;
	}
	http_stream_on_received(stream, on_received);
	make_sid(sid);
	buf_clear(&sio->frame);
	socketio_peer_init(&peer->protocol, sid, options->needs_token, &sio->frame);
	tell(peer, buf_str(&sio->frame));
	if (!uv_is_active((uv_handle_t *)&sio->ping)) {
		uv_timer_start(&sio->ping, on_ping, SOCKETIO_PING_MS, SOCKETIO_PING_MS);
	}
}

/* ---- the sink */

static void socketio_post(struct sink *sink, const struct sink_message *message)
{
	struct sink_socketio *sio = container_of(sink, struct sink_socketio, sink);
	if (sio->count == 0 || !sink_hub_has_readers(sink->hub, message->type)) {
		return;
	}
	struct str news = frame_event(sio, &sio->frame, message->name, message->id, message->line);
	struct str whole = frame_event(
		sio, &sio->whole, message->name, message->id, message->whole);
	struct peer *peer, *next;
	list_for_each_safe(peer, next, &sio->peers, link)
	{
		if (gets(peer, message->type)) {
			struct str line = sink_message_for(message, peer->types, &peer->wanted);
			tell(peer, line.size == 0                     ? line
				   : line.data == message->whole.data ? whole
								      : news);
		}
	}
}

static void socketio_publish(struct sink *sink, const struct sink_event *event)
{
	enum sink_type type = event->kind == SINK_EVENT_LIST ? SINK_SESSION_LIST
							     : SINK_SESSION_UPDATE;
	socketio_post(sink, &(struct sink_message){.type = type,
				    .name = sink_types[type].name,
				    .id = event->id,
				    .line = event->line});
}

static void on_timer_closed(uv_handle_t *handle)
{
	struct sink_socketio *sio = handle->data;
	buf_finish(&sio->text);
	buf_finish(&sio->frame);
	buf_finish(&sio->whole);
	buf_finish(&sio->answers);
	free(sio);
}

static void socketio_close(struct sink *sink)
{
	static const struct ws_end is_stopping = {WS_CLOSE_GOING_AWAY, "the daemon stops"};
	struct sink_socketio *sio = container_of(sink, struct sink_socketio, sink);
	struct peer *peer, *next;
	list_for_each_safe(peer, next, &sio->peers, link)
	{
		end(peer, &is_stopping);
	}
	list_remove(&sink->link);
	uv_close((uv_handle_t *)&sio->ping, on_timer_closed);
}

struct sink *sink_socketio_create(
	struct sink_hub *hub, uv_loop_t *loop, const struct sink_socketio_calls *calls)
{
	struct sink_socketio *sio = xcalloc(1, sizeof(*sio));
	sio->sink = (struct sink){
		.publish = socketio_publish, .post = socketio_post, .close = socketio_close};
	sio->calls = *calls;
	sio->loop = loop;
	uv_timer_init(loop, &sio->ping);
	sio->ping.data = sio;
	list_init(&sio->peers);
	buf_init(&sio->text, SINK_MAX_LINE_BYTES + MORE_BYTES);
	buf_init(&sio->frame, SINK_MAX_LINE_BYTES + 2 * MORE_BYTES);
	buf_init(&sio->whole, SINK_MAX_LINE_BYTES + 2 * MORE_BYTES);
	buf_init(&sio->answers, ANSWER_BYTES);
	sink_hub_add(hub, &sio->sink);
	return &sio->sink;
}
