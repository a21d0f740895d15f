/* How managers and terminals are asked: over their sockets, or by their own programs. Blocks: the
 * alarm of this program bounds it. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

struct buf;

enum { FOCUS_ANSWER_BYTES = 16 * 1024 * 1024 }; // far above the trees of hundreds of windows

/* Whether what was read so far is the whole answer. */
typedef bool focus_ask_is_whole(struct str answer);

/* Sends the request to a Unix socket and reads until is_whole says so, or, where it is NULL, until
 * the other end closes. 0 and ret_answer, which must be initialised; or a negative errno. */
int focus_ask_socket(
	const char *path, struct str request, focus_ask_is_whole *is_whole, struct buf *ret_answer);

/* Runs argv[0], found in PATH; ret_output, which must be initialised, gets what it wrote to stdout.
 * 0 if it ended well, -ECANCELED if it failed, or what run_program() says: -ENOENT if it is not
 * installed, -EFBIG if it wrote more than fits. */
int focus_ask_program(const char *const argv[], struct buf *ret_output);
