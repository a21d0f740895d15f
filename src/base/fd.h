/* Descriptors that may block, for programs without a loop. */
#pragma once

#include "base/str.h"

struct buf;

/* Appends everything up to the end. 0; -EFBIG above the maximum of text; a negative errno. */
int fd_read_all(int fd, struct buf *text);

/* Sends all of it over a socket. 0 or a negative errno, never a signal. */
int fd_send_all(int fd, struct str bytes);

/* Connects to a Unix socket. flags: of socket(2), beside SOCK_CLOEXEC. A descriptor for the caller
 * to close, or a negative errno: -ENAMETOOLONG also for a path that no such socket can have. */
int fd_connect_unix(const char *path, int flags);
