#include "cli/cli_bar.h"

#include <string.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/cli_list.h"
#include "cli/cli_words.h"

enum { NAME_BYTES = 40, LINE_BYTES = 1024, DETAILS_MAX = 20 };

static const struct {
	struct str name;
	const char *color;   // of its part in Pango markup; NULL: that of the bar
	const char *details; // without sessions to list
} states[CONFIG_BAR_STATE_COUNT] = {
	[CONFIG_BAR_ATTENTION] = {STR_INIT("attention"), "#f38ba8", NULL},
	[CONFIG_BAR_WORKING] = {STR_INIT("working"), "#89b4fa", NULL},
	[CONFIG_BAR_COMPLETED] = {STR_INIT("completed"), "#a6e3a1", NULL},
	[CONFIG_BAR_IDLE] = {STR_INIT("idle"), NULL, NULL},
	[CONFIG_BAR_EMPTY] = {STR_INIT("empty"), NULL, "No AI sessions"},
	[CONFIG_BAR_UNREACHABLE] = {STR_INIT("unreachable"), NULL, NULL},
};

struct str cli_bar_state_name(enum config_bar_state state)
{
	return states[state].name;
}

enum config_bar_state cli_bar_state_of(const struct cli_session *s)
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
		ret->counts[cli_bar_state_of(&list->sessions[i])]++;
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

/* The frame depends only on the time, so that all readers show the same one. */
static struct str icon_now(const struct cli_bar *bar, enum config_bar_state state)
{
	const struct config_list *icon = &bar->icons[state];
	int64_t frame = state == CONFIG_BAR_WORKING ? bar->wall_ms / CLI_BAR_FRAME_MS : 0;
	return str_from(icon->items[(uint64_t)frame % icon->count]);
}

/* NULL for none: markup in an icon means that the user chooses the colours of that part. */
static const char *color_of(
	const struct cli_bar *bar, enum config_bar_state state, const struct cli_bar_style *style)
{
	const struct config_list *icon = &bar->icons[state];
	for (size_t i = 0; i < icon->count; i++) {
		if (strchr(icon->items[i], '<') != NULL) {
			return NULL;
		}
	}
	return style->has_colors ? states[state].color : NULL;
}

static void begin_color(struct buf *out, const char *color)
{
	if (color != NULL) {
		buf_printf(out, "<span color='%s'>", color);
	}
}

static void end_color(struct buf *out, const char *color)
{
	buf_append_str(out, color != NULL ? STR("</span>") : STR(""));
}

/* What follows the icon: a name, the number, or both. */
static void append_caption(struct buf *out, const struct cli_bar *bar, enum config_bar_state state,
	const struct cli_bar_style *style)
{
	const struct cli_list *list = bar->list;
	const struct cli_session *asking = style->names_asking && state == CONFIG_BAR_ATTENTION
						   ? cli_bar_asking(bar)
						   : NULL;
	if (style->names_only && list->count == 1 && list->sessions[0].project.size > 0) {
		buf_append_char(out, ' ');
		cli_bar_append_name(out, list->sessions[0].project, style->escapes);
		return;
	}
	if (bar->counts[state] > 0) {
		buf_printf(out, " %zu", bar->counts[state]);
	}
	if (asking != NULL && asking->project.size > 0) {
		buf_append_char(out, ' ');
		cli_bar_append_name(out, asking->project, style->escapes);
	}
}

static void append_part(struct buf *out, const struct cli_bar *bar, enum config_bar_state state,
	const struct cli_bar_style *style)
{
	if (bar->icons[state].count == 0) {
		return;
	}
	const char *color = color_of(bar, state, style);
	if (out->size > 0) {
		buf_append_str(out, STR("  "));
	}
	begin_color(out, color);
	buf_append_str(out, icon_now(bar, state));
	append_caption(out, bar, state, style);
	end_color(out, color);
}

static void append_cost(
	struct buf *out, const struct cli_bar *bar, const struct cli_bar_style *style)
{
	struct buf words;
	if (!bar->list->has_cost_today) {
		return;
	}
	buf_init(&words, LINE_BYTES);
	cli_words_append_cost_today(&words, bar->list);
	buf_append_str(out, out->size > 0 ? STR("  ") : STR(""));
	append_escaped(out, buf_str(&words), style->escapes);
	buf_finish(&words);
}

void cli_bar_append_text(
	struct buf *out, const struct cli_bar *bar, const struct cli_bar_style *style)
{
	struct buf text;
	buf_init(&text, LINE_BYTES);
	if (bar->state >= CONFIG_BAR_IDLE) {
		append_part(&text, bar, bar->state, style);
	}
	for (int i = CONFIG_BAR_ATTENTION; bar->state < CONFIG_BAR_IDLE && i < CONFIG_BAR_IDLE;
		i++) {
		if (bar->counts[i] > 0) {
			append_part(&text, bar, (enum config_bar_state)i, style);
		}
	}
	append_cost(&text, bar, style);
	buf_append_str(out, buf_str(&text));
	buf_finish(&text);
}

