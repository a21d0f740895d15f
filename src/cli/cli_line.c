#include "cli/cli_line.h"

#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/utf8.h"
#include "cli/cli_list.h"
#include "cli/cli_style.h"
#include "cli/cli_words.h"

enum { LINE_BYTES = 64 * 1024, STATUS_COLUMNS = 19, NAME_COLUMNS = 40 };

static void append_time(struct buf *out, int64_t wall_ms, const struct cli_style *style)
{
	char text[16];
	struct tm tm;
	time_t seconds = (time_t)(wall_ms / 1000);
	if (localtime_r(&seconds, &tm) == NULL || strftime(text, sizeof(text), "%T", &tm) == 0) {
		return;
	}
	cli_style_begin(out, style, CLI_TONE_FAINT);
	buf_printf(out, "%s  ", text);
	cli_style_end(out, style, CLI_TONE_FAINT);
}

static void append_session(struct buf *out, const struct cli_session *s,
	const struct cli_style *style, int64_t wall_ms)
{
	struct buf status;
	enum cli_tone tone = cli_style_tone(s);
	buf_init(&status, LINE_BYTES);
	cli_words_append_status(&status, s);
	append_time(out, wall_ms, style);
	cli_style_begin(out, style, tone);
	cli_style_append_cut(out, style, buf_str(&status), 0);
	cli_style_end(out, style, tone);
	for (size_t width = utf8_width(buf_str(&status)); width < STATUS_COLUMNS + 2; width++) {
		buf_append_char(out, ' ');
	}
	if (s->project.size > 0) {
		cli_style_append_shown(out, style, s->project, NAME_COLUMNS);
		buf_append_str(out, STR(" ("));
		cli_style_append_shown(out, style, s->assistant, NAME_COLUMNS);
		buf_append_char(out, ')');
	} else {
		cli_style_append_shown(out, style, s->assistant, NAME_COLUMNS);
	}
	if (s->doing.size > 0) {
		buf_append_str(out, STR("  "));
		cli_style_append_shown(out, style, s->doing, NAME_COLUMNS);
	}
	buf_append_char(out, '\n');
	buf_finish(&status);
}

static int compare_times(const void *left, const void *right)
{
	const struct cli_session *a = left, *b = right;
	return a->since_ms < b->since_ms ? -1 : a->since_ms > b->since_ms;
}

static void append_list(struct buf *out, const struct cli_list *list, const struct cli_style *style)
{
	int64_t now_ms = instant_now().wall_ms;
	for (size_t i = 0; i < list->count; i++) {
		append_session(out, &list->sessions[i], style, list->sessions[i].since_ms);
	}
	if (list->count == 0) {
		append_time(out, now_ms, style);
		if (list->error.size > 0) {
			buf_printf(out, "%s; waiting\n", cli_list_error_words(list));
		} else {
			buf_append_str(out, STR("no sessions yet; connect your assistants with: "
						"otel-ai-monitor setup\n"));
		}
	}
}

void cli_line_append(struct buf *out, struct str line, bool is_first, const struct cli_style *style)
{
	struct buf copy; // reading modifies it
	struct cli_session s;
	struct cli_list list;
	buf_init(&copy, line.size);
	buf_append_str(&copy, line);
	if (cli_list_read_update(copy.data, copy.size, &s) == 0) {
		append_session(out, &s, style, instant_now().wall_ms);
		buf_finish(&copy);
		return;
	}
	buf_clear(&copy);
	buf_append_str(&copy, line);
	if (cli_list_read(copy.data, copy.size, &list) == 0) {
		if (is_first || list.error.size > 0) {
			if (list.count > 1) {
				qsort(list.sessions, list.count, sizeof(*list.sessions),
					compare_times);
			}
			append_list(out, &list, style);
		}
		cli_list_finish(&list);
	}
	buf_finish(&copy);
}
