/* Other programs' text files: read whole, replaced atomically. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct buf;

/* The real path of the file, for the caller to free: symbolic links are followed, so that their
 * target is changed and the link stays. A path that does not exist is returned as it is. NULL with
 * errno if it is unknown, as for a dangling link. */
char *cli_file_real_path(const char *path);

/* Appends the content of the file. 0; -ENOENT also without its directory; -EFBIG above max_bytes;
 * -EISDIR and the like if it is not a regular file; a negative errno. */
int cli_file_read(const char *path, struct buf *text);

/* Replaces the file, or creates it and its parent directories: atomically, by renaming a new file.
 * Owner and mode stay. path must be a real one, see above. 0, or a negative errno with the file
 * unchanged. */
int cli_file_write(const char *path, const struct buf *text);
