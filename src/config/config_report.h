/* What is wrong with a configuration, for people: a line for each finding. */
#pragma once

#include "base/buf.h"

struct config_report {
	struct buf errors, warnings; // lines, '\n' between them
	size_t error_count, warning_count;
	struct buf surplus; // takes nothing: a file that is none at all has no end of mistakes
};

void config_report_init(struct config_report *r);
void config_report_finish(struct config_report *r);

/* Begins a line, for the caller to write. After the 20th it comes to nothing. */
struct buf *config_report_error(struct config_report *r);
struct buf *config_report_warning(struct config_report *r);
