#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/cli_cost.h"
#include "cli/cli_style.h"

enum { CELL_BYTES = 1024, NAME_COLUMNS = 40, NAME_LEAST = 8, NAME_BYTES = 120, BAR = 24, GAP = 2 };

enum column { NAME, PROJECT, CALLS, TOKENS, COST, COLUMNS };

static const char *const headings[COLUMNS] = {
	[PROJECT] = "PROJECT", [CALLS] = "CALLS", [TOKENS] = "TOKENS", [COST] = "COST"};

static const char *const name_headings[CLI_COST_BY_COUNT] = {
	[CLI_COST_BY_MODEL] = "MODEL",
	[CLI_COST_BY_PROJECT] = "PROJECT",
	[CLI_COST_BY_TOOL] = "ASSISTANT",
	[CLI_COST_BY_DAY] = "DAY",
	[CLI_COST_BY_SESSION] = "SESSION",
};

struct table {
	const struct cli_cost *cost;
	const struct cli_style *style;
	enum cli_cost_by by;
	size_t widths[COLUMNS]; // 0: left out
	size_t bar;             // columns of the longest; 0: none
	double most_usd;
	struct buf cell;
};

void cli_cost_append_usd(struct buf *out, const struct cli_cost_row *row, bool ascii)
{
	bool is_least = row->unpriced_calls > 0;
	if (row->usd > 0 && row->usd < 0.01 && !is_least) {
		buf_append_str(out, STR("<$0.01"));
		return;
	}
	if (is_least) {
		buf_append_str(out, ascii ? STR(">=") : STR("≥"));
	} else if (row->estimated_usd > 0) {
		buf_append_str(out, ascii ? STR("~") : STR("≈"));
	}
	buf_printf(out, "$%.2f", row->usd);
}

void cli_cost_append_tokens(struct buf *out, int64_t tokens)
{
	static const struct {
		double unit, from; // values that round up to the next unit use it
		const char *letter;
	} units[] = {{1e9, 999.95e6, "B"}, {1e6, 999.95e3, "M"}, {1e3, 1e3, "k"}};
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if ((double)tokens >= units[i].from) {
			buf_printf(out, "%.1f%s", (double)tokens / units[i].unit, units[i].letter);
			return;
		}
	}
	buf_printf(out, "%" PRId64, tokens);
}

/* row NULL: the heading. Valid until the next call. */
static struct str make_cell(struct table *t, enum column column, const struct cli_cost_row *row)
{
	struct str name = {0};
	if (row != NULL) {
		name = column == NAME ? row->name : row->project;
	}
	buf_clear(&t->cell);
	if (row == NULL) {
		buf_append_str(&t->cell,
			str_from(column == NAME ? name_headings[t->by] : headings[column]));
	} else if (column == NAME || (column == PROJECT && row != &t->cost->total)) {
		struct str unknown = t->by == CLI_COST_BY_PROJECT ? STR("(none)") : STR("-");
		struct buf shown;
		buf_init(&shown, CELL_BYTES);
		utf8_append_shown(&shown, name.size > 0 ? name : unknown, NAME_BYTES);
		cli_style_append_cut(&t->cell, t->style, buf_str(&shown), t->widths[column]);
		buf_finish(&shown);
	} else if (column == CALLS) {
		buf_printf(&t->cell, "%" PRId64, row->calls);
	} else if (column == TOKENS) {
		cli_cost_append_tokens(&t->cell, row->tokens);
	} else if (column == COST) {
		cli_cost_append_usd(&t->cell, row, t->style->ascii);
	}
	return buf_str(&t->cell);
}

static void widen(struct table *t, enum column column, const struct cli_cost_row *row)
{
	size_t width = utf8_width(make_cell(t, column, row));
	t->widths[column] = width > t->widths[column] ? width : t->widths[column];
}

static void measure(struct table *t)
{
	for (enum column column = 0; column < COLUMNS; column++) {
		size_t most = 0;
		if (column == PROJECT && t->by != CLI_COST_BY_SESSION) {
			continue;
		}
		for (size_t i = 0; i < t->cost->count + 2; i++) {
			const struct cli_cost_row *row = i < t->cost->count    ? &t->cost->rows[i]
							 : i == t->cost->count ? &t->cost->total
									       : NULL;
			t->widths[column] = 0; // nothing is cut yet
			widen(t, column, row);
			most = t->widths[column] > most ? t->widths[column] : most;
		}
		bool is_name = column <= PROJECT;
		t->widths[column] = is_name && most > NAME_COLUMNS ? NAME_COLUMNS : most;
	}
}

static size_t total_width(const struct table *t)
{
	size_t total = t->bar > 0 ? t->bar + GAP : 0;
	for (size_t column = 0; column < COLUMNS; column++) {
		total += t->widths[column] > 0 ? t->widths[column] + GAP : 0;
	}
	return total - GAP;
}

/* A column shrinks down to least; if that is not enough and may_go is set, it is left out. */
static void concede(struct table *t, size_t *width, size_t least, bool may_go)
{
	size_t total = total_width(t), room = t->style->width;
	size_t excess = total > room ? total - room : 0;
	size_t spare = *width > least ? *width - least : 0;
	if (excess > spare && may_go) {
		*width = 0;
	} else {
		*width -= excess < spare ? excess : spare;
	}
}

static void fit(struct table *t)
{
	if (t->style->width > 0) {
		concede(t, &t->bar, 4, true);
		concede(t, &t->widths[NAME], NAME_LEAST * 2, false);
		concede(t, &t->widths[CALLS], t->widths[CALLS], true);
		concede(t, &t->widths[PROJECT], NAME_LEAST, true);
		concede(t, &t->widths[TOKENS], t->widths[TOKENS], true);
		concede(t, &t->widths[NAME], NAME_LEAST, false);
	}
}

