/* Whether a path still leads where it did. */
#pragma once

/* Has an inotify descriptor report IN_MOVE_SELF of each directory above path, for whoever renames
 * one of them takes away what path named without touching it. They are watches of their own; one
 * that has reported can be removed. */
void path_watch_parents(int inotify_fd, const char *path);
