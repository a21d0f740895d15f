/* The daemon's session lists as they arrive, for commands that wait. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cli/cli_list.h"
#include "cli/cli_response.h"
#include "cli/cli_sse.h"

struct cli_endpoint;

struct cli_stream {
	int fd; // -1: not connected
	struct cli_response response;
	struct cli_sse sse;
	struct buf line;      // the newest list
	struct cli_list list; // slices of it
	bool has_news;        // cli_stream_take() has not returned this list yet
};

/* Connects, to receive a list at once and after every change. 0, or a negative errno; call
 * cli_stream_close() in either case. */
int cli_stream_open(struct cli_stream *s, const struct cli_endpoint *endpoint);
void cli_stream_close(struct cli_stream *s);

/* Reads what has arrived, without waiting; list is then the newest. 0, or a negative errno once the
 * stream has ended: -EPROTO if something other than the daemon answered. */
int cli_stream_read(struct cli_stream *s);

/* True once per new list. */
bool cli_stream_take(struct cli_stream *s);
