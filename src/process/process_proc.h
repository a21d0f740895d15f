/* Reads a process's files in /proc. The descriptor of its directory identifies that one process:
 * after its end nothing can be read, even if its pid is reused. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "process/process_stat.h"

/* Opens PROC/PID. A descriptor for the caller to close; -ESRCH if there is no such process, -EPERM
 * if it is another user's, else the error of open(2). */
int process_proc_open(const char *proc, int64_t pid);

/* Reads at most size bytes of a file in there. The number of bytes or a negative errno. */
ssize_t process_proc_read(int process_fd, const char *name, char *buffer, size_t size);

/* Reads stat. -ESRCH if the process has ended. */
int process_proc_stat(int process_fd, struct process_stat *ret);

/* The start time of the process with this pid, of any user; 0 if there is none. */
uint64_t process_proc_start_ticks(int64_t pid);

/* Whether it is in another pid namespace; also true if the kernel does not say. */
bool process_proc_is_elsewhere(int process_fd);
