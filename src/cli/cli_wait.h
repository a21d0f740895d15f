/* otel-ai-monitor wait: until a session is done or needs its user. This part is pure: lists in,
 * verdict out. */
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

/* Judges a new list. id: the session to wait for; with data NULL any session that has changed since
 * the list before (NULL: there was none). things: words of attention and of states; empty for
 * whatever wants the user. */
enum cli_wait_verdict cli_wait_judge(const struct cli_list *list, const struct cli_list *before,
	struct str id, const struct config_list *things, const struct cli_session **ret_session);
