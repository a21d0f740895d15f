/* A client process of a test's own: sleep(1), started with what the test says about it. */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { PROCESS_CHILD_CONNECTIONS = 2 };

/* All members are optional. */
struct process_child_options {
	uid_t uid;       // to become this user
	const char *cwd; // to go there
	const char *const *environment;
	int connection_family; // AF_INET, AF_INET6, or 0 for no connection
	int connection_count;
	bool through_ipv6; // speaks IPv4 through a socket of IPv6
	int clone_flags;   // namespaces of its own
};

struct process_child {
	pid_t pid; // -1: not to be had, for lack of rights
	int accepted[PROCESS_CHILD_CONNECTIONS];
	struct sockaddr_storage local[PROCESS_CHILD_CONNECTIONS], peer[PROCESS_CHILD_CONNECTIONS];
};

/* Starts it, and waits until it runs and its connections are accepted. */
void process_child_start(struct process_child *child, const struct process_child_options *options);

/* Kills it and waits for its end; closes nothing. */
void process_child_kill(struct process_child *child);

/* Kills it if it still runs, and closes this end of its connections. */
void process_child_finish(struct process_child *child);
