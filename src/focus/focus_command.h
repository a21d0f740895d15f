/* Another program's help: started with its arguments as they are, never through a shell. */
#pragma once

struct buf;

/* Runs argv[0], found in PATH, and waits for it; ret_output, which must be initialised, gets what
 * it wrote to stdout. Its stderr is dropped. 0 if it ended well, -ENOENT if it is not installed,
 * -ECANCELED if it failed, -EFBIG if it wrote more than fits. */
int focus_command_run(const char *const argv[], struct buf *ret_output);
