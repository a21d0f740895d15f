/* Reading a process's files below /proc. The descriptor of its directory stands for that one
 * process: once it has ended nothing more can be read, even if another one got its pid. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "process/process_stat.h"

/* Opens PROC/PID. A descriptor for the caller to close; -ESRCH if there is no such process, -EPERM
 * if it is another user's, else what open(2) says. */
int process_proc_open(const char *proc, int64_t pid);

/* Reads at most size bytes of a file in there. The number of bytes or a negative errno. */
ssize_t process_proc_read(int process_fd, const char *name, char *buffer, size_t size);

/* Reads stat. -ESRCH if the process has ended. */
int process_proc_stat(int process_fd, struct process_stat *ret);

/* When the process with this pid began, whoever's it is; 0 if there is none. */
uint64_t process_proc_start_ticks(int64_t pid);

/* Whether it lives in another pid namespace; also true where the kernel does not tell: then nothing
 * is taken for granted. */
bool process_proc_is_elsewhere(int process_fd);
