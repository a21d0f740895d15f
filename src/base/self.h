/* This program's own file, and the files that belong to it. */
#pragma once

/* Its path, for the caller to free; NULL if that cannot be told. */
char *self_path(void);

/* A file that belongs to the program, for the caller to free: while the program runs from the
 * directory it was built in, the one of that name there, if there is one; else the one that was
 * installed. */
char *self_companion(const char *name, const char *installed);
