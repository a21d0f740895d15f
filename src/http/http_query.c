#include "http/http_query.h"

#include "base/buf.h"

static int hex_value(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The character at *at, which is moved past it; -1: badly encoded. */
static int unescape(struct str text, size_t *at)
{
	char c = text.data[(*at)++];
	if (c != '%') {
		return (unsigned char)c;
	}
	if (*at + 2 > text.size) {
		return -1;
	}
	int high = hex_value(text.data[*at]), low = hex_value(text.data[*at + 1]);
	*at += 2;
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static int decode(struct str text, size_t *at)
{
	return text.data[*at] == '+' ? (++*at, ' ') : unescape(text, at);
}

static bool append(struct buf *out, struct str text, int (*next)(struct str text, size_t *at))
{
	size_t size = out->size, at = 0;
	while (at < text.size) {
		int c = next(text, &at);
		if (c < 0 || buf_append_char(out, (char)c) < 0) {
			out->size = size;
			return false;
		}
	}
	return true;
}

static bool is_called(struct str encoded, struct str name)
{
	size_t at = 0, matched = 0;
	while (at < encoded.size && matched < name.size &&
		decode(encoded, &at) == (unsigned char)name.data[matched]) {
		matched++;
	}
	return at == encoded.size && matched == name.size;
}

/* What cannot be read must not count as not said: a filter would let everything pass. */
static void take_value(struct buf *value, struct str text)
{
	size_t size = value->size;
	if (!append(value, text, decode)) {
		value->size = size;
		value->overflowed = false;
		buf_append_str(value, STR("\xef\xbf\xbd"));
	}
}

bool http_query_find(struct str query, struct str name, struct buf *value)
{
	while (query.size > 0) {
		struct str text = str_cut(&query, '&'), key = str_cut(&text, '=');
		if (is_called(key, name)) {
			take_value(value, text);
			return true;
		}
	}
	return false;
}

bool http_query_unescape(struct str text, struct buf *out)
{
	return append(out, text, unescape);
}

struct str http_query_unknown(struct str query, const char *const *names)
{
	while (query.size > 0) {
		struct str text = str_cut(&query, '&'), key = str_cut(&text, '=');
		bool is_known = key.size == 0;
		for (size_t i = 0; !is_known && names[i] != NULL; i++) {
			is_known = is_called(key, str_from(names[i]));
		}
		if (!is_known) {
			return key;
		}
	}
	return (struct str){0};
}
