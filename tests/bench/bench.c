#include "bench.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

enum { NS_PER_MS = 1000000 };

void bench_die(const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	fputs("otlpbench: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	exit(2);
}

uint64_t bench_now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

void bench_sleep_ns(uint64_t ns)
{
	struct timespec t = {(time_t)(ns / 1000000000U), (long)(ns % 1000000000U)};
	while (nanosleep(&t, &t) != 0 && errno == EINTR) {
	}
}

void bench_sleep_between(unsigned from_ms, unsigned to_ms)
{
	uint32_t random = 0;
	if (getrandom(&random, sizeof(random), 0) != sizeof(random)) {
		bench_die("no random numbers");
	}
	uint64_t range_ns = (uint64_t)(to_ms - from_ms) * NS_PER_MS;
	bench_sleep_ns((uint64_t)from_ms * NS_PER_MS + random % range_ns);
}

static int compare_times(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return x < y ? -1 : x > y;
}

void bench_sort(uint64_t *times_ns, size_t count)
{
	qsort(times_ns, count, sizeof(*times_ns), compare_times);
}

double bench_quantile_ms(const uint64_t *times_ns, size_t count, double q)
{
	if (count == 0) {
		return -1;
	}
	size_t rank = (size_t)(q * (double)count + 0.999999);
	return (double)times_ns[rank > 0 ? rank - 1 : 0] / NS_PER_MS;
}
