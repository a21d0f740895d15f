/* An icon in the desktop's tray, shown by a program of its own (otel-ai-monitor-tray), which gets
 * the session list when something visible has changed, and reports the user's choices. The program
 * is started at once, and restarted with a doubling delay when it ends. */
#pragma once

#include <uv.h>

#include "base/str.h"
#include "sink/tray_line.h"

struct sink;
struct sink_hub;

/* The user's choice. May call the hub and the tracker. */
typedef void sink_tray_on_request(const struct tray_request *request, void *data);

/* Adds the sink to the hub. program: path of otel-ai-monitor-tray; argument: NULL for none; both
 * are copied. */
struct sink *sink_tray_open(struct sink_hub *hub, uv_loop_t *loop, const char *program,
	const char *argument, sink_tray_on_request *on_request, void *data);
