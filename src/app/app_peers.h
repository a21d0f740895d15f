/* Finds the process at the other end of a connection, its end, and the project of its directory,
 * for the tracker. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct http_peer;
struct process_peers;
struct process_project_cache;
struct session_tracker;

struct app_peers {
	uv_loop_t *loop;                 // borrowed, like the next
	struct session_tracker *tracker; // gets its projects here
	void (*on_change)(void *data);   // the tracker was called
	void *data;

	struct process_peers *processes; // the rest is its own
	struct process_project_cache *projects;
};

/* The caller has filled in what is borrowed. */
void app_peers_open(struct app_peers *p);

/* Stops looking up; open lookups end with the loop. */
void app_peers_close(struct app_peers *p);

/* A peer has sent telemetry over a connection that stays. */
void app_peers_note(struct app_peers *p, const struct http_peer *peer);

/* A connection has ended; by_peer: the peer closed it. */
void app_peers_note_end(struct app_peers *p, const struct http_peer *peer, bool by_peer);

/* The user at the other end of a loopback connection; -1: unknown. One request to the kernel,
 * answered at once. */
int64_t app_peers_owner(const struct http_peer *peer);
