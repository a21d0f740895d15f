#include "sink/ws_reader.h"

#include <stdlib.h>
#include <string.h>
#include <wslay/wslay.h>

#include "base/buf.h"
#include "base/mem.h"

struct ws_reader {
	struct wslay_event_context *context; // owned
	ws_on_message *on_message;
	void *data;
	struct str bytes;           // what is left to read, during a push
	struct buf *answers;        // where to write, during a push
	const struct ws_end *ended; // by on_message
};

static ssize_t give_bytes(
	wslay_event_context_ptr context, uint8_t *to, size_t size, int flags, void *user_data)
{
	struct ws_reader *r = user_data;
	(void)flags;
	struct str part = str_first(r->bytes, size);
	if (part.size == 0) {
		wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
		return -1;
	}
	memcpy(to, part.data, part.size);
	r->bytes = str_skip(r->bytes, part.size);
	return (ssize_t)part.size;
}

static ssize_t take_answer(wslay_event_context_ptr context, const uint8_t *bytes, size_t size,
	int flags, void *user_data)
{
	struct ws_reader *r = user_data;
	(void)flags;
	if (buf_append(r->answers, bytes, size) != 0) {
		wslay_event_set_error(context, WSLAY_ERR_CALLBACK_FAILURE);
		return -1;
	}
	return (ssize_t)size;
}

static void on_message(wslay_event_context_ptr context,
	const struct wslay_event_on_msg_recv_arg *arg, void *user_data)
{
	struct ws_reader *r = user_data;
	if (arg->opcode == WSLAY_CONNECTION_CLOSE) {
		return; // answered already
	}
	struct str message = {(const char *)arg->msg, arg->msg_length};
	r->ended = r->on_message((enum ws_opcode)arg->opcode, message, r->data);
	if (r->ended != NULL) {
		wslay_event_shutdown_read(context);
	}
}

bool ws_reader_is_built(void)
{
	return true;
}

struct ws_reader *ws_reader_create(size_t max_message_bytes, ws_on_message *on_message_, void *data)
{
	static const struct wslay_event_callbacks callbacks = {
		.recv_callback = give_bytes,
		.send_callback = take_answer,
		.on_msg_recv_callback = on_message,
	};
	struct ws_reader *r = xcalloc(1, sizeof(*r));
	r->on_message = on_message_;
	r->data = data;
	if (wslay_event_context_server_init(&r->context, &callbacks, r) != 0) {
		free(r);
		return NULL;
	}
	wslay_event_config_set_max_recv_msg_length(r->context, max_message_bytes);
	return r;
}

void ws_reader_destroy(struct ws_reader *r)
{
	if (r != NULL) {
		wslay_event_context_free(r->context);
		free(r);
	}
}

/* How the library, or the peer, has closed the connection. */
static const struct ws_end *end_of(const struct ws_reader *r)
{
	static const struct ws_end by_peer = {WS_CLOSE_NORMAL, "closed by the client"};
	static const struct ws_end rows[] = {
		{WS_CLOSE_NOT_UTF8, "text is not UTF-8"},
		{WS_CLOSE_TOO_BIG, "message over the limit"},
		{WS_CLOSE_PROTOCOL, "malformed or unmasked frame"},
	};
	if (wslay_event_get_close_received(r->context)) {
		return &by_peer;
	}
	unsigned code = wslay_event_get_status_code_sent(r->context);
	size_t i = 0;
	while (i + 1 < ARRAY_SIZE(rows) && rows[i].code != code) {
		i++;
	}
	return &rows[i];
}

static const struct ws_end *end(struct buf *answers, const struct ws_end *how)
{
	(void)ws_frame_append_close(answers, how->code, str_from(how->reason));
	return how;
}

const struct ws_end *ws_reader_push(struct ws_reader *r, struct str bytes, struct buf *answers)
{
	static const struct ws_end no_memory = {WS_CLOSE_INTERNAL, "out of memory"},
				   bad_header = {WS_CLOSE_PROTOCOL, "malformed frame"},
				   no_room = {WS_CLOSE_POLICY, "too many pings at once"};
	r->bytes = bytes;
	r->answers = answers;
	int received = wslay_event_recv(r->context);
	if (received != 0) {
		return end(answers, received == WSLAY_ERR_NOMEM ? &no_memory : &bad_header);
	}
	if (wslay_event_send(r->context) != 0) {
		return end(answers, &no_room);
	}
	if (r->ended != NULL) {
		return end(answers, r->ended);
	}
	return wslay_event_get_close_sent(r->context) ? end_of(r) : NULL;
}
