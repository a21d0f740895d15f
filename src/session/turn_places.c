#include "session/turn_places.h"

#include <stdlib.h>

enum { CWD_BYTES = 4096 };

void turn_places_finish(struct turn_places *p)
{
	for (unsigned i = 0; i < TURN_PLACES; i++) {
		free(p->places[i].cwd);
	}
	*p = (struct turn_places){0};
}

uint64_t turn_places_hash(struct str turn_id)
{
	return str_hash(turn_id) | 1;
}

struct str turn_places_find(const struct turn_places *p, uint64_t turn)
{
	for (unsigned i = 0; i < TURN_PLACES; i++) {
		if (p->places[i].turn == turn) {
			return str_from(p->places[i].cwd);
		}
	}
	return (struct str){0};
}

void turn_places_add(struct turn_places *p, uint64_t turn, struct str cwd)
{
	if (cwd.size > CWD_BYTES || turn_places_find(p, turn).size > 0) {
		return;
	}
	struct turn_place *place = &p->places[p->next++ % TURN_PLACES];
	free(place->cwd);
	*place = (struct turn_place){turn, str_dup(cwd)};
}
