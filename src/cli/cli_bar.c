#include "cli/cli_bar.h"

#include "base/buf.h"
#include "base/duration.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/cli_list.h"
#include "cli/cli_words.h"

enum { NAME_BYTES = 40, LINE_BYTES = 1024, DETAILS_MAX = 20 };

static const struct {
	struct str name;
	const char *details; // where there is no session to tell of
} states[CONFIG_BAR_STATE_COUNT] = {
	[CONFIG_BAR_ATTENTION] = {STR_INIT("attention"), NULL},
	[CONFIG_BAR_WORKING] = {STR_INIT("working"), NULL},
	[CONFIG_BAR_COMPLETED] = {STR_INIT("completed"), NULL},
	[CONFIG_BAR_IDLE] = {STR_INIT("idle"), NULL},
	[CONFIG_BAR_EMPTY] = {STR_INIT("empty"), "No AI sessions"},
	[CONFIG_BAR_UNREACHABLE] = {STR_INIT("unreachable"), "otel-ai-monitor is not running"},
};

struct str cli_bar_state_name(enum config_bar_state state)
{
	return states[state].name;
}

static enum config_bar_state state_of(const struct cli_session *s)
{
	if (cli_list_needs_user(s)) {
		return CONFIG_BAR_ATTENTION;
	}
	for (int state = CONFIG_BAR_WORKING; state < CONFIG_BAR_IDLE; state++) {
		if (str_equal(s->state, states[state].name)) {
			return (enum config_bar_state)state;
		}
	}
	return CONFIG_BAR_IDLE;
}

void cli_bar_init(struct cli_bar *ret, const struct cli_list *list,
	const struct config_list icons[CONFIG_BAR_STATE_COUNT], int64_t wall_ms)
{
	*ret = (struct cli_bar){.list = list, .icons = icons, .wall_ms = wall_ms};
	for (size_t i = 0; i < list->count; i++) {
		ret->counts[state_of(&list->sessions[i])]++;
	}
	ret->state = CONFIG_BAR_ATTENTION;
	while (ret->state < CONFIG_BAR_EMPTY && ret->counts[ret->state] == 0) {
		ret->state++;
	}
	if (list->error.size > 0) {
		ret->state = CONFIG_BAR_UNREACHABLE;
	}
}

int cli_bar_percentage(const struct cli_bar *bar)
{
	size_t all = bar->list->count;
	return all > 0 ? (int)(bar->counts[CONFIG_BAR_WORKING] * 100 / all) : 0;
}

const struct cli_session *cli_bar_asking(const struct cli_bar *bar)
{
	const struct cli_session *s = cli_list_most_urgent(bar->list);
	return s != NULL && cli_list_needs_user(s) ? s : NULL;
}

bool cli_bar_moves(const struct cli_bar *bar)
{
	return bar->counts[CONFIG_BAR_WORKING] > 0 && bar->icons[CONFIG_BAR_WORKING].count > 1;
}

/* ---- text from outside */

static void append_escaped(struct buf *out, struct str text, const struct cli_escape *escapes)
{
	while (text.size > 0) {
		const struct cli_escape *e = escapes;
		while (e->from.size > 0 && !str_starts_with(text, e->from)) {
			e++;
		}
		if (e->from.size > 0) {
			buf_append_str(out, e->to);
			text = str_skip(text, e->from.size);
		} else {
			buf_append_char(out, text.data[0]);
			text = str_skip(text, 1);
		}
	}
}

void cli_bar_append_name(struct buf *out, struct str text, const struct cli_escape *escapes)
{
	struct buf shown;
	buf_init(&shown, LINE_BYTES);
	utf8_append_shown(&shown, text, NAME_BYTES);
	append_escaped(out, buf_str(&shown), escapes);
	buf_finish(&shown);
}

/* ---- the text */

