/* What the daemon does to its history, which may take long: it then answers with a line of JSON a
 * second, of which the last is the answer. */
#pragma once

#include <stdbool.h>

struct buf;
struct cli_endpoint;

/* Puts a line for people into out, from a line of the answer, which is changed. */
typedef void cli_change_describe(struct buf *line, struct buf *out);

/* POST to path, which is terminated here, and waits until it is done. On a terminal, describe's
 * words show on standard error how far it is. 0 and the answer in ret_answer; else -1 after a
 * message. */
int cli_change_ask(const struct cli_endpoint *endpoint, struct buf *path,
	cli_change_describe *describe, struct buf *ret_answer);
