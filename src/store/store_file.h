/* The file and its directory: made, recognised, set aside. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Which file lies at a path. */
struct store_file_id {
	dev_t device;
	ino_t inode;
};

/* Makes the directory (0700), those above it, and the file (0600) where they are missing. 0 or a
 * negative errno. */
int store_file_make(const char *path);

/* 0 or a negative errno: -ENOENT if there is none. */
int store_file_identify(const char *path, struct store_file_id *ret);

/* Whether that file still lies at the path. True also if that cannot be told. */
bool store_file_is_there(const char *path, const struct store_file_id *id);

/* Moves the file and its log to a free name with the time in it, which is given in ret. 0 or a
 * negative errno. */
int store_file_set_aside(const char *path, int64_t wall_s, char ret[4096]);

/* What it takes on the disk, with its log. */
int64_t store_file_bytes(const char *path);
