/* Finds who listens on a TCP port of this machine. */
#pragma once

#include <stdint.h>
#include <sys/socket.h>

struct process_listener {
	int64_t uid;
	int64_t pid; // 0: another user's, or not found
	char *name;  // owned: comm; NULL if pid is 0
};

/* 0; -ENOENT if nobody does; a negative errno if the kernel's tables cannot be read. */
int process_listener_find(uint16_t port, struct process_listener *ret);

/* The user who would accept a connection to this address, including its port. Returns as above. */
int process_listener_owner(const struct sockaddr *address, uint16_t port, int64_t *ret_uid);

/* Frees what it owns; a zeroed one is fine. */
void process_listener_finish(struct process_listener *l);
