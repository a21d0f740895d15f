/* Who is at the other end of a connected socket. */
#pragma once

#include <stdint.h>

struct http_peer;

/* Fills in everything the kernel knows about fd. */
void http_peer_init(struct http_peer *peer, int fd, uint64_t connection_id);
