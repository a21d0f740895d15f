#include "http/http_chunks.h"

#include <string.h>

#include "base/number.h"

enum state {
	SIZE_BEGIN,
	SIZE_MORE,
	SIZE_BLANK, // after a size: only an extension may follow
	EXTENSION,
	EXTENSION_QUOTED,
	EXTENSION_ESCAPED,
	SIZE_LF,
	DATA,
	DATA_CR,
	DATA_LF,
	TRAILER_BEGIN,
	TRAILER_NAME,
	TRAILER_VALUE,
	TRAILER_LF,
	LAST_LF,
	ENDED,
	BROKEN,
};

static const uint64_t most_data = UINT64_MAX >> 4; // with room for another digit

static void fail(struct http_chunks *c, const char *error)
{
	c->error = error;
	c->state = BROKEN;
}

static bool is_token(unsigned char b)
{
	bool is_alpha = (b | 0x20) >= 'a' && (b | 0x20) <= 'z';
	return is_alpha || (b >= '0' && b <= '9') ||
	       (b != '\0' && strchr("!#$%&'*+-.^_`|~", b) != NULL);
}

/* Allowed in the value of a field or an extension. */
static bool is_text(unsigned char b)
{
	return b == '\t' || (b >= ' ' && b != 0x7f);
}

static void expect(struct http_chunks *c, unsigned char b, unsigned char wanted, enum state next)
{
	if (b == wanted) {
		c->state = next;
	} else {
		fail(c, "a line end is missing");
	}
}

static void take_digit(struct http_chunks *c, int digit)
{
	if (c->left > most_data) {
		fail(c, "the chunk size is too large");
		return;
	}
	c->extra += c->left == 0 && digit == 0;
	c->left = c->left << 4 | (unsigned)digit;
	c->state = SIZE_MORE;
}

static void step_size(struct http_chunks *c, unsigned char b)
{
	int digit = c->state == SIZE_BLANK ? -1 : str_hex_digit((char)b);
	if (digit >= 0) {
		take_digit(c, digit);
		return;
	}
	bool is_end = b == '\r' && c->state == SIZE_MORE;
	if (c->state == SIZE_BEGIN || (!is_end && b != ';' && b != ' ' && b != '\t')) {
		fail(c, "the chunk size is not a hexadecimal number");
		return;
	}
	if (c->state == SIZE_MORE && c->left == 0) {
		c->extra--; // one zero is the size
	}
	if (is_end) {
		c->state = SIZE_LF;
	} else {
		c->extra++;
		c->state = b == ';' ? EXTENSION : SIZE_BLANK;
	}
}

static void step_extension(struct http_chunks *c, unsigned char b)
{
	if (b == '\r' && c->state == EXTENSION) {
		c->state = SIZE_LF;
		return;
	}
	if (!is_text(b)) {
		fail(c, "a chunk extension holds a control character");
		return;
	}
	c->extra++;
	if (c->state == EXTENSION_ESCAPED) {
		c->state = EXTENSION_QUOTED;
	} else if (c->state == EXTENSION_QUOTED && b == '\\') {
		c->state = EXTENSION_ESCAPED;
	} else if (b == '"') {
		c->state = c->state == EXTENSION ? EXTENSION_QUOTED : EXTENSION;
	}
}

static void step_trailer(struct http_chunks *c, unsigned char b)
{
	if (b == '\r' && c->state == TRAILER_BEGIN) {
		c->state = LAST_LF;
		return;
	}
	c->extra++;
	if (c->state == TRAILER_VALUE && b == '\r') {
		c->state = TRAILER_LF;
	} else if (c->state == TRAILER_VALUE ? !is_text(b) : !is_token(b) && b != ':') {
		fail(c, "malformed trailer");
	} else if (b == ':' && c->state == TRAILER_BEGIN) {
		fail(c, "malformed trailer");
	} else if (b == ':' && c->state == TRAILER_NAME) {
		c->state = TRAILER_VALUE;
	} else if (c->state == TRAILER_BEGIN) {
		c->state = TRAILER_NAME;
	}
}

static void step(struct http_chunks *c, unsigned char b)
{
	switch (c->state) {
	case SIZE_BEGIN:
	case SIZE_MORE:
	case SIZE_BLANK: step_size(c, b); break;
	case EXTENSION:
	case EXTENSION_QUOTED:
	case EXTENSION_ESCAPED: step_extension(c, b); break;
	case SIZE_LF: expect(c, b, '\n', c->left > 0 ? DATA : TRAILER_BEGIN); break;
	case DATA_CR: expect(c, b, '\r', DATA_LF); break;
	case DATA_LF: expect(c, b, '\n', SIZE_BEGIN); break;
	case TRAILER_LF:
		c->extra++;
		expect(c, b, '\n', TRAILER_BEGIN);
		break;
	case LAST_LF: expect(c, b, '\n', ENDED); break;
	default: step_trailer(c, b); break;
	}
}

enum http_chunks_result http_chunks_push(struct http_chunks *c, const char *bytes, size_t size,
	size_t *ret_used, struct str *ret_data)
{
	size_t at = 0;
	while (at < size && c->state != DATA && c->state != ENDED && c->state != BROKEN) {
		step(c, (unsigned char)bytes[at++]);
	}
	*ret_used = at;
	if (c->state == BROKEN) {
		return HTTP_CHUNKS_BROKEN;
	}
	if (c->state == ENDED) {
		return HTTP_CHUNKS_END;
	}
	if (c->state != DATA || at == size) {
		return HTTP_CHUNKS_MORE;
	}
	size_t piece = (size_t)min_uint64(c->left, size - at);
	*ret_data = (struct str){bytes + at, piece};
	*ret_used += piece;
	c->left -= piece;
	c->state = c->left == 0 ? DATA_CR : DATA;
	return HTTP_CHUNKS_DATA;
}

bool http_chunks_extra_is_over(const struct http_chunks *c, uint64_t limit)
{
	return c->extra > limit + (c->state == SIZE_MORE && c->left == 0 ? 1 : 0);
}
