/* The file and its directory: made, recognised, set aside. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

/* Which file lies at a path, and which log beside it. */
struct store_file_id {
	dev_t device;
	ino_t inode, log_inode; // log_inode 0: there is no log
};

enum store_file_change { STORE_FILE_SAME, STORE_FILE_GONE, STORE_FILE_LOG_GONE };

/* Makes the directory (0700), those above it, and the file (0600) where they are missing. 0 if file
 * and directory can be written to; a negative errno: -EINVAL if there is something else. */
int store_file_make(const char *path);

/* 0 or a negative errno: -ENOENT if there is none. */
int store_file_identify(const char *path, struct store_file_id *ret);

/* Whether they were deleted or replaced. The same also if that cannot be told; a log that has come
 * is no change. */
enum store_file_change store_file_compare(const char *path, const struct store_file_id *id);

/* Deletes the log of a file that lies at the path no more, lest it is taken for that of its
 * successor. */
void store_file_delete_log(const char *path, const struct store_file_id *id);

/* Moves the file and its log to a free name with the time in it, which is given in ret. 0 or a
 * negative errno. */
int store_file_set_aside(const char *path, int64_t wall_s, char ret[4096]);

/* What it takes on the disk, with its log. */
int64_t store_file_bytes(const char *path);
