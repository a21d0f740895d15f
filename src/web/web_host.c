#include "web/web_host.h"

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/mem.h"

enum { TEXT_BYTES = 64 * 1024, MOMENT_MS = 500, CPU_FIELDS = 8, IDLE = 3, IOWAIT = 4 };

static void read_text(const char *path, struct buf *out)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	buf_init(out, TEXT_BYTES);
	if (fd >= 0) {
		(void)fd_read_all(fd, out); // a truncated read is enough
	}
}

/* The number after a name; -1: none. */
static int64_t number_after(struct str text, const char *name)
{
	size_t size = strlen(name);
	int64_t ret = -1;
	while (text.size > 0) {
		struct str line = str_cut(&text, '\n');
		if (str_starts_with(line, str_from(name))) {
			struct str rest = str_trim(str_skip(line, size));
			(void)str_to_int64(str_cut(&rest, ' '), &ret);
			return ret;
		}
	}
	return ret;
}

static void read_cpu(struct web_host *h)
{
	struct buf text;
	int64_t busy = 0, total = 0;
	read_text("/proc/stat", &text);
	struct str rest = buf_str(&text), line = str_cut(&rest, '\n');
	if (str_starts_with(line, STR("cpu "))) {
		line = str_trim(str_skip(line, 4));
		for (int i = 0; i < CPU_FIELDS; i++) {
			int64_t ticks = 0;
			(void)str_to_int64(str_cut(&line, ' '), &ticks);
			total += ticks;
			busy += i == IDLE || i == IOWAIT ? 0 : ticks;
		}
	}
	if (total > h->total) {
		h->cpu = 100.0 * (double)(busy - h->busy) / (double)(total - h->total);
	}
	h->busy = busy;
	h->total = total;
	buf_finish(&text);
}

static void read_memory(struct web_host *h)
{
	struct buf text;
	read_text("/proc/meminfo", &text);
	int64_t total = number_after(buf_str(&text), "MemTotal:");
	int64_t available = number_after(buf_str(&text), "MemAvailable:");
	h->memory = total > 0 && available >= 0
			    ? 100.0 * (double)(total - available) / (double)total
			    : NAN;
	buf_finish(&text);
}

static int64_t count_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	int64_t count = -1; // its own descriptor
	if (d == NULL) {
		return -1;
	}
	for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
		count += e->d_name[0] != '.';
	}
	closedir(d);
	return count;
}

static void read_daemon(struct web_host *h, struct instant now)
{
	struct rusage usage;
	struct buf text;
	int64_t pages = -1;
	read_text("/proc/self/statm", &text);
	struct str rest = buf_str(&text);
	(void)str_cut(&rest, ' ');
	h->rss_bytes = str_to_int64(str_cut(&rest, ' '), &pages) ? pages * sysconf(_SC_PAGESIZE)
								 : -1;
	buf_finish(&text);
	if (getrusage(RUSAGE_SELF, &usage) == 0) {
		int64_t used_us = (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) *
					  1000000 +
				  usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
		if (now.mono_ms > h->read_ms) {
			h->daemon_cpu = (double)(used_us - h->used_us) / 10.0 /
					(double)(now.mono_ms - h->read_ms);
		}
		h->used_us = used_us;
	}
	h->fds = count_fds();
}

static void read_all(struct web_host *h, struct instant now)
{
	read_cpu(h);
	read_memory(h);
	read_daemon(h, now);
	h->read_ms = now.mono_ms;
}

void web_host_init(struct web_host *h, struct instant now)
{
	*h = (struct web_host){.started_ms = now.mono_ms, .read_ms = now.mono_ms};
	read_all(h, now);
	h->cpu = h->daemon_cpu = NAN; // no interval yet
}

void web_host_refresh(struct web_host *h, struct instant now)
{
	if (now.mono_ms - h->read_ms >= MOMENT_MS) {
		read_all(h, now);
	}
	h->uptime_s = (now.mono_ms - h->started_ms) / 1000;
}

double web_host_disk(const char *path)
{
	struct statvfs fs;
	if (path == NULL || statvfs(path, &fs) != 0 || fs.f_blocks == 0) {
		return NAN;
	}
	double used = (double)(fs.f_blocks - fs.f_bfree);
	return 100.0 * used / (used + (double)fs.f_bavail);
}
