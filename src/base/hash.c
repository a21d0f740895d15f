#include "base/hash.h"

#include <stdlib.h>

#include "base/mem.h"

void hash_init(struct hash *h, size_t expected)
{
	size_t count = 16;
	while (count < expected) {
		count *= 2;
	}
	*h = (struct hash){xcalloc(count, sizeof(*h->buckets)), count - 1};
}

void hash_finish(struct hash *h)
{
	free(h->buckets);
	*h = (struct hash){0};
}

void hash_add(struct hash *h, struct hash_node *node, uint64_t hash)
{
	struct hash_node **bucket = &h->buckets[hash & h->mask];
	*node = (struct hash_node){*bucket, hash};
	*bucket = node;
}

void hash_remove(struct hash *h, struct hash_node *node)
{
	struct hash_node **at = &h->buckets[node->hash & h->mask];
	while (*at != node) {
		at = &(*at)->next;
	}
	*at = node->next;
	node->next = NULL;
}

static struct hash_node *same_hash(struct hash_node *node, uint64_t hash)
{
	while (node != NULL && node->hash != hash) {
		node = node->next;
	}
	return node;
}

struct hash_node *hash_first(const struct hash *h, uint64_t hash)
{
	return same_hash(h->buckets[hash & h->mask], hash);
}

struct hash_node *hash_next(const struct hash_node *node)
{
	return same_hash(node->next, node->hash);
}
