/* The processes behind the connections, as far as they are known: what a session takes from the one
 * that sends its telemetry. */
#pragma once

#include <stdint.h>

#include "base/list.h"
#include "base/str.h"

/* What the finder of processes tells of one. */
struct session_process {
	int64_t pid;
	struct str names[3]; // what it may be called: its name, its program's, its script's
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

/* Remembers whose connection it is. */
void session_peers_add(
	struct session_peers *c, uint64_t connection, const struct session_process *process);

/* NULL if it is not known. */
const struct session_client *session_peers_find(const struct session_peers *c, uint64_t connection);

void session_peers_remove(struct session_peers *c, uint64_t connection);

/* Whether the process can be a program of that name: "claude" runs as "claude", and as "node" with
 * a script of that name. */
bool session_peer_is(const struct session_client *client, struct str program);
