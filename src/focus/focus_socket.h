/* One question and its answer over a unix socket. Blocks: the program's alarm bounds it. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

struct buf;

enum { FOCUS_ANSWER_BYTES = 16 * 1024 * 1024 }; // far above the trees of hundreds of windows

/* Whether what was read so far is the whole answer. */
typedef bool focus_socket_is_whole(struct str answer);

/* Sends the request and reads until is_whole says so, or, where it is NULL, until the other end
 * closes. 0 and ret_answer, which must be initialised; or a negative errno. */
int focus_socket_ask(const char *path, struct str request, focus_socket_is_whole *is_whole,
	struct buf *ret_answer);
