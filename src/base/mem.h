/* Allocation that cannot fail, and cleanup declared where a resource is acquired.
 *
 * The x* functions are for small things of our own: when memory runs out they take from the
 * reserve, and abort without one. Whatever a peer can make large goes through mem_resize(), which
 * may fail. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Sets the reserve aside, or refills it; false if there is no memory. A program with a reserve
 * admits no new work while it is used up. Any thread may take from it, only one may fill it. */
bool mem_keep_reserve(void);

/* Whether there was a reserve and it is used up. */
bool mem_is_low(void);

/* realloc() for sizes that a peer can influence: it may fail. */
void *mem_resize(void *p, size_t size);

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *p, size_t size);

/* Makes room for one more item after count in an array on the heap, which doubles when full; NULL
 * with a capacity of 0 at first. The caller limits how many there can be. */
void *xgrow(void *items, size_t count, size_t *capacity, size_t item_bytes);

char *xstrdup(const char *s);

/* The same without a capacity, for an array that only grows, one item at a time. */
void *xgrow_list(void *items, size_t count, size_t item_bytes);

/* printf() into a new string, for the caller to free. */
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

void mem_free_pointer(void *p);
void mem_close_fd(const int *fd);

#define cleanup_free  __attribute__((cleanup(mem_free_pointer)))
#define cleanup_close __attribute__((cleanup(mem_close_fd)))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define container_of(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))
