#include "base/json_write.h"

#include <string.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/utf8.h"

void json_writer_init(struct json_writer *w, struct buf *out)
{
	*w = (struct json_writer){.out = out};
}

static void before_value(struct json_writer *w)
{
	if (w->comma) {
		buf_append_char(w->out, ',');
	}
	w->comma = true;
}

static void begin(struct json_writer *w, char c)
{
	before_value(w);
	buf_append_char(w->out, c);
	w->comma = false;
}

static void end(struct json_writer *w, char c)
{
	buf_append_char(w->out, c);
	w->comma = true;
}

void json_object_begin(struct json_writer *w)
{
	begin(w, '{');
}

void json_object_end(struct json_writer *w)
{
	end(w, '}');
}

void json_array_begin(struct json_writer *w)
{
	begin(w, '[');
}

void json_array_end(struct json_writer *w)
{
	end(w, ']');
}

void json_name(struct json_writer *w, const char *name)
{
	before_value(w);
	buf_append_char(w->out, '"');
	buf_append(w->out, name, strlen(name));
	buf_append(w->out, "\":", 2);
	w->comma = false;
}

/* The number of bytes at the front that need no escaping. */
static size_t plain_prefix(struct str s)
{
	size_t n = 0;
	while (n < s.size) {
		unsigned char c = (unsigned char)s.data[n];
		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') {
			break;
		}
		n++;
	}
	return n;
}

static void append_escaped(struct buf *out, struct str s)
{
	static const char short_escapes[] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
	while (s.size > 0) {
		size_t plain = plain_prefix(s);
		buf_append(out, s.data, plain);
		s = str_skip(s, plain);
		if (s.size == 0) {
			return;
		}
		unsigned char c = (unsigned char)s.data[0];
		size_t length = utf8_sequence(s);
		if (c == '"' || c == '\\') {
			buf_printf(out, "\\%c", c);
		} else if (c < sizeof(short_escapes) && short_escapes[c] != 0) {
			buf_printf(out, "\\%c", short_escapes[c]);
		} else if (c < 0x20 || c == 0x7f) {
			buf_printf(out, "\\u%04x", c);
		} else if (length == 2 && c == 0xc2 && (unsigned char)s.data[1] < 0xa0) {
			buf_printf(out, "\\u%04x", (unsigned char)s.data[1]); // C1 is control, too
		} else if (length > 0) {
			buf_append(out, s.data, length);
		} else {
			utf8_append_repaired(out, (struct str){s.data, 1});
			length = 1;
		}
		s = str_skip(s, length);
	}
}

void json_str(struct json_writer *w, struct str s)
{
	before_value(w);
	buf_append_char(w->out, '"');
	append_escaped(w->out, s);
	buf_append_char(w->out, '"');
}

/* Fits any 64-bit number with a sign, a point and a 0 before it. */
struct decimal {
	char text[24];
};

/* value / 10^places without trailing zeros after the point. Lines are full of numbers: this is
 * several times as fast as printf(3). */
static struct str write_decimal(struct decimal *d, int64_t value, unsigned places)
{
	char *past = d->text + sizeof(d->text), *at = past;
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	for (; places > 0; places--, rest /= 10) {
		if (at != past || rest % 10 != 0) {
			*--at = (char)('0' + rest % 10);
		}
	}
	if (at != past) {
		*--at = '.';
	}
	do {
		*--at = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (value < 0) {
		*--at = '-';
	}
	return (struct str){at, (size_t)(past - at)};
}

void json_int(struct json_writer *w, int64_t value)
{
	json_raw(w, write_decimal(&(struct decimal){0}, value, 0));
}

void json_bool(struct json_writer *w, bool value)
{
	json_raw(w, value ? STR("true") : STR("false"));
}

void json_null(struct json_writer *w)
{
	json_raw(w, STR("null"));
}

void json_billionths(struct json_writer *w, int64_t billionths)
{
	json_raw(w, write_decimal(&(struct decimal){0}, billionths, 9));
}

void json_raw(struct json_writer *w, struct str text)
{
	before_value(w);
	buf_append_str(w->out, text);
}

void json_name_str(struct json_writer *w, const char *name, struct str s)
{
	json_name(w, name);
	if (s.data == NULL) {
		json_null(w);
	} else {
		json_str(w, s);
	}
}

void json_name_int(struct json_writer *w, const char *name, int64_t value)
{
	json_name(w, name);
	json_int(w, value);
}

void json_name_bool(struct json_writer *w, const char *name, bool value)
{
	json_name(w, name);
	json_bool(w, value);
}

void json_name_time(struct json_writer *w, const char *name, int64_t wall_ms)
{
	json_name(w, name);
	buf_append_char(w->out, '"');
	instant_append_utc(w->out, wall_ms);
	buf_append_char(w->out, '"');
	w->comma = true;
}
