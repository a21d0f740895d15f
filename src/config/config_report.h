/* What is wrong with a configuration, for people: a line for each finding. */
#pragma once

#include "base/buf.h"

struct config_report {
	struct buf errors, warnings; // lines, '\n' between them
};

void config_report_init(struct config_report *r);
void config_report_finish(struct config_report *r);

/* Begins a line of one of the two bufs, for the caller to write. */
struct buf *config_report_line(struct buf *lines);
