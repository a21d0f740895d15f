/* The file and its directory: created, identified, set aside. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

/* Identifies the file at a path, and the log beside it. */
struct store_file_id {
	dev_t device;
	ino_t inode, log_inode; // log_inode 0: no log
};

enum store_file_change { STORE_FILE_SAME, STORE_FILE_GONE, STORE_FILE_LOG_GONE };

/* Creates the directory (0700), its parents, and the file (0600) where missing. 0 if file and
 * directory are writable; else a negative errno: -EINVAL if something else is in the way. */
int store_file_make(const char *path);

/* 0 or a negative errno: -ENOENT if there is no file. */
int store_file_identify(const char *path, struct store_file_id *ret);

/* Whether file or log were deleted or replaced. "The same" also if that cannot be determined; a log
 * that has appeared is no change. */
enum store_file_change store_file_compare(const char *path, const struct store_file_id *id);

/* Deletes the log of a file that is no longer at the path, so that its successor does not adopt it.
 */
void store_file_delete_log(const char *path, const struct store_file_id *id);

/* Renames the file and its log to a free name with a timestamp, returned in ret. 0 or a negative
 * errno. */
int store_file_set_aside(const char *path, int64_t wall_s, char ret[4096]);

/* Its size on disk, including the log. */
int64_t store_file_bytes(const char *path);
