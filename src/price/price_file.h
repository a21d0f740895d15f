/* Loads price lists: the built-in one, and the user's own file. */
#pragma once

struct buf;
struct price_table;

/* The built-in list; never NULL in a program that passed its tests. */
struct price_table *price_file_builtin(void);

/* The name of the user's own list, next to the settings (config_user_path()). */
#define PRICE_FILE_NAME "prices.json"

/* 0: *ret is the list, or NULL without such a file. A negative errno: the list is unusable, reason
 * says why. */
int price_file_read(const char *path, struct price_table **ret, struct buf *reason);
