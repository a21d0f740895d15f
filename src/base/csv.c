#include "base/csv.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

void csv_append(struct buf *out, struct str text)
{
	bool is_formula = text.size > 0 && memchr("=+-@\t\r", text.data[0], 6) != NULL;
	bool is_quoted = false;
	for (size_t i = 0; i < text.size && !is_quoted; i++) {
		is_quoted = memchr(",\"\r\n", text.data[i], 4) != NULL;
	}
	buf_append_str(out, is_quoted ? STR("\"") : STR(""));
	buf_append_str(out, is_formula ? STR("'") : STR(""));
	while (text.size > 0) {
		size_t whole = text.size;
		struct str part = str_cut(&text, '"');
		utf8_append_repaired(out, part);
		if (part.size < whole) {
			buf_append_str(out, STR("\"\""));
		}
	}
	buf_append_str(out, is_quoted ? STR("\"") : STR(""));
}
