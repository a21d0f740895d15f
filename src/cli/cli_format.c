#include "cli/cli_format.h"

#include "base/buf.h"
#include "base/json_write.h"
#include "cli/cli_bar.h"
#include "cli/cli_list.h"

enum { TEXT_BYTES = 16 * 1024 };

static const struct cli_escape no_escapes[] = {{{0}, {0}}};

/* Entities for Pango. The last two are for i3blocks 1.4, which does not decode JSON escapes. */
static const struct cli_escape pango_escapes[] = {
	{STR_INIT("&"), STR_INIT("&amp;")},
	{STR_INIT("<"), STR_INIT("&lt;")},
	{STR_INIT(">"), STR_INIT("&gt;")},
	{STR_INIT("\""), STR_INIT("&quot;")},
	{STR_INIT("\\"), STR_INIT("&#92;")},
	{{0}, {0}},
};

/* polybar cannot escape the start of a tag. */
static const struct cli_escape polybar_escapes[] = {
	{STR_INIT("%{"), STR_INIT("% {")},
	{{0}, {0}},
};

/* Starts commands, styles and variables alike; tmux halves a doubled one. */
static const struct cli_escape tmux_escapes[] = {
	{STR_INIT("#"), STR_INIT("##")},
	{{0}, {0}},
};

typedef void append_piece(
	struct buf *out, const struct cli_bar *bar, const struct cli_bar_style *style);

/* Columns line up only in a monospaced font, and if GTK, which wraps a tooltip after 70 characters,
 * is kept from breaking the lines (Pango 1.44). */
static void append_tooltip(
	struct buf *out, const struct cli_bar *bar, const struct cli_bar_style *style)
{
	bool has_columns = bar->list->count > 0;
	buf_append_str(out, has_columns ? STR("<tt><span allow_breaks='false'>") : STR(""));
	cli_bar_append_details(out, bar, style);
	buf_append_str(out, has_columns ? STR("</span></tt>") : STR(""));
}

static void name_piece(struct json_writer *w, const char *name, append_piece *append,
	const struct cli_bar *bar, const struct cli_bar_style *style)
{
	struct buf piece;
	buf_init(&piece, TEXT_BYTES);
	append(&piece, bar, style);
	json_name(w, name);
	json_str(w, buf_str(&piece));
	buf_finish(&piece);
}

static void append_waybar(
	struct buf *out, const struct cli_bar *bar, const struct cli_bar_style *style)
{
	struct json_writer w;
	json_writer_init(&w, out);
	json_object_begin(&w);
	name_piece(&w, "text", cli_bar_append_text, bar, style);
	json_name_str(&w, "alt", cli_bar_state_name(bar->state));
	name_piece(&w, "tooltip", append_tooltip, bar, style);
	json_name_str(&w, "class", cli_bar_state_name(bar->state));
	json_name_int(&w, "percentage", cli_bar_percentage(bar));
	json_object_end(&w);
	buf_append_char(out, '\n');
}

/* urgent is a string, as i3blocks 1.4 drops anything else; newer versions accept both. */
static void append_i3blocks(
	struct buf *out, const struct cli_bar *bar, const struct cli_bar_style *style)
{
	struct cli_bar_style short_style = {.escapes = style->escapes};
	struct json_writer w;
	json_writer_init(&w, out);
	json_object_begin(&w);
	name_piece(&w, "full_text", cli_bar_append_text, bar, style);
	name_piece(&w, "short_text", cli_bar_append_text, bar, &short_style);
	json_name_str(
		&w, "urgent", bar->state == CONFIG_BAR_ATTENTION ? STR("true") : STR("false"));
	json_name_str(&w, "markup", STR("pango"));
	json_object_end(&w);
	buf_append_char(out, '\n');
}

/* A transaction of tags: yambar-modules-script(5). */
static void append_yambar(
	struct buf *out, const struct cli_bar *bar, const struct cli_bar_style *style)
{
	const struct cli_session *asking = cli_bar_asking(bar);
	buf_append_str(out, STR("text|string|"));
	cli_bar_append_text(out, bar, style);
	buf_append_str(out, STR("\nclass|string|"));
	buf_append_str(out, cli_bar_state_name(bar->state));
	buf_append_str(out, STR("\nproject|string|"));
	if (asking != NULL) {
		cli_bar_append_name(out, asking->project, no_escapes);
	}
	for (int i = CONFIG_BAR_ATTENTION; i <= CONFIG_BAR_IDLE; i++) {
		enum config_bar_state state = (enum config_bar_state)i;
		buf_append_char(out, '\n');
		buf_append_str(out, cli_bar_state_name(state));
		buf_printf(out, "|int|%zu", bar->counts[state]);
	}
	buf_append_str(out, STR("\n\n"));
}

static void append_line(
	struct buf *out, const struct cli_bar *bar, const struct cli_bar_style *style)
{
	cli_bar_append_text(out, bar, style);
	buf_append_char(out, '\n');
}

static const struct {
	append_piece *append;
	struct cli_bar_style style;
} formats[CONFIG_FORMAT_COUNT] = {
	[CONFIG_FORMAT_WAYBAR] = {append_waybar,
		{.escapes = pango_escapes, .names_only = true, .has_colors = true}},
	[CONFIG_FORMAT_POLYBAR] = {append_line, {.escapes = polybar_escapes, .names_asking = true}},
	[CONFIG_FORMAT_I3BLOCKS] = {append_i3blocks,
		{.escapes = pango_escapes, .names_asking = true}},
	[CONFIG_FORMAT_YAMBAR] = {append_yambar, {.escapes = no_escapes}},
	[CONFIG_FORMAT_TMUX] = {append_line, {.escapes = tmux_escapes, .names_asking = true}},
	[CONFIG_FORMAT_PLAIN] = {append_line, {.escapes = no_escapes, .names_asking = true}},
};

bool cli_format_is_bar(enum config_format format)
{
	return formats[format].append != NULL;
}

void cli_format_append(struct buf *out, enum config_format format, const struct cli_bar *bar)
{
	formats[format].append(out, bar, &formats[format].style);
}
