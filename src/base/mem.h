/* Allocation that cannot fail, and cleanup declared where a resource is taken.
 *
 * The x* functions are for small things of our own and end the process when there is no memory;
 * what a peer can size goes through buf.h, which has a maximum and can say no. */
#pragma once

#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *p, size_t size);

/* Room for one more item beside count in an array on the heap, which doubles when it is full; NULL
 * and a capacity of 0 at first. What the array holds must have a maximum of its own. */
void *xgrow(void *items, size_t count, size_t *capacity, size_t item_bytes);

char *xstrdup(const char *s);

/* The same for an array that only grows, one item at a time: full at every power of two. */
void *xgrow_list(void *items, size_t count, size_t item_bytes);

/* printf into a string of its own, for the caller to free. */
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

void mem_free_pointer(void *p);
void mem_close_fd(const int *fd);

#define cleanup_free  __attribute__((cleanup(mem_free_pointer)))
#define cleanup_close __attribute__((cleanup(mem_close_fd)))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define container_of(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))
