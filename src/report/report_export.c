#include "report/report_export.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/instant.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "store/store_db.h"

enum { PAGE_ROWS = 500, PAGE_BYTES = 64 * 1024, SQL_BYTES = 8192, CELL_BYTES = 64 };

static const int64_t day_max = 99991231;

/* ---- values */

/* A value other than text, the same in every format. */
static void write_plain(struct buf *out, const struct report_export_column *c, int64_t value)
{
	struct json_writer j;
	json_writer_init(&j, out);
	switch (c->type) {
	case REPORT_EXPORT_USD: json_billionths(&j, value); break;
	case REPORT_EXPORT_TIME: instant_append_utc(out, value); break;
	case REPORT_EXPORT_DAY_OF: report_append_date(out, report_day(value)); break;
	case REPORT_EXPORT_DAY: report_append_date(out, value); break;
	case REPORT_EXPORT_HEX: buf_printf(out, "%016llx", (unsigned long long)value); break;
	default: json_int(&j, value); break;
	}
}

static bool is_text(enum report_export_type type)
{
	return type == REPORT_EXPORT_TEXT || type == REPORT_EXPORT_RAW;
}

static bool is_number(enum report_export_type type)
{
	return type == REPORT_EXPORT_INT || type == REPORT_EXPORT_USD;
}

/* ---- CSV */

static void write_header(struct report_export *e)
{
	for (int i = 0; i < e->kind->column_count; i++) {
		buf_append_str(&e->page, i > 0 ? STR(",") : STR(""));
		buf_append_str(&e->page, str_from(e->kind->columns[i].name));
	}
	buf_append_str(&e->page, STR("\r\n"));
}

static void write_csv(struct report_export *e, const struct store_query *q)
{
	for (int i = 0; i < e->kind->column_count; i++) {
		const struct report_export_column *c = &e->kind->columns[i];
		int at = e->kind->key_count + i;
		buf_append_str(&e->page, i > 0 ? STR(",") : STR(""));
		if (store_db_is_null(q, at)) {
			continue;
		}
		if (is_text(c->type)) {
			csv_append(&e->page, store_db_text(q, at));
		} else {
			write_plain(&e->page, c, store_db_int(q, at));
		}
	}
	buf_append_str(&e->page, STR("\r\n"));
}

/* ---- JSON */

static void write_value(struct json_writer *j, const struct report_export_column *c,
	const struct store_query *q, int at)
{
	struct buf text;
	buf_init(&text, CELL_BYTES);
	if (store_db_is_null(q, at)) {
		json_null(j);
	} else if (c->type == REPORT_EXPORT_RAW) {
		json_raw(j, store_db_text(q, at));
	} else if (c->type == REPORT_EXPORT_TEXT) {
		json_str(j, store_db_text(q, at));
	} else {
		write_plain(&text, c, store_db_int(q, at));
		if (is_number(c->type)) {
			json_raw(j, buf_str(&text));
		} else {
			json_str(j, buf_str(&text));
		}
	}
	buf_finish(&text);
}

static void write_object(struct report_export *e, const struct store_query *q)
{
	struct json_writer j;
	json_writer_init(&j, &e->page);
	json_object_begin(&j);
	for (int i = 0; i < e->kind->column_count; i++) {
		json_name(&j, e->kind->columns[i].name);
		write_value(&j, &e->kind->columns[i], q, e->kind->key_count + i);
	}
	json_object_end(&j);
}

/* ---- pages */

static void write_begin(struct report_export *e)
{
	if (e->format == REPORT_EXPORT_CSV) {
		write_header(e);
	} else if (e->format == REPORT_EXPORT_JSON) {
		buf_append_char(&e->page, '[');
	}
}

/* is_first: of the whole file. */
static void write_row(struct report_export *e, const struct store_query *q, bool is_first)
{
	switch (e->format) {
	case REPORT_EXPORT_CSV: write_csv(e, q); break;
	case REPORT_EXPORT_JSON:
		buf_append_str(&e->page, is_first ? STR("\n") : STR(",\n"));
		write_object(e, q);
		break;
	default:
		write_object(e, q);
		buf_append_char(&e->page, '\n');
		break;
	}
}

static struct store_query *select_rows(struct store_db *db, const struct report_export *e)
{
	const struct report_export_kind *k = e->kind;
	struct buf sql;
	buf_init(&sql, SQL_BYTES);
	buf_printf(&sql, "SELECT %s", k->keys);
	for (int i = 0; i < k->column_count; i++) {
		buf_printf(&sql, ", %s", k->columns[i].sql);
	}
	buf_printf(&sql, " FROM %s LIMIT ?10", k->from);
	buf_append_char(&sql, '\0');
	struct store_query *q = store_db_query(db, sql.data);
	buf_finish(&sql);
	return q;
}

static void bind_choice(struct store_query *q, const struct report_export *e)
{
	const struct report_request *r = &e->request;
	const char *const texts[] = {r->project, r->tool, r->model};
	int64_t first = r->from_ms, last = r->to_ms != 0 ? r->to_ms - 1 : INT64_MAX;
	if (e->kind->is_by_day) {
		first = first != 0 ? report_day(first) : 0;
		last = r->to_ms != 0 ? report_day(last) : day_max;
	}
	store_db_bind_int(q, 5, first);
	store_db_bind_int(q, 6, last);
	for (int i = 0; i < (int)ARRAY_SIZE(texts); i++) {
		if (texts[i] != NULL) {
			store_db_bind_text(q, 7 + i, str_from(texts[i]));
		} else {
			store_db_bind_null(q, 7 + i);
		}
	}
}

static void bind_place(struct store_query *q, const struct report_export *e)
{
	store_db_bind_int(q, 1, e->is_begun ? e->after : INT64_MIN);
	for (int i = 1; i < e->kind->key_count; i++) {
		store_db_bind_text(q, 1 + i, str_from(e->after_texts[i - 1]));
	}
}

static void note_place(struct report_export *e, const struct store_query *q)
{
	e->after = store_db_int(q, 0);
	for (int i = 1; i < e->kind->key_count; i++) {
		free(e->after_texts[i - 1]);
		e->after_texts[i - 1] = str_dup(store_db_text(q, i));
	}
}

int report_export_page(struct store_db *db, struct report_export *e)
{
	buf_clear(&e->page);
	struct store_query *q = select_rows(db, e);
	bind_place(q, e);
	bind_choice(q, e);
	store_db_bind_int(q, 10, PAGE_ROWS);
	if (!e->is_begun) {
		write_begin(e);
	}
	int rows = 0;
	bool has_row = false;
	while (e->page.size < PAGE_BYTES && !e->page.overflowed && (has_row = store_db_step(q))) {
		write_row(e, q, !e->is_begun);
		e->is_begun = true;
		note_place(e, q);
		rows++;
	}
	int r = store_db_end(q);
	e->is_done = !has_row && rows < PAGE_ROWS;
	if (e->is_done && e->format == REPORT_EXPORT_JSON) {
		buf_append_str(&e->page, e->is_begun ? STR("\n]\n") : STR("]\n"));
	}
	return r < 0 ? r : e->page.overflowed ? -EFBIG : 0;
}

void report_export_finish(struct report_export *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(e->after_texts); i++) {
		free(e->after_texts[i]);
		e->after_texts[i] = NULL;
	}
}
