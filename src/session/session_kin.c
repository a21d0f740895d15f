#include "session/session_kin.h"

#include <string.h>

#include "session/session_past.h"

enum kind { CHILD, TITLE, NEXT_CHILD, NEXT_TITLE, KINDS };

static const struct {
	const char *name;
	unsigned slots;
} kinds[KINDS] = {
	[CHILD] = {"child", CHILD_SESSIONS},
	[TITLE] = {"title", TITLE_THREADS},
	[NEXT_CHILD] = {"next_child", 1},
	[NEXT_TITLE] = {"next_title", 1},
};

static struct session_relation row_of(const struct session_kin *k, enum kind kind, unsigned slot)
{
	struct session_relation r = {.kind = kinds[kind].name, .slot = slot};
	switch (kind) {
	case CHILD:
		r.id = k->children.rows[slot].child;
		r.parent = k->children.rows[slot].parent;
		break;
	case TITLE: r.id = k->titles.ids[slot]; break;
	case NEXT_CHILD: r.id = k->children.next; break;
	case NEXT_TITLE: r.id = k->titles.next; break;
	case KINDS: break;
	}
	return r;
}

void session_kin_each_change(struct session_kin *before, const struct session_kin *now,
	void (*tell)(const struct session_relation *relation, void *data), void *data)
{
	for (unsigned kind = 0; kind < KINDS; kind++) {
		for (unsigned slot = 0; slot < kinds[kind].slots; slot++) {
			struct session_relation old = row_of(before, (enum kind)kind, slot);
			struct session_relation new = row_of(now, (enum kind)kind, slot);
			if (new.id != old.id || new.parent != old.parent) {
				tell(&new, data);
			}
		}
	}
	*before = *now;
}

void session_kin_enter(struct session_kin *k, const struct session_relation *r)
{
	unsigned kind = 0;
	while (kind < KINDS && strcmp(kinds[kind].name, r->kind) != 0) {
		kind++;
	}
	if (kind == KINDS || r->slot >= kinds[kind].slots) {
		return;
	}
	switch ((enum kind)kind) {
	case CHILD:
		k->children.rows[r->slot].child = r->id;
		k->children.rows[r->slot].parent = r->parent;
		break;
	case TITLE: k->titles.ids[r->slot] = r->id; break;
	case NEXT_CHILD: k->children.next = (unsigned)r->id; break;
	case NEXT_TITLE: k->titles.next = (unsigned)r->id; break;
	case KINDS: break;
	}
}
