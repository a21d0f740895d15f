#include "base/mem.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RESERVE_BYTES = 1 << 20, SMALL_BYTES = 64 << 10 };

static _Atomic(void *) reserve;
static atomic_bool low;

bool mem_keep_reserve(void)
{
	if (atomic_load(&reserve) != NULL) {
		return true;
	}
	void *p = malloc(RESERVE_BYTES);
	if (p == NULL) {
		return false;
	}
	atomic_store(&reserve, p);
	atomic_store(&low, false);
	return true;
}

bool mem_is_low(void)
{
	return atomic_load(&low);
}

static bool use_reserve(void)
{
	void *p = atomic_exchange(&reserve, NULL);
	if (p == NULL) {
		return false;
	}
	atomic_store(&low, true);
	free(p);
	return true;
}

static void *checked(void *p)
{
	if (p == NULL) {
		static const char message[] = "out of memory\n";
		ssize_t ignored = write(STDERR_FILENO, message, sizeof(message) - 1);
		(void)ignored;
		abort();
	}
	return p;
}

void *xmalloc(size_t size)
{
	return xrealloc(NULL, size);
}

void *xcalloc(size_t count, size_t size)
{
	count = count > 0 ? count : 1;
	size = size > 0 ? size : 1;
	void *p = calloc(count, size);
	return p != NULL || !use_reserve() ? checked(p) : checked(calloc(count, size));
}

void *xrealloc(void *p, size_t size)
{
	size = size > 0 ? size : 1;
	void *moved = realloc(p, size);
	return moved != NULL || !use_reserve() ? checked(moved) : checked(realloc(p, size));
}

void *mem_resize(void *p, size_t size)
{
	return size <= SMALL_BYTES ? xrealloc(p, size) : realloc(p, size);
}

void *xgrow(void *items, size_t count, size_t *capacity, size_t item_bytes)
{
	enum { FIRST = 8 };
	if (count < *capacity) {
		return items;
	}
	*capacity = *capacity > 0 ? *capacity * 2 : FIRST;
	return xrealloc(items, *capacity * item_bytes);
}

char *xstrdup(const char *s)
{
	size_t size = strlen(s) + 1;
	return memcpy(xmalloc(size), s, size);
}

char *xasprintf(const char *fmt, ...)
{
	char *text = NULL;
	va_list args, again;
	va_start(args, fmt);
	va_copy(again, args);
	bool is_made = vasprintf(&text, fmt, args) >= 0 ||
		       (use_reserve() && vasprintf(&text, fmt, again) >= 0);
	va_end(again);
	va_end(args);
	return checked(is_made ? text : NULL);
}

void mem_free_pointer(void *p)
{
	free(*(void **)p);
}

void mem_close_fd(const int *fd)
{
	if (*fd >= 0) {
		close(*fd);
	}
}

void *xgrow_list(void *items, size_t count, size_t item_bytes)
{
	bool is_full = (count & (count - 1)) == 0;
	return is_full ? xrealloc(items, (count == 0 ? 1 : count * 2) * item_bytes) : items;
}
