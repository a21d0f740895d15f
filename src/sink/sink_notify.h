/* Desktop notifications: one per session, by way of the notifier program. What is told when is
 * notify_text's; how the program is run, notify_child's. */
#pragma once

#include <uv.h>

struct sink;
struct sink_hub;

/* Adds the sink to the hub. program: path of otel-ai-monitor-notifier; nothing is started before
 * there is something to tell, and a program that is missing only costs notifications. */
struct sink *sink_notify_open(struct sink_hub *hub, uv_loop_t *loop, const char *program);
