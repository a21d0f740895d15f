/* What is wrong with a configuration, for people: one finding per line. */
#pragma once

#include "base/buf.h"

struct config_report {
	struct buf errors, warnings; // lines, '\n' between them
	size_t error_count, warning_count;
	struct buf surplus; // a sink for findings beyond the limit, as in a file that is no
			    // configuration at all
};

void config_report_init(struct config_report *r);
void config_report_finish(struct config_report *r);

/* Starts a line for the caller to write; lines after the 20th are dropped. */
struct buf *config_report_error(struct config_report *r);
struct buf *config_report_warning(struct config_report *r);
