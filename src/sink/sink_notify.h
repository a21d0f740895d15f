/* Desktop notifications: one per session, by way of the notifier program. What is told when is
 * notify_text's; how the program is run, notify_child's. */
#pragma once

#include <uv.h>

#include "base/str.h"

struct sink;
struct sink_hub;

/* The user has sent away what was told of the session. What the tracker makes of that may be
 * published during the call. */
typedef void sink_notify_on_dismissed(struct str session_id, void *data);

/* Adds the sink to the hub. program: path of otel-ai-monitor-notifier; nothing is started before
 * there is something to tell, and a program that is missing only costs notifications. */
struct sink *sink_notify_open(struct sink_hub *hub, uv_loop_t *loop, const char *program,
	sink_notify_on_dismissed *on_dismissed, void *data);
