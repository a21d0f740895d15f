#include "cli/cli_top_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/utf8.h"
#include "cli/cli_style.h"
#include "cli/cli_table.h"
#include "cli/cli_words.h"

enum { TABLE_BYTES = 4 * 1024 * 1024, LINE_BYTES = 4096 };

void cli_top_view_init(struct cli_top_view *v)
{
	*v = (struct cli_top_view){0};
}

void cli_top_view_finish(struct cli_top_view *v)
{
	cli_list_finish(&v->all);
	cli_list_finish(&v->shown);
	free(v->mark_id);
}

/* ---- which sessions */

static bool contains_nocase(struct str text, struct str part)
{
	for (size_t i = 0; i + part.size <= text.size; i++) {
		if (str_equal_nocase((struct str){text.data + i, part.size}, part)) {
			return true;
		}
	}
	return false;
}

static bool passes(const struct cli_top_view *v, const struct cli_session *s)
{
	const struct str texts[] = {
		s->project, s->assistant, s->state, s->attention, s->doing, s->id};
	struct str filter = str_from(v->filter);
	if (filter.size == 0) {
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (contains_nocase(texts[i], filter)) {
			return true;
		}
	}
	return false;
}

static void choose(struct cli_top_view *v, size_t mark)
{
	free(v->mark_id);
	v->mark = mark;
	v->mark_id = mark < v->shown.count ? str_dup(v->shown.sessions[mark].id) : NULL;
}

/* The selection follows its session; when that is gone, it passes to the next one. */
static void find_mark(struct cli_top_view *v)
{
	for (size_t i = 0; v->mark_id != NULL && i < v->shown.count; i++) {
		if (str_equal(v->shown.sessions[i].id, str_from(v->mark_id))) {
			v->mark = i;
			return;
		}
	}
	size_t last = v->shown.count > 0 ? v->shown.count - 1 : 0;
	choose(v, min_size(v->mark, last));
}

static void apply_filter(struct cli_top_view *v)
{
	v->shown.sessions = xrealloc(
		v->shown.sessions, (v->all.count + 1) * sizeof(*v->shown.sessions));
	v->shown.count = 0;
	for (size_t i = 0; i < v->all.count; i++) {
		if (passes(v, &v->all.sessions[i])) {
			v->shown.sessions[v->shown.count++] = v->all.sessions[i];
		}
	}
	find_mark(v);
}

void cli_top_view_take(struct cli_top_view *v, const struct cli_list *list)
{
	size_t bytes = list->count * sizeof(*list->sessions);
	v->all.sessions = xrealloc(v->all.sessions, bytes + sizeof(*list->sessions));
	v->all.count = list->count;
	v->all.has_cost_today = list->has_cost_today;
	v->all.cost_today_usd = list->cost_today_usd;
	v->all.cost_today_is_estimated = list->cost_today_is_estimated;
	v->all.cost_today_unpriced_calls = list->cost_today_unpriced_calls;
	v->all.plan = list->plan;
	if (bytes > 0) {
		memcpy(v->all.sessions, list->sessions, bytes);
	}
	cli_list_sort(&v->all);
	apply_filter(v);
}

const struct cli_session *cli_top_view_chosen(const struct cli_top_view *v)
{
	return v->mark < v->shown.count ? &v->shown.sessions[v->mark] : NULL;
}

/* ---- keys */

static const struct {
	struct str bytes;
	int key;
} sequences[] = {
	{STR_INIT("\x1b[A"), CLI_TOP_UP},
	{STR_INIT("\x1bOA"), CLI_TOP_UP},
	{STR_INIT("\x1b[B"), CLI_TOP_DOWN},
	{STR_INIT("\x1bOB"), CLI_TOP_DOWN},
};

/* ECMA-48 section 5.4: other sequences end with a byte from @ on. */
static void skip_sequence(struct str *bytes)
{
	size_t size = 2;
	while (size < bytes->size && (bytes->data[size] < '@' || bytes->data[size] > '~')) {
		size++;
	}
	*bytes = str_skip(*bytes, size < bytes->size ? size + 1 : bytes->size);
}

int cli_top_view_key(struct str *bytes)
{
	for (size_t i = 0; i < ARRAY_SIZE(sequences); i++) {
		if (str_starts_with(*bytes, sequences[i].bytes)) {
			*bytes = str_skip(*bytes, sequences[i].bytes.size);
			return sequences[i].key;
		}
	}
	unsigned char c = (unsigned char)bytes->data[0];
	if (c == 0x1b && bytes->size > 2 && (bytes->data[1] == '[' || bytes->data[1] == 'O')) {
		skip_sequence(bytes);
		return 0;
	}
	*bytes = str_skip(*bytes, 1);
	return c == 0x1b ? CLI_TOP_ESCAPE : c;
}

static void erase_last(char *text)
{
	size_t size = strlen(text);
	while (size > 0 && ((unsigned char)text[size - 1] & 0xc0) == 0x80) {
		size--;
	}
	text[size > 0 ? size - 1 : 0] = '\0';
}

