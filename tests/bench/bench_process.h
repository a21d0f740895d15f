/* What /proc tells of the server. */
#pragma once

#include <sys/types.h>

struct bench_process {
	double cpu_s; // by the scheduler's own clock where the kernel tells it, else in ticks
	long rss_kb, peak_kb, threads;
	long voluntary; // context switches of all threads that were its own request: wake-ups
};

/* Zero throughout for pid 0 and for a process that is gone. */
struct bench_process bench_process_sample(pid_t pid);

/* Begins a new peak of memory. */
void bench_process_reset_peak(pid_t pid);

double bench_process_own_cpu_s(void);
