#include "cli/cli_prices_reprice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json_bind.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/cli_ask.h"
#include "cli/cli_change.h"
#include "cli/cli_cost.h"
#include "cli/cli_http.h"
#include "cli/cli_style.h"
#include "config/config.h"

enum {
	ANSWER_BYTES = 4 << 20,
	TABLE_BYTES = 1 << 20,
	CELL_BYTES = 256,
	DEPTH = 8,
	MODELS = 512,
	NAME_LEAST = 5,
	NAME_MOST = 40,
	NUMBER_COLUMNS = 10,
};

struct money {
	double usd;
	int64_t unpriced_calls;
};

struct row {
	struct str model; // of the answer
	int64_t calls, changed;
	struct money before, after;
};

struct reprice {
	struct row total;
	struct row rows[MODELS];
	size_t count;
};

/* ---- the answer */

static const struct json_member money_members[] = {
	JSON_MEMBER("estimated_usd", DOUBLE, struct money, usd),
	JSON_MEMBER("unpriced_calls", INT, struct money, unpriced_calls),
};
static const struct json_shape money_shape = JSON_SHAPE(money_members);

#define ROW_MEMBERS                                                                                \
	JSON_MEMBER("calls", INT, struct row, calls),                                              \
		JSON_MEMBER("changed", INT, struct row, changed),                                  \
		JSON_MEMBER("before", OBJECT, struct row, before, .shape = &money_shape),          \
		JSON_MEMBER("after", OBJECT, struct row, after, .shape = &money_shape)

static const struct json_member row_members[] = {
	JSON_MEMBER("model", TEXT, struct row, model), ROW_MEMBERS};
static const struct json_shape row_shape = JSON_SHAPE(row_members);

static void *add_row(void *into, struct str name)
{
	struct reprice *r = into;
	(void)name;
	return r->count < MODELS ? &r->rows[r->count++] : NULL;
}

static const struct json_items row_items = {
	.item = {.kind = JSON_BIND_OBJECT, .shape = &row_shape}, .add = add_row};
static const struct json_member reprice_members[] = {
	ROW_MEMBERS, // of the total, which comes first
	{STR_INIT("by_model"), JSON_BIND_ARRAY, .items = &row_items},
};
static const struct json_shape reprice_shape = JSON_SHAPE(reprice_members);

static bool read_reprice(struct buf *answer, struct reprice *ret)
{
	struct json_tally tally = {0};
	*ret = (struct reprice){0};
	return json_bind_text(answer->data, answer->size, DEPTH, &reprice_shape, ret, &tally);
}

/* One model may be used by several assistants. */
static void merge_models(struct reprice *r)
{
	size_t count = 0;
	for (size_t i = 0; i < r->count; i++) {
		size_t at = 0;
		while (at < count && !str_equal(r->rows[at].model, r->rows[i].model)) {
			at++;
		}
		struct row *to = &r->rows[at];
		const struct row from = r->rows[i];
		if (at == count) {
			r->rows[count++] = from;
			continue;
		}
		to->calls += from.calls;
		to->changed += from.changed;
		to->before.usd += from.before.usd;
		to->after.usd += from.after.usd;
		to->before.unpriced_calls += from.before.unpriced_calls;
		to->after.unpriced_calls += from.after.unpriced_calls;
	}
	r->count = count;
}

/* ---- the table */

static void append_cell(struct buf *out, struct str text, size_t columns)
{
	size_t width = utf8_width(text);
	buf_printf(out, "  %*s", width < columns ? (int)(columns - width) : 0, "");
	buf_append_str(out, text);
}

static void append_money(struct buf *out, const struct money *m, const struct cli_style *style)
{
	struct buf cell;
	const struct cli_cost_row row = {
		.usd = m->usd, .estimated_usd = m->usd, .unpriced_calls = m->unpriced_calls};
	buf_init(&cell, CELL_BYTES);
	cli_cost_append_usd(&cell, &row, style->ascii);
	append_cell(out, buf_str(&cell), NUMBER_COLUMNS);
	buf_finish(&cell);
}

