/* Allocation that cannot fail, and cleanup declared where a resource is taken.
 *
 * The x* functions are for small things of our own: when there is no memory they take from the
 * reserve, and without one end the process. What a peer can size goes through mem_resize(), which
 * can say no. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Puts some memory aside, or again what was taken of it; false if there is none. Whoever keeps a
 * reserve lets nobody in while it is gone. Any thread may take it, one fills it. */
bool mem_keep_reserve(void);

/* It was kept once, and is gone. */
bool mem_is_low(void);

/* realloc, which may fail for what is larger than a small thing of our own. */
void *mem_resize(void *p, size_t size);

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
