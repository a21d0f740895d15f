/* Conversations that a client opens only to find a title for one of the user's: they are never
 * shown. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct event;
struct session_registry;

enum { TITLE_THREADS = 64 };

struct title_threads {
	uint64_t ids[TITLE_THREADS]; // hashes; the oldest is forgotten
	unsigned next;
};

/* Whether an event belongs to such a conversation. A new one is recognised by another session of
 * the same exporter with a prompt just before. */
bool title_threads_hold(struct title_threads *threads, const struct session_registry *registry,
	const struct event *e, uint64_t connection);