static void append_row(struct buf *out, struct str name, const struct row *row, size_t columns,
	const struct cli_style *style)
{
	struct buf cell;
	buf_init(&cell, CELL_BYTES);
	cli_style_append_shown(&cell, style, name, columns);
	size_t width = utf8_width(buf_str(&cell));
	buf_append_str(out, buf_str(&cell));
	buf_printf(out, "%*s", width < columns ? (int)(columns - width) : 0, "");
	buf_clear(&cell);
	buf_printf(&cell, "%" PRId64, row->changed);
	append_cell(out, buf_str(&cell), NUMBER_COLUMNS);
	append_money(out, &row->before, style);
	append_money(out, &row->after, style);
	buf_append_char(out, '\n');
	buf_finish(&cell);
}

static size_t name_columns(const struct reprice *r)
{
	size_t columns = NAME_LEAST;
	for (size_t i = 0; i < r->count; i++) {
		size_t width = utf8_width(r->rows[i].model);
		columns = r->rows[i].changed > 0 && width > columns ? width : columns;
	}
	return columns < NAME_MOST ? columns : NAME_MOST;
}

/* Only the change: a model's sums include its other calls. */
static void append_table(struct buf *out, struct reprice *r, const struct cli_style *style)
{
	merge_models(r);
	size_t columns = name_columns(r);
	buf_printf(out, "%-*s", (int)columns, "MODEL");
	append_cell(out, STR("CHANGED"), NUMBER_COLUMNS);
	append_cell(out, STR("BEFORE"), NUMBER_COLUMNS);
	append_cell(out, STR("AFTER"), NUMBER_COLUMNS);
	buf_append_char(out, '\n');
	for (size_t i = 0; i < r->count; i++) {
		if (r->rows[i].changed > 0) {
			append_row(out, r->rows[i].model, &r->rows[i], columns, style);
		}
	}
	append_row(out, STR("total"), &r->total, columns, style);
}

static bool print_answer(const struct config *config, struct buf *answer)
{
	struct reprice *r = xcalloc(1, sizeof(*r));
	struct cli_style style = cli_style_of(config, STDOUT_FILENO);
	struct buf text;
	buf_init(&text, TABLE_BYTES);
	bool is_read = read_reprice(answer, r);
	bool is_dry = config->setup_dry_run;
	if (!is_read) {
		log_error("unexpected response; is that otel-ai-monitor?");
	} else if (r->total.changed == 0) {
		printf("%" PRId64 " calls were estimated or had no price; %s.\n", r->total.calls,
			is_dry ? "no cost would change" : "no cost has changed");
	} else {
		append_table(&text, r, &style);
		printf("%s %" PRId64 " of %" PRId64
		       " calls that were estimated or had no price.\n\n"
		       "%.*s",
			is_dry ? "Would reprice" : "Repriced", r->total.changed, r->total.calls,
			STR_ARG(buf_str(&text)));
	}
	buf_finish(&text);
	free(r);
	return is_read;
}

static void describe(struct buf *line, struct buf *out)
{
	struct reprice *r = xcalloc(1, sizeof(*r));
	if (read_reprice(line, r)) {
		buf_printf(out, "repriced so far: %" PRId64 " of %" PRId64 " calls",
			r->total.changed, r->total.calls);
	}
	free(r);
}

int cli_prices_reprice(const struct config *config)
{
	struct cli_endpoint endpoint = cli_endpoint_of(config);
	struct buf path, answer;
	buf_init(&path, CLI_PATH_BYTES);
	buf_init(&answer, ANSWER_BYTES);
	buf_append_str(&path, STR("/api/prices/reprice"));
	cli_path_add(&path, "since", config->since_date);
	cli_path_add(&path, "dry_run", config->setup_dry_run ? "1" : NULL);
	bool is_done = cli_change_ask(&endpoint, &path, describe, &answer) == 0;
	if (is_done && config->json) {
		printf("%.*s\n", STR_ARG(buf_str(&answer)));
	} else if (is_done) {
		is_done = print_answer(config, &answer);
	}
	buf_finish(&path);
	buf_finish(&answer);
	return is_done && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
