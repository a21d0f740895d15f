#include "sink/socketio_packet.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_bind.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/mem.h"

enum { ACK_DIGITS = 16, DEPTH = 32 };

/* ---- reading */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Cuts the namespace from the front of *rest. */
static struct str cut_name_space(struct str *rest)
{
	if (!str_starts_with(*rest, STR("/"))) {
		return STR("/");
	}
	struct str name = str_cut(rest, ',');
	return str_cut(&name, '?');
}

static struct str cut_digits(struct str *rest)
{
	size_t size = 0;
	while (size < rest->size && is_digit(rest->data[size])) {
		size++;
	}
	struct str digits = str_first(*rest, size);
	*rest = str_skip(*rest, size);
	return digits;
}

static struct socketio_packet read_message(struct str text)
{
	static const enum socketio_packet_type types[] = {
		SOCKETIO_CONNECT,
		SOCKETIO_DISCONNECT,
		SOCKETIO_EVENT,
		SOCKETIO_NOTHING, // an acknowledgement: never requested
		SOCKETIO_BAD,     // an error: only servers send it
		SOCKETIO_BINARY,
		SOCKETIO_BINARY,
	};
	struct socketio_packet p = {.type = SOCKETIO_BAD};
	size_t type = text.size > 0 ? (size_t)(unsigned char)text.data[0] - '0' : SIZE_MAX;
	if (type >= ARRAY_SIZE(types)) {
		return p;
	}
	text = str_skip(text, 1);
	p.name_space = cut_name_space(&text);
	p.ack = cut_digits(&text);
	p.data = text;
	p.type = p.ack.size <= ACK_DIGITS ? types[type] : SOCKETIO_BAD;
	return p;
}

struct socketio_packet socketio_packet_read(struct str text)
{
	struct socketio_packet p = {.type = SOCKETIO_BAD};
	if (text.size == 0) {
		return p;
	}
	switch (text.data[0]) {
	case '1': p.type = SOCKETIO_END; break;
	case '3': p.type = SOCKETIO_PONG; break;
	case '4': return read_message(str_skip(text, 1));
	case '6': p.type = SOCKETIO_NOTHING; break;
	default: break; // clients send no open, ping and upgrade
	}
	return p;
}

/* The reader changes what it reads, so it is given a copy. */
static char *copy(struct str text)
{
	char *bytes = xmalloc(text.size + 1);
	if (text.size > 0) {
		memcpy(bytes, text.data, text.size);
	}
	return bytes;
}

static struct str keep(struct str text, char *to, size_t room)
{
	if (text.size == 0 || text.size > room) {
		return (struct str){0};
	}
	memcpy(to, text.data, text.size);
	return (struct str){to, text.size};
}

struct str socketio_packet_event(struct str data, char name[SOCKETIO_NAME_BYTES])
{
	cleanup_free char *bytes = copy(data);
	struct json_reader r;
	json_reader_init(&r, bytes, data.size, DEPTH);
	struct str kept = {0};
	enum json_token t = json_next(&r);
	if (t == JSON_ARRAY_BEGIN) {
		t = json_next(&r);
		kept = t == JSON_STRING ? keep(r.text, name, SOCKETIO_NAME_BYTES) : kept;
	}
	while (t != JSON_END && t != JSON_ERROR) {
		t = json_next(&r);
	}
	return t == JSON_END ? kept : (struct str){0};
}

struct str socketio_packet_token(struct str data, char token[SOCKETIO_TOKEN_BYTES])
{
	struct auth {
		struct str token;
	} auth = {0};
	static const struct json_member members[] = {
		JSON_MEMBER("token", TEXT, struct auth, token),
	};
	static const struct json_shape shape = JSON_SHAPE(members);
	struct json_tally tally = {0};
	cleanup_free char *bytes = copy(data);
	if (!json_bind_text(bytes, data.size, DEPTH, &shape, &auth, &tally)) {
		return (struct str){0};
	}
	return keep(auth.token, token, SOCKETIO_TOKEN_BYTES);
}

/* ---- writing */

void socketio_write_open(struct buf *out, const struct socketio_opening *opening)
{
	buf_printf(out,
		"0{\"sid\":\"%.*s\",\"upgrades\":[],\"pingInterval\":%u,\"pingTimeout\":%u,"
		"\"maxPayload\":%u}",
		STR_ARG(opening->sid), opening->ping_interval_ms, opening->ping_timeout_ms,
		opening->max_message_bytes);
}

void socketio_write_ping(struct buf *out)
{
	buf_append_char(out, '2');
}

/* The default namespace has no name. */
static void begin_message(struct buf *out, char type, struct str name_space)
{
	buf_append_char(out, '4');
	buf_append_char(out, type);
	if (!str_equal(name_space, STR("/"))) {
		buf_append_str(out, name_space);
		buf_append_char(out, ',');
	}
}

void socketio_write_connected(struct buf *out, struct str name_space, struct str sid)
{
	begin_message(out, '0', name_space);
	buf_printf(out, "{\"sid\":\"%.*s\"}", STR_ARG(sid));
}

void socketio_write_refused(struct buf *out, struct str name_space, const char *message)
{
	begin_message(out, '4', name_space);
	struct json_writer j;
	json_writer_init(&j, out);
	json_object_begin(&j);
	json_name_str(&j, "message", str_from(message));
	json_object_end(&j);
}

void socketio_write_ack(struct buf *out, struct str name_space, struct str ack)
{
	begin_message(out, '3', name_space);
	buf_append_str(out, ack);
	buf_append_str(out, STR("[]"));
}

void socketio_write_event(
	struct buf *out, struct str name_space, const char *name, struct str object, uint64_t seq)
{
	if (str_ends_with(object, STR("\n"))) {
		object.size--;
	}
	begin_message(out, '2', name_space);
	buf_printf(out, "[\"%s\",", name);
	buf_append_str(out, str_first(object, object.size - 1)); // without its '}'
	buf_printf(out, "%s\"seq\":%" PRIu64 "}]", object.size > 2 ? "," : "", seq);
}
