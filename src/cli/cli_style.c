#include "cli/cli_style.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/cli_list.h"
#include "config/config.h"

enum { WIDTH = 80, HEIGHT = 24, SHOWN_BYTES = 120, TEXT_BYTES = 4096 };

/* locale(7): the first of these that is set counts. */
static bool knows_unicode(const struct config *config)
{
	static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
		const char *locale = config_variable(config, variables[i]);
		if (locale != NULL) {
			const char *codeset = strchr(locale, '.');
			return codeset != NULL && (strncasecmp(codeset, ".utf-8", 6) == 0 ||
							  strncasecmp(codeset, ".utf8", 5) == 0);
		}
	}
	return false;
}

void cli_style_measure(struct cli_style *style, int fd)
{
	struct winsize size = {0};
	bool is_known = ioctl(fd, TIOCGWINSZ, &size) == 0;
	style->width = is_known && size.ws_col > 0 ? size.ws_col : WIDTH;
	style->height = is_known && size.ws_row > 0 ? size.ws_row : HEIGHT;
}

struct cli_style cli_style_of(const struct config *config, int fd)
{
	if (isatty(fd) != 1) {
		return (struct cli_style){0};
	}
	const char *term = config_variable(config, "TERM");
	struct cli_style style = {
		.is_terminal = true,
		.colors = config_variable(config, "NO_COLOR") == NULL && term != NULL &&
			  strcmp(term, "dumb") != 0,
		.ascii = !knows_unicode(config),
	};
	cli_style_measure(&style, fd);
	return style;
}

static const char *const codes[CLI_TONE_COUNT] = {
	[CLI_TONE_HEADING] = "1",
	[CLI_TONE_FAINT] = "2",
	[CLI_TONE_WORKING] = "36",
	[CLI_TONE_DONE] = "32",
	[CLI_TONE_WAITING] = "1;33",
	[CLI_TONE_FAILED] = "1;31",
};

void cli_style_begin(struct buf *out, const struct cli_style *style, enum cli_tone tone)
{
	if (style->colors && codes[tone] != NULL) {
		buf_printf(out, "\x1b[%sm", codes[tone]);
	}
}

void cli_style_end(struct buf *out, const struct cli_style *style, enum cli_tone tone)
{
	if (style->colors && codes[tone] != NULL) {
		buf_append_str(out, STR("\x1b[0m"));
	}
}

/* One '?' per character that the terminal cannot show. */
static void append_ascii(struct buf *out, struct str text)
{
	while (text.size > 0) {
		size_t size = utf8_sequence(text);
		buf_append_char(out, size == 1 ? text.data[0] : '?');
		text = str_skip(text, size > 0 ? size : 1);
	}
}

void cli_style_append_cut(
	struct buf *out, const struct cli_style *style, struct str text, size_t columns)
{
	struct buf plain;
	buf_init(&plain, TEXT_BYTES);
	if (style->ascii) {
		append_ascii(&plain, text);
		text = buf_str(&plain);
	}
	struct str end = style->ascii ? STR("...") : STR("…");
	size_t end_width = utf8_width(end);
	if (columns == 0 || utf8_width(text) <= columns) {
		buf_append_str(out, text);
	} else {
		buf_append_str(out, utf8_fit(text, columns > end_width ? columns - end_width : 0));
		buf_append_str(out, utf8_fit(end, columns));
	}
	buf_finish(&plain);
}

void cli_style_append_shown(
	struct buf *out, const struct cli_style *style, struct str text, size_t columns)
{
	struct buf shown;
	buf_init(&shown, TEXT_BYTES);
	utf8_append_shown(&shown, text.size > 0 ? text : STR("-"), SHOWN_BYTES);
	cli_style_append_cut(out, style, buf_str(&shown), columns);
	buf_finish(&shown);
}

enum cli_tone cli_style_tone(const struct cli_session *s)
{
	static const struct {
		struct str word; // of attention, or of a state
		enum cli_tone tone;
	} tones[] = {
		{STR_INIT("error"), CLI_TONE_FAILED},
		{STR_INIT("limit"), CLI_TONE_FAILED},
		{STR_INIT("done"), CLI_TONE_DONE},
		{STR_INIT("completed"), CLI_TONE_DONE},
		{STR_INIT("working"), CLI_TONE_WORKING},
		{STR_INIT("idle"), CLI_TONE_FAINT},
		{STR_INIT("expired"), CLI_TONE_FAINT},
	};
	struct str word = s->attention.size > 0 ? s->attention : s->state;
	for (size_t i = 0; i < ARRAY_SIZE(tones); i++) {
		if (str_equal(word, tones[i].word)) {
			return tones[i].tone;
		}
	}
	return cli_list_needs_user(s) ? CLI_TONE_WAITING : CLI_TONE_PLAIN;
}

/* ---- findings */

enum { LINE_BYTES = 64 * 1024, MARK_BYTES = 32 };

static const struct {
	const char *mark, *ascii;
	enum cli_tone tone;
} marks[] = {
	[CLI_GOOD] = {"✓", "ok", CLI_TONE_DONE},
	[CLI_NOTE] = {"!", "! ", CLI_TONE_WAITING},
	[CLI_WRONG] = {"✗", "x ", CLI_TONE_FAILED},
};

void cli_style_report(struct cli_report *r, enum cli_mark mark, const char *fmt, ...)
{
	struct buf line, text;
	va_list args;
	if (r == NULL) {
		return;
	}
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
