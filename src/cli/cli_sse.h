/* Parses server-sent events as they arrive (HTML Living Standard, section 9.2.6). */
#pragma once

#include "base/buf.h"
#include "base/str.h"

/* One event: its type ("message" if it has none) and its data. A negative errno ends the parsing.
 */
typedef int cli_sse_on_event(struct str type, struct str event_data, void *data);

struct cli_sse {
	struct buf line, type, event_data;
	cli_sse_on_event *on_event;
	void *data;
};

/* An event may have up to max_bytes. */
void cli_sse_init(struct cli_sse *s, size_t max_bytes, cli_sse_on_event *on_event, void *data);
void cli_sse_finish(struct cli_sse *s);

/* Forgets a partial event, for a new connection. */
void cli_sse_reset(struct cli_sse *s);

/* Takes more bytes. 0, on_event's error, or -EMSGSIZE if a line or an event is too long. */
int cli_sse_feed(struct cli_sse *s, struct str bytes);
