/* Any bytes as what a client sends over a WebSocket: they end it or are answered, the same whether
 * they come at once or one by one, and what is sent is whole frames of valid text. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "fuzz/fuzz_target.h"
#include "sink/socketio_peer.h"
#include "sink/ws_frame.h"
#include "sink/ws_reader.h"

enum { OUT_BYTES = 8 << 20, MAX_BYTES = 1 << 20 };

struct client {
	struct ws_reader *reader;
	struct socketio_peer peer;
	struct buf frames, answers;
};

static bool is_token(struct str token, void *data)
{
	(void)data;
	return str_equal(token, STR("s3cret"));
}

static const struct ws_end *on_message(enum ws_opcode opcode, struct str message, void *data)
{
	struct client *c = data;
	const struct socketio_now now = {.time = {1000, 1000}, .seq = 1, .is_token = is_token};
	fuzz_check(message.size <= SOCKETIO_MESSAGE_BYTES);
	fuzz_check(opcode != WS_TEXT || utf8_is_valid(message));
	return socketio_peer_handle(&c->peer, opcode, message, &now, &c->frames);
}

static void check_frames(const struct buf *frames)
{
	struct str rest = buf_str(frames);
	while (rest.size > 0) {
		const unsigned char *at = (const unsigned char *)rest.data;
		fuzz_check(rest.size >= 2 && at[1] < 127);
		size_t header = at[1] < 126 ? 2 : 4;
		fuzz_check(rest.size >= header);
		size_t size = at[1] < 126 ? at[1] : (size_t)at[2] << 8 | at[3];
		fuzz_check(rest.size >= header + size);
		struct str text = str_first(str_skip(rest, header), size);
		fuzz_check(at[0] != (0x80 | WS_TEXT) || utf8_is_valid(text));
		rest = str_skip(rest, header + size);
	}
}

/* How it ended; piece: how many bytes come at once. */
static unsigned run(struct client *c, struct str bytes, size_t piece)
{
	const struct ws_end *end = NULL;
	buf_init(&c->frames, OUT_BYTES);
	buf_init(&c->answers, OUT_BYTES);
	socketio_peer_init(&c->peer, "0123456789abcdefghij", bytes.size % 2 == 0, &c->frames);
	c->reader = ws_reader_create(SOCKETIO_MESSAGE_BYTES, on_message, c);
	while (end == NULL && bytes.size > 0) {
		struct str part = str_first(bytes, piece);
		bytes = str_skip(bytes, part.size);
		end = ws_reader_push(c->reader, part, &c->answers);
	}
	ws_reader_destroy(c->reader);
	check_frames(&c->frames);
	check_frames(&c->answers);
	return end != NULL ? end->code : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct client whole, pieces;
	struct str bytes = {(const char *)data, size};
	if (size > MAX_BYTES) {
		return 0;
	}
	unsigned at_once = run(&whole, bytes, size), one_by_one = run(&pieces, bytes, 1);
	/* wslay looks at the reason of a client's close frame only if it comes in one piece */
	fuzz_check(at_once == one_by_one || at_once == WS_CLOSE_NOT_UTF8);
	fuzz_check(str_equal(buf_str(&whole.frames), buf_str(&pieces.frames)));
	buf_finish(&whole.frames);
	buf_finish(&whole.answers);
	buf_finish(&pieces.frames);
	buf_finish(&pieces.answers);
	return 0;
}
