/* Questions to the running daemon whose answers are JSON objects. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf;
struct cli_endpoint;

enum { CLI_PATH_BYTES = 6 * 1024 };

/* Appends "?name=value", or "&name=value" behind the first; nothing for a NULL value. */
void cli_path_add(struct buf *path, const char *name, const char *value);

/* Asks the daemon, GET or POST (json: its body; NULL: none), and appends the answer to ret_body,
 * whose max_bytes bounds it. 0 for 200; else -1 after a message: the daemon's own where it gave
 * one. path is terminated here. */
int cli_ask(const struct cli_endpoint *endpoint, const char *method, struct buf *path,
	const char *json, struct buf *ret_body);

/* Logs the daemon's message in an error answer. False: there is none. */
bool cli_ask_complain(struct buf *body);
