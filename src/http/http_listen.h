/* A listening socket of a server. http_server.h has the functions that make one. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>
#include <uv.h>

#include "base/list.h"

struct http_server;

struct http_listener {
	struct list link; // http_server::listeners, until closing
	struct http_server *server;
	union {
		uv_handle_t handle;
		uv_stream_t stream;
		uv_tcp_t tcp;
		uv_pipe_t pipe;
	} uv;
	bool is_unix;
	char *path; // owned; of a socket file that is ours to remove
	dev_t device;
	ino_t inode; // of that file when we made it: a later one is not ours
};

/* Stops listening, and removes a socket file of our own. Freed in a later turn of the loop. */
void http_listen_close(struct http_listener *l);
