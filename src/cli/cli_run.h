/* Asks another program one thing. */
#pragma once

#include <stddef.h>

/* Runs path with one argument and an empty input, for 10 s at most, and gives the first line of its
 * output, cut to size. Its exit status; a negative errno if it cannot be run, -ETIMEDOUT if it was
 * ended. ret is a string in any case. */
int cli_run_line(const char *path, const char *argument, char *ret, size_t size);
