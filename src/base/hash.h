/* An intrusive hash table with a fixed number of buckets, for sets of bounded size. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct hash_node {
	struct hash_node *next; // in its bucket
	uint64_t hash;
};

struct hash {
	struct hash_node **buckets; // owned
	size_t mask;                // number of buckets - 1
};

/* For about this many elements; more make it slower, nothing else. */
void hash_init(struct hash *h, size_t expected);

/* Frees the buckets, not the elements. */
void hash_finish(struct hash *h);

void hash_add(struct hash *h, struct hash_node *node, uint64_t hash);

/* node must be in the table. */
void hash_remove(struct hash *h, struct hash_node *node);

/* The first node with this hash, then the next after it; NULL at the end.
 * The caller compares keys. */
struct hash_node *hash_first(const struct hash *h, uint64_t hash);
struct hash_node *hash_next(const struct hash_node *node);
