/* The directories of turns, by the turn's own id: Codex reports the directory in spans without the
 * session, and the session in spans without the directory. */
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

/* The hash that identifies a turn; never 0. */
uint64_t turn_cwds_hash(struct str turn_id);

/* Remembers the cwd of a turn; the oldest is forgotten. */
void turn_cwds_add(struct turn_cwds *p, uint64_t turn, struct str cwd);

/* The directory of a turn, valid until the next add; empty if unknown. */
struct str turn_cwds_find(const struct turn_cwds *p, uint64_t turn);
