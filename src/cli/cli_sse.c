#include "cli/cli_sse.h"

#include <errno.h>

enum { TYPE_BYTES = 256 };

void cli_sse_init(struct cli_sse *s, size_t max_bytes, cli_sse_on_event *on_event, void *data)
{
	*s = (struct cli_sse){.on_event = on_event, .data = data};
	buf_init(&s->line, max_bytes);
	buf_init(&s->type, TYPE_BYTES);
	buf_init(&s->event_data, max_bytes);
}

void cli_sse_finish(struct cli_sse *s)
{
	buf_finish(&s->line);
	buf_finish(&s->type);
	buf_finish(&s->event_data);
}

void cli_sse_reset(struct cli_sse *s)
{
	buf_clear(&s->line);
	buf_clear(&s->type);
	buf_clear(&s->event_data);
}

static int dispatch(struct cli_sse *s)
{
	int r = 0;
	if (s->event_data.size > 0) {
		struct str type = s->type.size > 0 ? buf_str(&s->type) : STR("message");
		struct str text = {
			s->event_data.data, s->event_data.size - 1}; // without the last '\n'
		r = s->on_event(type, text, s->data);
	}
	buf_clear(&s->type);
	buf_clear(&s->event_data);
	return r;
}

static int take_field(struct cli_sse *s, struct str name, struct str value)
{
	if (str_equal(name, STR("event"))) {
		buf_clear(&s->type);
		return buf_append_str(&s->type, value);
	}
	if (str_equal(name, STR("data"))) {
		int r = buf_append_str(&s->event_data, value);
		return r == 0 ? buf_append_char(&s->event_data, '\n') : r;
	}
	return 0;
}

static int take_line(struct cli_sse *s, struct str line)
{
	if (line.size > 0 && line.data[line.size - 1] == '\r') {
		line.size--;
	}
	if (line.size == 0) {
		return dispatch(s);
	}
	struct str name = line, value = {0};
	(void)str_split(line, ':', &name, &value);
	if (str_starts_with(value, STR(" "))) {
		value = str_skip(value, 1);
	}
	return take_field(s, name, value) == 0 ? 0 : -EMSGSIZE;
}

int cli_sse_feed(struct cli_sse *s, struct str bytes)
{
	while (bytes.size > 0) {
		size_t size = str_find_char(bytes, '\n');
		if (buf_append(&s->line, bytes.data, size) != 0) {
			return -EMSGSIZE;
		}
		if (size == bytes.size) {
			return 0;
		}
		int r = take_line(s, buf_str(&s->line));
		buf_clear(&s->line);
		if (r < 0) {
			return r;
		}
		bytes = str_skip(bytes, size + 1);
	}
	return 0;
}
