/* Descriptors that may block, for programs without a loop. */
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

/* Connects to a Unix socket. flags: of socket(2), beside SOCK_CLOEXEC. A descriptor for the caller
 * to close, or a negative errno: -ENAMETOOLONG also for a path that no such socket can have. */
int fd_connect_unix(const char *path, int flags);

enum { FD_PATH_BYTES = 32 };

/* Writes the path under which what fd stands for can be opened once more, whatever its own path
 * names meanwhile. Returns path. */
const char *fd_path(int fd, char path[FD_PATH_BYTES]);

/* Another descriptor for a pipe or terminal that others write to as well, without making it
 * non-blocking for them. For the caller to close; -1 if fd is something else or that fails. */
int fd_open_nonblocking(int fd);

/* Writes what goes without waiting: to a socket, or to what polls as writable and then takes
 * PIPE_BUF bytes (pipe(7)). The bytes written, or -1 with errno, EAGAIN where it would wait. */
ssize_t fd_write_nonblocking(int fd, struct str bytes);

/* Whether fd is the journal's socket. stream: the value of JOURNAL_STREAM, which names its device
 * and inode (systemd.exec(5)), or NULL. */
bool fd_is_journal(int fd, const char *stream);
