/* Where turns run, by the turn's own id: Codex tells the directory in spans that do not name the
 * session, and the session in spans that do not name the directory. */
#pragma once

#include <stdint.h>

#include "base/str.h"

enum { TURN_PLACES = 16 };

struct turn_place {
	uint64_t turn; // hash of its id; 0: none
	char *cwd;     // owned
};

struct turn_places {
	struct turn_place places[TURN_PLACES];
	unsigned next;
};

void turn_places_finish(struct turn_places *p);

/* The hash by which a turn is known; never 0. */
uint64_t turn_places_hash(struct str turn_id);

/* Remembers cwd of the turn; the oldest is forgotten. */
void turn_places_add(struct turn_places *p, uint64_t turn, struct str cwd);

/* The directory of the turn, valid until the next add; empty if it is not known. */
struct str turn_places_find(const struct turn_places *p, uint64_t turn);
