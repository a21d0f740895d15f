#include "config/config_report.h"

enum { REPORT_BYTES = 64 * 1024, LINES_MAX = 20 };

void config_report_init(struct config_report *r)
{
	*r = (struct config_report){0};
	buf_init(&r->errors, REPORT_BYTES);
	buf_init(&r->warnings, REPORT_BYTES);
	buf_init(&r->surplus, 0);
}

void config_report_finish(struct config_report *r)
{
	buf_finish(&r->errors);
	buf_finish(&r->warnings);
	buf_finish(&r->surplus);
}

static struct buf *new_line(struct config_report *r, struct buf *lines, size_t *count)
{
	(*count)++;
	if (*count == LINES_MAX + 1) {
		buf_append_str(lines, STR("\nand more of the kind"));
	}
	if (*count > LINES_MAX) {
		return &r->surplus;
	}
	if (*count > 1) {
		buf_append_char(lines, '\n');
	}
	return lines;
}

struct buf *config_report_error(struct config_report *r)
{
	return new_line(r, &r->errors, &r->error_count);
}

struct buf *config_report_warning(struct config_report *r)
{
	return new_line(r, &r->warnings, &r->warning_count);
}
