/* Somebody else's text files: read whole, replaced at once. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct buf;

/* Where the file really is, for the caller to free: symbolic links are followed, so that what a
 * link points to is changed and the link stays. A path that does not exist yet is given back as it
 * is. NULL, and errno, if it cannot be known, as of a link to nothing. */
char *cli_file_real_path(const char *path);

/* Appends the file. 0; -ENOENT also if its directory is not there; -EFBIG above max_bytes;
 * -EISDIR and such for what is no regular file; a negative errno. */
int cli_file_read(const char *path, struct buf *text);

/* Replaces the file, or makes it and the directories on its way: by a new one beside it that takes
 * its name, so that nobody sees a half of it. Owner and mode stay. path must be a real one. 0 or a
 * negative errno, and the file is as it was. */
int cli_file_write(const char *path, const struct buf *text);
