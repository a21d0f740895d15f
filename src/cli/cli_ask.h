/* Requests to the running daemon that are answered with JSON objects. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf;
struct cli_endpoint;

enum { CLI_PATH_BYTES = 6 * 1024 };

/* Appends "?name=value", or "&name=value" after the first; nothing if value is NULL. */
void cli_path_add(struct buf *path, const char *name, const char *value);

/* Sends a GET or POST (json: its body; NULL: none) to the daemon and appends the answer to
 * ret_body, up to its max_bytes. 0 for 200; else -1 after a message, the daemon's own if there is
 * one. NUL-terminates path. */
int cli_ask(const struct cli_endpoint *endpoint, const char *method, struct buf *path,
	const char *json, struct buf *ret_body);

/* Logs the daemon's message in an error answer. False: there is none. */
bool cli_ask_complain(struct buf *body);
