/* Opens files and directories of a tree, for reading only and never through a symbolic link. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/str.h"
#include "board/board.h"

struct buf;

/* The directory at path below root ("": root itself). A descriptor for the caller to close, or a
 * negative errno. */
int board_file_open_directory(const char *root, struct str path);

/* Likewise, by name within an open directory. */
int board_file_open_below(int parent, const char *name);

/* The names in it, sorted and without skipped ones, for the caller to board_file_free_names(). 0 or
 * a negative errno. */
int board_file_list(int directory, char ***ret_names, size_t *ret_count);
void board_file_free_names(char **names, size_t count);

enum board_file_kind {
	BOARD_FILE_REGULAR,
	BOARD_FILE_DIRECTORY,
	BOARD_FILE_SYMLINK,
	BOARD_FILE_OTHER,
	BOARD_FILE_GONE,
};
enum board_file_kind board_file_kind(int directory, const char *name, struct stat *ret);

/* Reads a regular file as a task. before: its previous content, or NULL. NULL: it is gone, or not a
 * regular file. */
struct board_facts *board_file_read(int directory, const char *name,
	const struct board_facts *before, bool is_whole, struct board_stat *ret_stat);

/* Likewise for a file that was regular a moment ago, as *ret_stat says. */
struct board_facts *board_file_read_regular(int directory, const char *name,
	const struct board_facts *before, bool is_whole, struct board_stat *ret_stat);

void board_file_stat(const struct stat *st, struct board_stat *ret);

/* "NFS", "FUSE", ...: a file system on which inotify misses what other machines do; NULL: none. */
const char *board_file_remote(int directory);
