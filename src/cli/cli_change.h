/* Changes to the daemon's history, which may take long: it answers with a line of JSON per second,
 * of which the last is the result. */
#pragma once

#include <stdbool.h>

struct buf;
struct cli_endpoint;

/* Writes a line for people to out, from a line of the answer, which is modified. */
typedef void cli_change_describe(struct buf *line, struct buf *out);

/* Sends a POST to path, which is NUL-terminated here, and waits until it is done. On a terminal,
 * standard error shows the progress in the words of describe(). 0 and the result in ret_answer;
 * else -1 after a message. */
int cli_change_ask(const struct cli_endpoint *endpoint, struct buf *path,
	cli_change_describe *describe, struct buf *ret_answer);
