#include "bench_process.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { FILE_BYTES = 8192, PATH_BYTES = 400 };

static bool read_text(const char *path, char text[FILE_BYTES])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return false;
	}
	ssize_t size = read(fd, text, FILE_BYTES - 1);
	close(fd);
	text[size > 0 ? size : 0] = '\0';
	return size > 0;
}

static long number_after(const char *text, const char *name)
{
	const char *found = strstr(text, name);
	return found != NULL ? strtol(found + strlen(name), NULL, 10) : 0;
}

static double ticks_s(pid_t pid)
{
	char path[PATH_BYTES], text[FILE_BYTES];
	unsigned long user = 0, system = 0;
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	const char *name_end = read_text(path, text) ? strrchr(text, ')') : NULL;
	if (name_end != NULL) {
		sscanf(name_end + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
			&system);
	}
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static void add_thread(pid_t pid, const char *thread, struct bench_process *p)
{
	char path[PATH_BYTES], text[FILE_BYTES];
	snprintf(path, sizeof(path), "/proc/%d/task/%s/schedstat", pid, thread);
	if (read_text(path, text)) {
		p->cpu_s += strtod(text, NULL) / 1e9;
	}
	snprintf(path, sizeof(path), "/proc/%d/task/%s/status", pid, thread);
	if (read_text(path, text)) {
		p->voluntary += number_after(text, "\nvoluntary_ctxt_switches:");
	}
}

static void add_threads(pid_t pid, struct bench_process *p)
{
	char path[PATH_BYTES];
	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	DIR *dir = opendir(path);
	for (struct dirent *e; dir != NULL && (e = readdir(dir)) != NULL;) {
		if (isdigit((unsigned char)e->d_name[0])) {
			add_thread(pid, e->d_name, p);
		}
	}
	if (dir != NULL) {
		closedir(dir);
	}
}

struct bench_process bench_process_sample(pid_t pid)
{
	struct bench_process p = {0};
	char path[PATH_BYTES], text[FILE_BYTES];
	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	if (pid <= 0 || !read_text(path, text)) {
		return p;
	}
	p.rss_kb = number_after(text, "VmRSS:");
	p.peak_kb = number_after(text, "VmHWM:");
	p.threads = number_after(text, "Threads:");
	add_threads(pid, &p);
	if (p.cpu_s == 0) {
		p.cpu_s = ticks_s(pid);
	}
	return p;
}

void bench_process_reset_peak(pid_t pid)
{
	char path[PATH_BYTES];
	snprintf(path, sizeof(path), "/proc/%d/clear_refs", pid);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		ssize_t ignored = write(fd, "5", 1);
		(void)ignored;
		close(fd);
	}
}

double bench_process_own_cpu_s(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}
