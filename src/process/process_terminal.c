#include "process/process_terminal.h"

#include "base/mem.h"
#include "process/process_env.h"
#include "process/process_proc.h"

static bool read_stat(int64_t pid, struct process_stat *ret)
{
	cleanup_close int fd = process_proc_open("/proc", pid);
	return fd >= 0 && process_proc_stat(fd, ret) == 0;
}

int64_t process_terminal(int64_t pid)
{
	struct process_stat inner, outer;
	if (pid <= 1 || !read_stat(pid, &inner) || inner.terminal == 0) {
		return 0;
	}
	outer = inner;
	for (int i = 0; i < PROCESS_ANCESTORS_MAX && outer.parent > 1; i++) {
		if (!read_stat(outer.parent, &outer)) {
			return 0;
		}
		if (outer.terminal != inner.terminal) {
			return outer.pid;
		}
	}
	return 0;
}
