#include "focus/focus_search.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "process/process_info.h"
#include "process/process_proc.h"

/* Of a client and its wrapper, which share the terminal, any will do. */
struct search {
	const char *name, *directory; // directory: NULL for any
	int64_t pid;                  // 0: none found yet
	uint32_t terminal;            // of that one
	bool is_ambiguous;
};

static bool begins_with(const char *name, const char *prefix)
{
	return name != NULL && strncmp(name, prefix, strlen(prefix)) == 0;
}

static bool fits(const struct search *s, int64_t pid, uint64_t start_ticks)
{
	struct process_info info;
	if (process_info_read(pid, start_ticks, &info) < 0) {
		return false;
	}
	bool is_called_so = begins_with(info.name, s->name) || begins_with(info.program, s->name) ||
			    begins_with(info.script, s->name);
	bool works_there = s->directory == NULL ||
			   (info.cwd != NULL && strcmp(info.cwd, s->directory) == 0);
	process_info_finish(&info);
	return is_called_so && works_there;
}

static void consider(struct search *s, int64_t pid)
{
	struct process_stat stat;
	cleanup_close int fd = process_proc_open("/proc", pid);
	if (fd < 0 || process_proc_stat(fd, &stat) < 0 || stat.terminal == 0 ||
		!fits(s, pid, stat.start_ticks)) {
		return;
	}
	s->is_ambiguous |= s->pid != 0 && s->terminal != stat.terminal;
	s->pid = pid;
	s->terminal = stat.terminal;
}

int focus_search(const char *name, const char *directory, int64_t *ret_pid, struct buf *why)
{
	struct search search = {.name = name, .directory = directory};
	DIR *processes = opendir("/proc");
	const struct dirent *entry;
	int64_t pid;
	while (processes != NULL && (entry = readdir(processes)) != NULL) {
		if (str_to_int64(str_from(entry->d_name), &pid)) {
			consider(&search, pid);
		}
	}
	if (processes != NULL) {
		closedir(processes);
	}
	if (search.pid == 0 || search.is_ambiguous) {
		buf_printf(why, "%s terminal of %s%s", search.is_ambiguous ? "more than one" : "no",
			name, directory != NULL ? " in its directory" : "");
		return search.is_ambiguous ? -ENOTUNIQ : -ENOENT;
	}
	*ret_pid = search.pid;
	return 0;
}
