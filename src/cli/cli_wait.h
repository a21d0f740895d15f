/* otel-ai-monitor wait: until a session has come to something. No daemon is needed to decide. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

struct cli_list;
struct cli_session;
struct config_list;

enum cli_wait_verdict {
	CLI_WAIT_ON,   // nothing of it yet
	CLI_WAIT_CAME, // ret_session has come to one of the things
	CLI_WAIT_GONE, // the session that was waited for has ended
};

/* Looks at a list after the one before. id: of the session that is waited for, data NULL for any,
 * of which only what it came to since before counts. before: NULL at the beginning. things: words
 * of attention and of states, empty for whatever wants its user. */
enum cli_wait_verdict cli_wait_judge(const struct cli_list *list, const struct cli_list *before,
	struct str id, const struct config_list *things, const struct cli_session **ret_session);
