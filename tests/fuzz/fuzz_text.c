/* Any bytes as a name from outside, wherever names are written: JSON gives back what went in, as
 * far as it was valid; a reader of CSV (RFC 4180) finds one cell; and nothing of it controls a
 * terminal. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/csv.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "fuzz/fuzz_target.h"
#include "session/session.h"

enum { OUT_BYTES = 8 << 20, MAX_BYTES = 1 << 18, WIDTH = 20 };

static void check_json_text(struct str text, struct str repaired)
{
	struct json_writer w;
	struct json_reader r;
	struct buf out;
	buf_init(&out, OUT_BYTES);
	json_writer_init(&w, &out);
	json_str(&w, text);
	fuzz_check_json(buf_str(&out));
	for (size_t i = 0; i < out.size; i++) {
		fuzz_check((unsigned char)out.data[i] >= 0x20);
	}
	json_reader_init(&r, out.data, out.size, 1);
	fuzz_check(json_next(&r) == JSON_STRING && str_equal(r.text, repaired));
	buf_finish(&out);
}

/* One cell up to the end of its line. */
static struct str read_cell(struct str *rest, struct buf *out)
{
	buf_clear(out);
	if (!str_starts_with(*rest, STR("\""))) {
		struct str cell = str_cut(rest, '\n');
		fuzz_check(memchr(cell.data, ',', cell.size) == NULL);
		buf_append_str(out, cell);
		return buf_str(out);
	}
	size_t i = 1;
	for (; i < rest->size; i++) {
		if (rest->data[i] == '"' && i + 1 < rest->size && rest->data[i + 1] == '"') {
			i++;
		} else if (rest->data[i] == '"') {
			break;
		}
		buf_append_char(out, rest->data[i]);
	}
	fuzz_check(i + 1 < rest->size && rest->data[i + 1] == '\n');
	*rest = str_skip(*rest, i + 2);
	return buf_str(out);
}

/* A spreadsheet must not run it. */
static bool is_formula(struct str cell)
{
	return cell.size > 0 && memchr("=+-@\t\r", cell.data[0], 6) != NULL;
}

static void check_csv(struct str text, struct str repaired)
{
	struct buf out, cell;
	buf_init(&out, OUT_BYTES);
	buf_init(&cell, OUT_BYTES);
	csv_append(&out, text);
	buf_append_char(&out, '\n');
	struct str rest = buf_str(&out);
	struct str read = read_cell(&rest, &cell);
	fuzz_check(rest.size == 0 && !is_formula(read));
	if (!str_equal(read, repaired)) {
		fuzz_check(
			str_starts_with(read, STR("'")) && str_equal(str_skip(read, 1), repaired));
	}
	buf_finish(&out);
	buf_finish(&cell);
}

static void check_names(struct str text)
{
	struct buf out;
	buf_init(&out, OUT_BYTES);
	utf8_append_name(&out, text);
	fuzz_check(utf8_is_name(buf_str(&out)));
	fuzz_check(!utf8_is_name(text) || str_equal(buf_str(&out), text));
	fuzz_check(utf8_width(utf8_fit(buf_str(&out), WIDTH)) <= WIDTH);
	buf_clear(&out);
	utf8_append_shown(&out, text, WIDTH);
	fuzz_check_line(buf_str(&out));
	fuzz_check(utf8_is_name(buf_str(&out)));
	buf_finish(&out);
	cleanup_free char *copy = session_copy_text(text);
	fuzz_check(utf8_is_valid(str_from(copy)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct buf repaired;
	if (size > MAX_BYTES) {
		return 0;
	}
	buf_init(&repaired, OUT_BYTES);
	utf8_append_repaired(&repaired, text);
	fuzz_check(utf8_is_valid(buf_str(&repaired)));
	fuzz_check(!utf8_is_valid(text) || str_equal(buf_str(&repaired), text));
	check_json_text(text, buf_str(&repaired));
	check_csv(text, buf_str(&repaired));
	check_names(text);
	buf_finish(&repaired);
	return 0;
}
