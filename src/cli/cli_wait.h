/* The pure part of otel-ai-monitor wait: lists in, verdict out. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

struct cli_list;
struct cli_session;
struct config_list;

enum cli_wait_verdict {
	CLI_WAIT_ON,   // keep waiting
	CLI_WAIT_CAME, // *ret_session is in one of the wanted states
	CLI_WAIT_GONE, // the session has ended
};

/* Judges a new list. id: the session to wait for; data NULL: any session that has changed since the
 * previous list (NULL: there was none). things: words for attention and states; empty: whatever
 * needs the user. */
enum cli_wait_verdict cli_wait_judge(const struct cli_list *list, const struct cli_list *before,
	struct str id, const struct config_list *things, const struct cli_session **ret_session);