static void append_bar(struct buf *out, const struct table *t, const struct cli_cost_row *row)
{
	size_t length = 0;
	if (row->usd > 0 && t->most_usd > 0) {
		length = (size_t)(row->usd / t->most_usd * (double)t->bar + 0.5);
		length = length > 0 ? length : 1;
	}
	if (length > 0) {
		buf_printf(out, "%*s", GAP, "");
		cli_style_begin(out, t->style, CLI_TONE_WORKING);
		for (size_t i = 0; i < length; i++) {
			buf_append_str(out, t->style->ascii ? STR("#") : STR("█"));
		}
		cli_style_end(out, t->style, CLI_TONE_WORKING);
	}
}

static void append_row(struct buf *out, struct table *t, const struct cli_cost_row *row)
{
	bool is_strong = row == NULL || row == &t->cost->total, is_first = true;
	enum cli_tone tone = is_strong ? CLI_TONE_HEADING : CLI_TONE_PLAIN;
	cli_style_begin(out, t->style, tone);
	for (enum column column = 0; column < COLUMNS; column++) {
		if (t->widths[column] == 0) {
			continue;
		}
		struct str text = make_cell(t, column, row);
		size_t width = utf8_width(text);
		int pad = t->widths[column] > width ? (int)(t->widths[column] - width) : 0;
		buf_printf(out, "%*s", is_first ? 0 : GAP, "");
		is_first = false;
		buf_printf(out, "%*s", column <= PROJECT ? 0 : pad, "");
		buf_append_str(out, text);
		buf_printf(out, "%*s", column <= PROJECT ? pad : 0, "");
	}
	cli_style_end(out, t->style, tone);
	if (!is_strong && t->bar > 0) {
		append_bar(out, t, row);
	}
	buf_append_char(out, '\n');
}

/* The legend of the signs before sums. */
static void append_legend(struct buf *out, const struct table *t)
{
	const struct cli_cost_row *total = &t->cost->total;
	bool ascii = t->style->ascii;
	if (total->unpriced_calls > 0) {
		buf_printf(out, "%s  without %" PRId64 " %s that have no price\n",
			ascii ? ">=" : "≥", total->unpriced_calls,
			total->unpriced_calls == 1 ? "call" : "calls");
	}
	if (total->estimated_usd > 0) {
		struct cli_cost_row part = {.usd = total->estimated_usd};
		buf_printf(out, "%s  ", ascii ? "~" : "≈");
		cli_cost_append_usd(out, &part, ascii);
		buf_append_str(out, STR(" of it estimated from list prices\n"));
	}
	if (cli_cost_is_flat(t->cost)) {
		buf_append_str(out, STR("API-equivalent: what it would cost without a "
					"subscription\n"));
	}
}

static void append_budgets(struct buf *out, const struct table *t)
{
	static const struct {
		struct str period;
		const char *words;
	} names[] = {{STR_INIT("day"), "today"}, {STR_INIT("month"), "this month"}};
	for (size_t i = 0; i < t->cost->budget_count; i++) {
		const struct cli_cost_budget *b = &t->cost->budgets[i];
		const char *words = NULL;
		for (size_t j = 0; j < ARRAY_SIZE(names); j++) {
			words = str_equal(names[j].period, b->period) ? names[j].words : words;
		}
		if (words == NULL || b->spent_usd < 0 || b->limit_usd <= 0) {
			buf_printf(out, "budget of a session: $%.2f\n", b->limit_usd);
			continue;
		}
		double percent = b->spent_usd / b->limit_usd * 100;
		enum cli_tone tone = percent >= 100  ? CLI_TONE_FAILED
				     : percent >= 80 ? CLI_TONE_WAITING
						     : CLI_TONE_PLAIN;
		cli_style_begin(out, t->style, tone);
		buf_printf(out, "budget of %s: $%.2f of $%.2f spent (%.0f %%)", words, b->spent_usd,
			b->limit_usd, percent < 1e6 ? (double)(int64_t)percent : 1e6);
		cli_style_end(out, t->style, tone);
		buf_append_char(out, '\n');
	}
}

void cli_cost_append(struct buf *out, const struct cli_cost *cost, enum cli_cost_by by,
	const char *what, const struct cli_style *style)
{
	struct cli_cost shown = *cost;
	struct table t = {.cost = &shown, .style = style, .by = by, .bar = BAR};
	shown.total.name = STR("total");
	buf_init(&t.cell, CELL_BYTES);
	buf_printf(out, "%s of %s, by %s\n\n",
		cli_cost_is_flat(cost) ? "API-equivalent cost" : "Cost", what,
		cli_cost_by_words[by]);
	if (cost->count == 0) {
		buf_append_str(out, STR("No model calls.\n"));
	} else {
		for (size_t i = 0; i < cost->count; i++) {
			double usd = cost->rows[i].usd;
			t.most_usd = usd > t.most_usd ? usd : t.most_usd;
		}
		measure(&t);
		fit(&t);
		append_row(out, &t, NULL);
		for (size_t i = 0; i < cost->count; i++) {
			append_row(out, &t, &cost->rows[i]);
		}
		append_row(out, &t, &shown.total);
		if (cost->all_rows > (int64_t)cost->count) {
			buf_printf(out, "... and %" PRId64 " more, not included in the total\n",
				cost->all_rows - (int64_t)cost->count);
		}
		buf_append_char(out, '\n');
		append_legend(out, &t);
	}
	append_budgets(out, &t);
	while (out->size > 1 && out->data[out->size - 2] == '\n') {
		out->size--;
	}
	buf_finish(&t.cell);
}
