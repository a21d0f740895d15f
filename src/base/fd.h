/* File descriptors, mostly blocking, for programs without a loop. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/str.h"

struct buf;

/* Appends everything up to the end. 0; -EFBIG above the maximum of text; a negative errno. */
int fd_read_all(int fd, struct buf *text);

/* Writes all of it. 0 or a negative errno. */
int fd_write_all(int fd, struct str bytes);

/* Sends all of it over a socket. 0 or a negative errno, never a signal. */
int fd_send_all(int fd, struct str bytes);

/* Connects to a Unix socket. flags: as for socket(2), in addition to SOCK_CLOEXEC. A descriptor for
 * the caller to close, or a negative errno: -ENAMETOOLONG also if the path does not fit. */
int fd_connect_unix(const char *path, int flags);

enum { FD_PATH_BYTES = 32 };

/* Writes a path through which the file behind fd can be opened again, even if its own path now
 * names something else. Returns path. */
const char *fd_path(int fd, char path[FD_PATH_BYTES]);

/* A non-blocking descriptor of its own for a pipe or terminal that is shared with others, for whom
 * nothing changes. For the caller to close; -1 if fd is something else, or on failure. */
int fd_open_nonblocking(int fd);

/* Writes as much as possible without blocking: to a socket, or to anything that polls as writable
 * and then takes PIPE_BUF bytes (pipe(7)). The number of bytes, or -1 with errno, EAGAIN if it
 * would block. */
ssize_t fd_write_nonblocking(int fd, struct str bytes);

/* Whether fd is the journal's socket. stream: the value of JOURNAL_STREAM, which names its device
 * and inode (systemd.exec(5)), or NULL. */
bool fd_is_journal(int fd, const char *stream);