static void type(struct cli_top_view *v, int key)
{
	size_t size = strlen(v->filter);
	if (key == CLI_TOP_ESCAPE) {
		v->filter[0] = '\0';
		v->is_typing = false;
	} else if (key == '\r' || key == '\n') {
		v->is_typing = false;
	} else if (key == 0x7f || key == '\b') {
		erase_last(v->filter);
	} else if (key >= ' ' && key < 256 && size + 1 < sizeof(v->filter)) {
		v->filter[size] = (char)key;
		v->filter[size + 1] = '\0';
	}
	apply_filter(v);
}

enum cli_top_action cli_top_view_press(struct cli_top_view *v, int key)
{
	v->message[0] = '\0';
	if (v->is_typing) {
		type(v, key);
		return CLI_TOP_NOTHING;
	}
	switch (key) {
	case CLI_TOP_UP:
	case 'k': choose(v, v->mark > 0 ? v->mark - 1 : 0); break;
	case CLI_TOP_DOWN:
	case 'j': choose(v, v->mark + 1 < v->shown.count ? v->mark + 1 : v->mark); break;
	case CLI_TOP_ESCAPE:
		v->filter[0] = '\0';
		apply_filter(v);
		break;
	case '/': v->is_typing = true; break;
	case '\r':
	case '\n': return v->shown.count > 0 ? CLI_TOP_FOCUS : CLI_TOP_NOTHING;
	case 'a': return v->shown.count > 0 ? CLI_TOP_ACK : CLI_TOP_NOTHING;
	case 'q': return CLI_TOP_QUIT;
	default: break;
	}
	return CLI_TOP_NOTHING;
}

/* ---- the screen */

/* Writes one line over whatever was there. */
static void append_line(
	struct buf *out, const struct cli_style *style, struct str text, enum cli_tone tone)
{
	cli_style_begin(out, style, tone);
	cli_style_append_cut(out, style, text, style->width);
	cli_style_end(out, style, tone);
	buf_append_str(out, STR("\x1b[K"));
}

static void append_summary(
	struct buf *out, const struct cli_top_view *v, const struct cli_style *style)
{
	struct buf text;
	size_t waiting = 0, working = 0;
	for (size_t i = 0; i < v->all.count; i++) {
		waiting += cli_list_needs_user(&v->all.sessions[i]);
		working += str_equal(v->all.sessions[i].state, STR("working"));
	}
	buf_init(&text, LINE_BYTES);
	if (v->is_away) {
		buf_append_str(&text, STR("the daemon is not running; waiting for it"));
	} else {
		buf_printf(&text, "%zu session%s", v->all.count, v->all.count == 1 ? "" : "s");
		buf_printf(&text, ", %zu waiting, %zu working", waiting, working);
		if (v->all.has_cost_today) {
			buf_append_str(&text, STR(", "));
			cli_words_append_cost_today(&text, &v->all);
		}
	}
	if (v->filter[0] != '\0') {
		buf_printf(&text, ", %zu match ", v->shown.count);
		utf8_append_shown(&text, str_from(v->filter), sizeof(v->filter));
	}
	append_line(out, style, buf_str(&text), v->is_away ? CLI_TONE_FAILED : CLI_TONE_HEADING);
	buf_append_char(out, '\n');
	buf_finish(&text);
}

static void append_bottom(
	struct buf *out, const struct cli_top_view *v, const struct cli_style *style)
{
	struct buf text;
	buf_init(&text, LINE_BYTES);
	if (v->is_typing) {
		buf_append_char(&text, '/');
		utf8_append_shown(&text, str_from(v->filter), sizeof(v->filter));
	} else if (v->message[0] != '\0') {
		buf_append_str(&text, str_from(v->message));
	} else {
		buf_append_str(&text, style->ascii ? STR("Up/Down") : STR("↑↓"));
		buf_append_str(&text, STR(" choose  Enter go there  a seen  / filter  q quit"));
	}
	append_line(out, style, buf_str(&text), v->is_typing ? CLI_TONE_PLAIN : CLI_TONE_FAINT);
	buf_finish(&text);
}

/* Writes lines of any length over whatever was there; returns how many. */
static size_t append_lines(struct buf *out, struct str lines)
{
	size_t count = 0;
	while (lines.size > 0) {
		buf_append_str(out, str_cut(&lines, '\n'));
		buf_append_str(out, STR("\x1b[K\n"));
		count++;
	}
	return count;
}

void cli_top_view_draw(struct buf *out, const struct cli_top_view *v, const struct cli_style *style,
	int64_t wall_ms)
{
	size_t room = style->height > 3 ? style->height - 2 : 1, used = 0;
	struct buf table;
	buf_init(&table, TABLE_BYTES);
	if (v->shown.count > 0) {
		cli_table_append_window(&table, &v->shown, style, wall_ms, room, v->mark);
	}
	buf_append_str(out, STR("\x1b[H"));
	append_summary(out, v, style);
	used = append_lines(out, buf_str(&table));
	buf_finish(&table);
	for (; used < room; used++) {
		buf_append_str(out, STR("\x1b[K\n"));
	}
	append_bottom(out, v, style);
}
