/* An intrusive, circular, doubly linked list. The head is a link like any other. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"

struct list {
	struct list *prev, *next; // both NULL: in no list
};

/* Makes head an empty list. */
static inline void list_init(struct list *head)
{
	head->prev = head->next = head;
}

static inline bool list_is_empty(const struct list *head)
{
	return head->next == head;
}

/* Adds link at the end, before head. */
static inline void list_append(struct list *head, struct list *link)
{
	link->prev = head->prev;
	link->next = head;
	head->prev->next = link; // NOLINT(clang-analyzer-core.NullDereference): a list is circular
	head->prev = link;
}

/* Removes link from its list; no-op if it is in none. */
static inline void list_remove(struct list *link)
{
	// NOLINTNEXTLINE(clang-analyzer-unix.Malloc): whoever frees one takes it out
	if (link->next != NULL) {
		link->prev->next = link->next;
		link->next->prev = link->prev;
		link->prev = link->next = NULL;
	}
}

#define list_entry(link, type, member) container_of(link, type, member)

/* The element under the cursor must stay in the list while the body runs. */
#define list_for_each(pos, head, member)                                                           \
	for (pos = list_entry((head)->next, __typeof__(*pos), member); &pos->member != (head);     \
		pos = list_entry(pos->member.next, __typeof__(*pos), member))

/* The element under the cursor may be removed, no other. */
#define list_for_each_safe(pos, tmp, head, member)                                                 \
	for (pos = list_entry((head)->next, __typeof__(*pos), member),                             \
	    tmp = list_entry(pos->member.next, __typeof__(*pos), member);                          \
		&pos->member != (head);                                                            \
		pos = tmp, tmp = list_entry(tmp->member.next, __typeof__(*tmp), member))
