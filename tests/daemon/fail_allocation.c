/* LD_PRELOAD: after each SIGUSR1 one allocation fails, the first after the first signal, the second
 * after the second, and so on. Each failure is a byte on the descriptor FAIL_ALLOCATION_FD.
 * FAIL_ALLOCATION_LEAST: smaller ones do not count. */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

enum { EARLY_BYTES = 1 << 16 };

static void *(*real_malloc)(size_t);
static void *(*real_realloc)(void *, size_t);
static void *(*real_calloc)(size_t, size_t);

static atomic_long round_number, left; // left: allocations until the one that fails; 0: none does
static size_t least;
static int report_fd = -1;

static _Alignas(max_align_t) char early[EARLY_BYTES]; // dlsym(3) may allocate
static size_t early_used;

static void on_signal(int number)
{
	(void)number;
	atomic_store(&left, atomic_fetch_add(&round_number, 1) + 1);
}

static void find(void *function, const char *name)
{
	*(void **)function = dlsym(RTLD_NEXT, name);
}

__attribute__((constructor)) static void begin(void)
{
	const char *fd = getenv("FAIL_ALLOCATION_FD"), *bytes = getenv("FAIL_ALLOCATION_LEAST");
	find(&real_malloc, "malloc");
	find(&real_realloc, "realloc");
	find(&real_calloc, "calloc");
	report_fd = fd != NULL ? atoi(fd) : -1;
	least = bytes != NULL ? (size_t)atol(bytes) : 0;
	(void)signal(SIGUSR1, on_signal);
}

static bool fails(size_t size)
{
	if (size < least || atomic_load(&left) <= 0 || atomic_fetch_sub(&left, 1) != 1) {
		return false;
	}
	ssize_t ignored = write(report_fd, "x", 1);
	(void)ignored;
	errno = ENOMEM;
	return true;
}

static void *early_memory(size_t size)
{
	size_t at = early_used;
	early_used += (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	return early_used <= EARLY_BYTES ? early + at : NULL;
}

void *malloc(size_t size)
{
	if (real_malloc == NULL) {
		return early_memory(size);
	}
	return fails(size) ? NULL : real_malloc(size);
}

void *calloc(size_t nmemb, size_t size)
{
	if (real_calloc == NULL) {
		return early_memory(nmemb * size);
	}
	return fails(nmemb * size) ? NULL : real_calloc(nmemb, size);
}

void *realloc(void *ptr, size_t size)
{
	if (real_realloc == NULL) {
		return early_memory(size);
	}
	return fails(size) ? NULL : real_realloc(ptr, size);
}