/* ---- the details, in columns */

typedef void write_cell(struct buf *out, const struct cli_session *s, int64_t wall_ms);

static void write_title(struct buf *out, const struct cli_session *s, int64_t wall_ms)
{
	(void)wall_ms;
	cli_words_append_title(out, s);
}

static void write_project(struct buf *out, const struct cli_session *s, int64_t wall_ms)
{
	(void)wall_ms;
	utf8_append_shown(out, s->project, NAME_BYTES);
}

static void write_state(struct buf *out, const struct cli_session *s, int64_t wall_ms)
{
	(void)wall_ms;
	cli_words_append_state(out, s);
}

static void write_since(struct buf *out, const struct cli_session *s, int64_t wall_ms)
{
	instant_append_duration(out, wall_ms - s->since_ms);
}

static void write_tokens(struct buf *out, const struct cli_session *s, int64_t wall_ms)
{
	(void)wall_ms;
	if (s->has_metrics) {
		cli_words_append_tokens(out, s);
		buf_append_str(out, STR(" tokens"));
	}
}

static void write_cost(struct buf *out, const struct cli_session *s, int64_t wall_ms)
{
	(void)wall_ms;
	if (s->has_cost) {
		cli_words_append_cost(out, s);
	}
}

static const struct {
	write_cell *write;
	bool is_number; // to the right of its column
} columns[] = {
	{write_title, false},
	{write_project, false},
	{write_state, false},
	{write_since, true},
	{write_tokens, true},
	{write_cost, true},
};

enum { COLUMNS = ARRAY_SIZE(columns), GAP = 2 };

static struct str make_cell(
	struct buf *cell, size_t column, const struct cli_session *s, int64_t wall_ms)
{
	buf_clear(cell);
	columns[column].write(cell, s, wall_ms);
	return buf_str(cell);
}

/* The sessions to list, the most urgent first: their number, at most DETAILS_MAX. */
static size_t choose_sessions(const struct cli_bar *bar, const struct cli_session *ret[DETAILS_MAX])
{
	size_t chosen = 0;
	for (int state = 0; state <= CONFIG_BAR_IDLE; state++) {
		for (size_t i = 0; i < bar->list->count && chosen < DETAILS_MAX; i++) {
			if ((int)cli_bar_state_of(&bar->list->sessions[i]) == state) {
				ret[chosen++] = &bar->list->sessions[i];
			}
		}
	}
	return chosen;
}

static void measure(size_t ret_widths[COLUMNS], struct buf *cell,
	const struct cli_session *const *sessions, size_t count, int64_t wall_ms)
{
	for (size_t column = 0; column < COLUMNS; column++) {
		ret_widths[column] = 0;
		for (size_t i = 0; i < count; i++) {
			size_t width = utf8_width(make_cell(cell, column, sessions[i], wall_ms));
			ret_widths[column] = width > ret_widths[column] ? width
									: ret_widths[column];
		}
	}
}

/* A column without any content takes no room. A gap is written together with the next cell, so that
 * no row ends in spaces. */
static void append_row(struct buf *out, struct buf *cell, const size_t widths[COLUMNS],
	const struct cli_bar *bar, const struct cli_session *s, const struct cli_bar_style *style)
{
	size_t gap = 0;
	for (size_t column = 0; column < COLUMNS; column++) {
		struct str text = make_cell(cell, column, s, bar->wall_ms);
		size_t padding = widths[column] - utf8_width(text);
		bool is_right = columns[column].is_number;
		if (text.size == 0) {
			gap += widths[column] > 0 ? widths[column] + GAP : 0;
			continue;
		}
		buf_printf(out, "%*s", (int)(gap + (is_right ? padding : 0)), "");
		bool is_state = columns[column].write == write_state;
		const char *color = is_state ? color_of(bar, cli_bar_state_of(s), style) : NULL;
		begin_color(out, color);
		append_escaped(out, text, style->escapes);
		end_color(out, color);
		gap = GAP + (is_right ? 0 : padding);
	}
}

void cli_bar_append_details(
	struct buf *out, const struct cli_bar *bar, const struct cli_bar_style *style)
{
	const struct cli_session *sessions[DETAILS_MAX];
	size_t widths[COLUMNS], count = choose_sessions(bar, sessions);
	struct buf cell;
	buf_init(&cell, LINE_BYTES);
	measure(widths, &cell, sessions, count, bar->wall_ms);
	for (size_t i = 0; i < count; i++) {
		buf_append_str(out, i > 0 ? STR("\n") : STR(""));
		append_row(out, &cell, widths, bar, sessions[i], style);
	}
	buf_finish(&cell);
	if (count < bar->list->count) {
		buf_printf(out, "\n… and %zu more", bar->list->count - count);
	} else if (bar->state == CONFIG_BAR_UNREACHABLE) {
		append_escaped(out, str_from(cli_list_error_words(bar->list)), style->escapes);
	} else if (states[bar->state].details != NULL) {
		append_escaped(out, str_from(states[bar->state].details), style->escapes);
	}
}
