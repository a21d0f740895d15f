/* A session_list line, read for showing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct cli_session { // texts are slices of the line; data is NULL for null
	struct str id, tool, state, project, attention, doing;
	int64_t since_ms; // wall clock
	bool has_metrics, has_cost;
	int64_t tokens; // of all kinds
	double cost_usd;
};

struct cli_list {
	struct cli_session *sessions; // owned
	size_t count;
};

/* Reads line, which is changed and must outlive the list. 0, or -EPROTO if it is no session list.
 */
int cli_list_read(char *line, size_t size, struct cli_list *ret);
void cli_list_finish(struct cli_list *list);