/* The frame is a matter of time alone, so that every reader and every start shows the same. */
static struct str icon_now(const struct cli_bar *bar, enum config_bar_state state)
{
	const struct config_list *icon = &bar->icons[state];
	int64_t frame = state == CONFIG_BAR_WORKING ? bar->wall_ms / CLI_BAR_FRAME_MS : 0;
	return str_from(icon->items[(uint64_t)frame % icon->count]);
}

static void append_part(struct buf *out, const struct cli_bar *bar, enum config_bar_state state,
	struct str name, const struct cli_escape *escapes)
{
	if (bar->icons[state].count == 0) {
		return;
	}
	if (out->size > 0) {
		buf_append_str(out, STR("  "));
	}
	buf_append_str(out, icon_now(bar, state));
	if (bar->counts[state] > 0) {
		buf_printf(out, " %zu", bar->counts[state]);
	}
	if (name.size > 0) {
		buf_append_char(out, ' ');
		cli_bar_append_name(out, name, escapes);
	}
}

void cli_bar_append_text(struct buf *out, const struct cli_bar *bar, bool with_name,
	const struct cli_escape *escapes)
{
	struct buf text;
	buf_init(&text, LINE_BYTES);
	if (bar->state >= CONFIG_BAR_IDLE) {
		append_part(&text, bar, bar->state, (struct str){0}, escapes);
	}
	for (int i = CONFIG_BAR_ATTENTION; bar->state < CONFIG_BAR_IDLE && i < CONFIG_BAR_IDLE;
		i++) {
		enum config_bar_state state = (enum config_bar_state)i;
		const struct cli_session *asking = with_name && state == CONFIG_BAR_ATTENTION
							   ? cli_bar_asking(bar)
							   : NULL;
		if (bar->counts[state] > 0) {
			append_part(&text, bar, state,
				asking != NULL ? asking->project : (struct str){0}, escapes);
		}
	}
	buf_append_str(out, buf_str(&text));
	buf_finish(&text);
}

/* ---- the details */

static void append_details_of(struct buf *line, const struct cli_session *s, int64_t wall_ms)
{
	cli_words_append_title(line, s);
	if (s->project.size > 0) {
		buf_append_str(line, STR(" · "));
		utf8_append_shown(line, s->project, NAME_BYTES);
	}
	buf_append_str(line, STR(" · "));
	cli_words_append_state(line, s);
	buf_append_str(line, STR(" · "));
	duration_append(line, wall_ms - s->since_ms);
	if (s->has_metrics) {
		buf_append_str(line, STR(" · "));
		cli_words_append_tokens(line, s);
		buf_append_str(line, STR(" tokens"));
	}
	if (s->has_cost) {
		buf_append_str(line, STR(" · "));
		cli_words_append_cost(line, s);
	}
}

static void append_details_line(struct buf *out, const struct cli_bar *bar,
	enum config_bar_state state, const struct cli_session *s, const struct cli_escape *escapes)
{
	struct buf line;
	buf_init(&line, LINE_BYTES);
	append_details_of(&line, s, bar->wall_ms);
	if (bar->icons[state].count > 0) {
		buf_append_str(out, str_from(bar->icons[state].items[0]));
		buf_append_char(out, ' ');
	}
	append_escaped(out, buf_str(&line), escapes);
	buf_finish(&line);
}

void cli_bar_append_details(
	struct buf *out, const struct cli_bar *bar, const struct cli_escape *escapes)
{
	size_t shown = 0, all = bar->list->count;
	for (int state = 0; state <= CONFIG_BAR_IDLE; state++) {
		for (size_t i = 0; i < all && shown < DETAILS_MAX; i++) {
			const struct cli_session *s = &bar->list->sessions[i];
			if ((int)state_of(s) == state) {
				buf_append_str(out, shown++ > 0 ? STR("\n") : STR(""));
				append_details_line(
					out, bar, (enum config_bar_state)state, s, escapes);
			}
		}
	}
	if (shown < all) {
		buf_printf(out, "\n… and %zu more", all - shown);
	} else if (states[bar->state].details != NULL) {
		append_escaped(out, str_from(states[bar->state].details), escapes);
	}
}
