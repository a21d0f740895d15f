#include "http/http_websocket.h"

#include "base/sha1.h"
#include "http/http_request.h"

enum { KEY_CHARS = 24, ACCEPT_CHARS = 28 };

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static struct str key_of(const struct http_request *req)
{
	return http_request_header(req, STR("sec-websocket-key"));
}

/* Whether it is 16 bytes in base64. */
static bool is_key(struct str key)
{
	if (key.size != KEY_CHARS || !str_ends_with(key, STR("=="))) {
		return false;
	}
	for (size_t i = 0; i < KEY_CHARS - 2; i++) {
		if (!str_has_char((struct str){base64, sizeof(base64) - 1}, key.data[i])) {
			return false;
		}
	}
	return true;
}

enum http_websocket_lack http_websocket_check(const struct http_request *req)
{
	if (!http_request_upgrades_to(req, STR("websocket"))) {
		return HTTP_WEBSOCKET_NO_UPGRADE;
	}
	if (!str_equal(http_request_header(req, STR("sec-websocket-version")), STR("13"))) {
		return HTTP_WEBSOCKET_VERSION;
	}
	return is_key(key_of(req)) ? HTTP_WEBSOCKET_OK : HTTP_WEBSOCKET_KEY;
}

bool http_websocket_offers(const struct http_request *req, struct str subprotocol)
{
	struct str rest = http_request_header(req, STR("sec-websocket-protocol"));
	while (rest.size > 0) {
		if (str_equal(str_trim(str_cut(&rest, ',')), subprotocol)) {
			return true;
		}
	}
	return false;
}

struct str http_websocket_token(const struct http_request *req)
{
	static const struct str prefix = STR_INIT("bearer.");
	struct str rest = http_request_header(req, STR("sec-websocket-protocol"));
	while (rest.size > 0) {
		struct str offer = str_trim(str_cut(&rest, ','));
		if (str_starts_with(offer, prefix)) {
			return str_skip(offer, prefix.size);
		}
	}
	return (struct str){0};
}

/* The hash of the key and a constant proves that this end speaks the protocol, nothing else. */
static void hash_key(struct str key, char ret[ACCEPT_CHARS])
{
	static const struct str guid = STR_INIT("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
	unsigned char hash[SHA1_BYTES + 1] = {0};
	struct buf text;
	buf_init(&text, KEY_CHARS + guid.size);
	buf_append_str(&text, key);
	buf_append_str(&text, guid);
	sha1(buf_str(&text), hash);
	buf_finish(&text);
	for (unsigned i = 0; i < sizeof(hash) / 3; i++) {
		const unsigned char *at = hash + (size_t)i * 3;
		unsigned bits = (unsigned)at[0] << 16 | (unsigned)at[1] << 8 | at[2];
		for (unsigned k = 0; k < 4; k++) {
			ret[i * 4 + k] = base64[bits >> (18 - 6 * k) & 63];
		}
	}
	ret[ACCEPT_CHARS - 1] = '='; // padding
}

void http_websocket_accept(const struct http_request *req, struct http_response *res,
	const char *subprotocol, http_stream_opened *opened, void *data)
{
	char hash[ACCEPT_CHARS];
	hash_key(key_of(req), hash);
	(void)http_response_header(res, "Sec-WebSocket-Accept", (struct str){hash, ACCEPT_CHARS});
	if (subprotocol != NULL) {
		(void)http_response_header(res, "Sec-WebSocket-Protocol", str_from(subprotocol));
	}
	http_response_upgrade(res, "websocket", opened, data);
}

void http_websocket_refuse_version(struct http_response *res)
{
	http_response_status(res, 426);
	(void)http_response_header(res, "Upgrade", STR("websocket"));
	(void)http_response_header(res, "Sec-WebSocket-Version", STR("13"));
}
