/* Who sends: the process at the other end of a connection, its end, and the project of its
 * directory. What becomes known goes to the tracker. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct http_peer;
struct process_peers;
struct process_project_cache;
struct session_tracker;

struct app_peers {
	uv_loop_t *loop;                 // borrowed, as the next
	struct session_tracker *tracker; // its projects are asked for here
	void (*on_change)(void *data);   // the tracker was told something
	void *data;

	struct process_peers *processes; // the rest is its own
	struct process_project_cache *projects;
};

/* The caller has filled in what is borrowed. */
void app_peers_open(struct app_peers *p);

/* Looks up nothing any more; what is open ends with the loop. */
void app_peers_close(struct app_peers *p);

/* A peer has sent telemetry over a connection that stays. */
void app_peers_note(struct app_peers *p, const struct http_peer *peer);

/* A connection has ended; by_peer: the peer closed it. */
void app_peers_note_end(struct app_peers *p, const struct http_peer *peer, bool by_peer);

/* The user at the other end of a connection on loopback; -1: not known. One question to the kernel,
 * which answers at once. */
int64_t app_peers_owner(const struct http_peer *peer);
