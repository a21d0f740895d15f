/* Requests to window managers and terminals, over their sockets or through their own programs.
 * Blocks, limited by this program's alarm. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

struct buf;

enum { FOCUS_ANSWER_BYTES = 16 * 1024 * 1024 }; // far more than the tree of hundreds of windows

/* Whether the answer read so far is complete. */
typedef bool focus_ask_is_whole(struct str answer);

/* Sends the request to a Unix socket and reads until is_whole returns true or, if it is NULL, until
 * the other end closes. 0 and ret_answer, which must be initialised; or a negative errno. */
int focus_ask_socket(
	const char *path, struct str request, focus_ask_is_whole *is_whole, struct buf *ret_answer);

/* Runs argv[0], looked up in PATH; ret_output, which must be initialised, gets its stdout. 0 on
 * success, -ECANCELED if it failed, or run_program()'s error: -ENOENT if it is not installed,
 * -EFBIG if it wrote more than fits. */
int focus_ask_program(const char *const argv[], struct buf *ret_output);
