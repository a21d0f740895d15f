#include "session/turn_cwds.h"

#include <stdlib.h>

enum { CWD_BYTES = 4096 };

void turn_cwds_finish(struct turn_cwds *p)
{
	for (unsigned i = 0; i < TURN_CWDS; i++) {
		free(p->places[i].cwd);
	}
	*p = (struct turn_cwds){0};
}

uint64_t turn_cwds_hash(struct str turn_id)
{
	return str_hash(turn_id) | 1;
}

struct str turn_cwds_find(const struct turn_cwds *p, uint64_t turn)
{
	for (unsigned i = 0; i < TURN_CWDS; i++) {
		if (p->places[i].turn == turn) {
			return str_from(p->places[i].cwd);
		}
	}
	return (struct str){0};
}

void turn_cwds_add(struct turn_cwds *p, uint64_t turn, struct str cwd)
{
	if (cwd.size > CWD_BYTES || turn_cwds_find(p, turn).size > 0) {
		return;
	}
	struct turn_cwd *place = &p->places[p->next++ % TURN_CWDS];
	free(place->cwd);
	*place = (struct turn_cwd){turn, str_dup(cwd)};
}
