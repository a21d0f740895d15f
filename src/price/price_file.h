/* Price lists where they are kept: the built-in one, and its user's own file. */
#pragma once

struct buf;
struct price_table;

/* The list that was built in; never NULL in a program that passed its tests. */
struct price_table *price_file_builtin(void);

/* The name of its user's own list, which lies beside the settings (config_user_path()). */
#define PRICE_FILE_NAME "prices.json"

/* 0: *ret is the list, or NULL if there is no such file. A negative errno: the list cannot be used,
 * and reason says why. */
int price_file_read(const char *path, struct price_table **ret, struct buf *reason);
