/* This machine and this process, in percent: proc(5), read when it is asked for. */
#pragma once

#include <stdint.h>

#include "base/instant.h"

struct web_host {
	double cpu, memory;               // of the machine; NaN: not known
	double daemon_cpu;                // of one processor
	int64_t rss_bytes, fds, uptime_s; // of the daemon; -1: not known

	int64_t busy, total, used_us; // of the reading before; the rest is its own
	int64_t read_ms, started_ms;  // monotonic
};

void web_host_init(struct web_host *h, struct instant now);

/* Reads it anew, unless it was a moment ago. */
void web_host_refresh(struct web_host *h, struct instant now);

/* How full the file system of a path is; NaN: not known. May block: for another thread. */
double web_host_disk(const char *path);
