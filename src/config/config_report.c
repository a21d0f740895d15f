#include "config/config_report.h"

enum { REPORT_BYTES = 64 * 1024 };

void config_report_init(struct config_report *r)
{
	buf_init(&r->errors, REPORT_BYTES);
	buf_init(&r->warnings, REPORT_BYTES);
}

void config_report_finish(struct config_report *r)
{
	buf_finish(&r->errors);
	buf_finish(&r->warnings);
}

struct buf *config_report_line(struct buf *lines)
{
	if (lines->size > 0) {
		buf_append_char(lines, '\n');
	}
	return lines;
}
