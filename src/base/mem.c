#include "base/mem.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
	return checked(malloc(size > 0 ? size : 1));
}

void *xcalloc(size_t count, size_t size)
{
	return checked(calloc(count > 0 ? count : 1, size > 0 ? size : 1));
}

void *xrealloc(void *p, size_t size)
{
	return checked(realloc(p, size > 0 ? size : 1));
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
	return checked(strdup(s));
}

char *xasprintf(const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	char *text = NULL;
	int r = vasprintf(&text, fmt, args);
	va_end(args);
	return checked(r < 0 ? NULL : text);
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
