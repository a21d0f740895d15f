#include "cli/cli_screen.h"

#include "cli/cli_bar.h"
#include "cli/cli_format.h"
#include "sink/sink_encode.h"

void cli_screen_init(struct cli_screen *s, enum config_format format,
	const struct config_list icons[CONFIG_BAR_STATE_COUNT])
{
	*s = (struct cli_screen){.format = format, .icons = icons};
	buf_init(&s->heard, SINK_MAX_LINE_BYTES);
	buf_init(&s->shown, CLI_FORMAT_MAX_LINE_BYTES);
}

void cli_screen_finish(struct cli_screen *s)
{
	cli_list_finish(&s->list);
	buf_finish(&s->heard);
	buf_finish(&s->shown);
}

int cli_screen_take(struct cli_screen *s, struct str line)
{
	cli_list_finish(&s->list);
	buf_clear(&s->heard);
	buf_append_str(&s->heard, line);
	return cli_list_read(s->heard.data, s->heard.size, &s->list);
}

struct str cli_screen_draw(struct cli_screen *s, int64_t wall_ms)
{
	if (s->heard.size == 0) {
		return (struct str){0};
	}
	struct cli_bar bar;
	struct buf line;
	cli_bar_init(&bar, &s->list, s->icons, wall_ms);
	buf_init(&line, CLI_FORMAT_MAX_LINE_BYTES);
	cli_format_append(&line, s->format, &bar);
	if (str_equal(buf_str(&line), buf_str(&s->shown))) {
		buf_finish(&line);
		return (struct str){0};
	}
	buf_finish(&s->shown);
	s->shown = line;
	return buf_str(&s->shown);
}

int cli_screen_rest_ms(const struct cli_screen *s, int64_t wall_ms)
{
	struct cli_bar bar;
	cli_bar_init(&bar, &s->list, s->icons, wall_ms);
	return cli_bar_moves(&bar) ? (int)(CLI_BAR_FRAME_MS - wall_ms % CLI_BAR_FRAME_MS) : -1;
}
