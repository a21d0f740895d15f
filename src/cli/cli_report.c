#include "cli/cli_report.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"

enum { LINE_BYTES = 64 * 1024, MARK_BYTES = 32 };

static const struct {
	const char *mark, *ascii;
	enum cli_tone tone;
} marks[] = {
	[CLI_GOOD] = {"✓", "ok", CLI_TONE_DONE},
	[CLI_NOTE] = {"!", "! ", CLI_TONE_WAITING},
	[CLI_WRONG] = {"✗", "x ", CLI_TONE_FAILED},
};

void cli_report_say(struct cli_report *r, enum cli_mark mark, const char *fmt, ...)
{
	struct buf line, text;
	va_list args;
	buf_init(&line, LINE_BYTES);
	buf_init(&text, LINE_BYTES);
	va_start(args, fmt);
	buf_vprintf(&text, fmt, args);
	va_end(args);
	cli_style_begin(&line, &r->style, marks[mark].tone);
	buf_append_str(&line, str_from(r->style.ascii ? marks[mark].ascii : marks[mark].mark));
	cli_style_end(&line, &r->style, marks[mark].tone);
	buf_append_char(&line, ' ');
	cli_style_append_cut(&line, &r->style, buf_str(&text), 0);
	printf("%.*s\n", STR_ARG(buf_str(&line)));
	buf_finish(&line);
	buf_finish(&text);
	r->wrong = r->wrong || mark == CLI_WRONG;
}
