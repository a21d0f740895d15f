/* Sessions as an icon in the desktop's tray: a program of its own (otel-ai-monitor-tray) shows it,
 * gets the session list when something changed that can be seen there, and tells what its user
 * chose. The program is started at once, and again, after a while that doubles, when it ends. */
#pragma once

#include <uv.h>

#include "base/str.h"
#include "sink/tray_line.h"

struct sink;
struct sink_hub;

/* What the user wants. The hub and the tracker may be told of it during the call. */
typedef void sink_tray_on_request(const struct tray_request *request, void *data);

/* Adds the sink to the hub. program: path of otel-ai-monitor-tray; argument: NULL for none; both
 * are copied. */
struct sink *sink_tray_open(struct sink_hub *hub, uv_loop_t *loop, const char *program,
	const char *argument, sink_tray_on_request *on_request, void *data);
