/* Where turns run, by the turn's own id: Codex tells the directory in spans that do not name the
 * session, and the session in spans that do not name the directory. */
#pragma once

#include <stdint.h>

#include "base/str.h"

enum { TURN_CWDS = 16 };

struct turn_cwd {
	uint64_t turn; // hash of its id; 0: none
	char *cwd;     // owned
};

struct turn_cwds {
	struct turn_cwd places[TURN_CWDS];
	unsigned next;
};

void turn_cwds_finish(struct turn_cwds *p);

/* The hash by which a turn is known; never 0. */
uint64_t turn_cwds_hash(struct str turn_id);

/* Remembers cwd of the turn; the oldest is forgotten. */
void turn_cwds_add(struct turn_cwds *p, uint64_t turn, struct str cwd);

/* The directory of the turn, valid until the next add; empty if it is not known. */
struct str turn_cwds_find(const struct turn_cwds *p, uint64_t turn);
