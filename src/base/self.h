/* This program's own file, and the files that belong to it. */
#pragma once

/* Its path, for the caller to free; NULL if unknown. */
char *self_path(void);

/* The path of a file that belongs to the program, for the caller to free: in the build directory if
 * the program runs from there and there is one; else as installed. */
char *self_companion(const char *name, const char *installed);
