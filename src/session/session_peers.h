/* The known processes behind connections: what a session learns from the one that sends its
 * telemetry. */
#pragma once

#include <stdint.h>

#include "base/list.h"
#include "base/str.h"

/* What is known of a process. */
struct session_process {
	int64_t pid;
	struct str names[3]; // its possible names: its own, its program's, its script's
	struct str cwd;      // empty while unknown
};

struct session_client {
	struct list link;
	uint64_t connection;
	int64_t pid;
	char *names[3]; // owned; NULL where there is none
	char *cwd;      // owned; NULL while unknown
};

struct session_peers {
	struct list all; // session_client::link
};

void session_peers_init(struct session_peers *c);
void session_peers_finish(struct session_peers *c);

/* Remembers the process of a connection. */
void session_peers_add(
	struct session_peers *c, uint64_t connection, const struct session_process *process);

/* NULL if unknown. */
const struct session_client *session_peers_find(const struct session_peers *c, uint64_t connection);

void session_peers_remove(struct session_peers *c, uint64_t connection);

/* Whether the process can be that program: "claude" runs as "claude", or as "node" with a script of
 * that name. */
bool session_peer_is(const struct session_client *client, struct str program);
