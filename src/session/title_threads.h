/* Conversations that a client opens beside those of its user, only to find a title for one: they
 * are never shown. */
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

/* Whether the event is of such a conversation. One that begins is recognised by another session of
 * the same sender, which was asked something just before. */
bool title_threads_hold(struct title_threads *threads, const struct session_registry *registry,
	const struct event *e, uint64_t connection);
