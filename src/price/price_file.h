/* Price lists where they are kept: the built-in one, and its user's own file. */
#pragma once

struct buf;
struct price_table;

/* The list that was built in; never NULL in a program that passed its tests. */
struct price_table *price_file_builtin(void);

/* Where the user's own list would be, for the caller to free, by the variables HOME and
 * XDG_CONFIG_HOME (NULL: not set). NULL if neither says. */
char *price_file_path(const char *home, const char *config_home);

/* 0: *ret is the list, or NULL if there is no such file. A negative errno: the list cannot be used,
 * and reason says why. */
int price_file_read(const char *path, struct price_table **ret, struct buf *reason);
