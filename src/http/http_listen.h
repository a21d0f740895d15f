/* Listening sockets, and the files of those that have one. No HTTP here: the owner accepts
 * connections. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <uv.h>

#include "base/list.h"
#include "base/str.h"

struct http_listen;

struct http_listener {
	struct list link; // http_listen::listeners, until closing
	struct http_listen *set;
	union {
		uv_handle_t handle;
		uv_stream_t stream;
		uv_tcp_t tcp;
		uv_pipe_t pipe;
	} uv;
	bool is_unix;
	unsigned mark; // the owner's, to know it by
	unsigned open_handles;
	char *path; // owned; of a socket file that is ours to remove
	dev_t device;
	ino_t inode;         // of that file when we made it: a later one is not ours
	uv_fs_event_t watch; // fires when it is removed
	uv_timer_t again;    // runs while it cannot be made again
	int parents_fd;      // inotify of the directories above it; -1: none
	uv_poll_t parents;
};

/* Somebody has connected: uv_accept() is due on l->uv.stream. */
typedef void http_listen_accept(struct http_listener *l, void *data);
/* A connection could not be accepted, for lack of a descriptor. */
typedef void http_listen_failed(int r, void *data);
typedef void http_listen_closed(void *data);

/* The listening sockets of one owner. */
struct http_listen {
	uv_loop_t *loop;
	struct list listeners; // http_listener::link
	http_listen_accept *on_accept;
	http_listen_failed *on_failed;
	http_listen_closed *on_closed; // one of them is gone for good
	size_t open_handles;           // not gone yet
	void *data;
};

void http_listen_init(struct http_listen *set, uv_loop_t *loop, http_listen_accept *on_accept,
	http_listen_failed *on_failed, http_listen_closed *on_closed, void *data);

/* Listens on a numeric IPv4 or IPv6 address; port 0 lets the kernel choose. An IPv6 socket takes
 * IPv6 only. 0 or a negative errno, -EINVAL for something that is not an address. */
int http_listen_tcp(struct http_listen *set, struct str address, uint16_t port, unsigned mark);

/* Listens on a unix socket, made with mode 0600. A stale socket file is replaced; -EADDRINUSE if
 * somebody listens on it, or the path is something else. If the file is removed later, it is made
 * again, retried once a second until the path is free. */
int http_listen_unix(struct http_listen *set, const char *path, unsigned mark);

/* Takes over an inherited listening socket (sd_listen_fds(3)) and sets close-on-exec. -EINVAL
 * unless it is a listening stream socket for IPv4, IPv6 or Unix. On failure the caller keeps fd,
 * unless listen(2) itself failed: then it is closed. */
int http_listen_fd(struct http_listen *set, int fd, unsigned mark);

/* The port of the first TCP socket, 0 if there is none. */
uint16_t http_listen_port(const struct http_listen *set);

/* Stops listening and removes our socket files. Freed in a later turn of the loop. */
void http_listen_close(struct http_listen *set);
