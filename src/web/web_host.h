/* Load of this machine and this process: proc(5), read on demand. */
#pragma once

#include <stdint.h>

#include "base/instant.h"

struct web_host {
	double cpu, memory;               // percent of the machine; NaN: unknown
	double daemon_cpu;                // percent of one processor
	int64_t rss_bytes, fds, uptime_s; // of the daemon; -1: unknown

	int64_t busy, total, used_us; // private from here: the previous reading
	int64_t read_ms, started_ms;  // monotonic
};

void web_host_init(struct web_host *h, struct instant now);

/* Reads it again, unless the last reading is recent. */
void web_host_refresh(struct web_host *h, struct instant now);

/* How full the file system of a path is; NaN: unknown. May block: call it on another thread. */
double web_host_disk(const char *path);
