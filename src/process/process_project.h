/* Which project a directory belongs to. */
#pragma once

#include <stdbool.h>

struct process_project {
	char *name; // owned; NULL: none
	char *root; // owned: its topmost directory, resolved; NULL if that is no place of its own
	bool is_repository;
};

/* Looks from cwd upwards for the nearest directory that holds ".git": that is the root, and gives
 * its name; a linked worktree is "repository/worktree". Without one the root is cwd itself. Neither
 * home nor what is above it is a root: a repository there holds settings, not the work below. home
 * may be NULL, else it is absolute and without symbolic links.
 *
 * Touches the file system, though only parts that are on this machine: it may still block. 0;
 * -EREMOTE for what is not; -EINVAL if cwd is not absolute or the root directory; a negative errno
 * if it is not there or not ours to see. */
int process_project_find(const char *cwd, const char *home, struct process_project *ret);

/* Frees what it owns; a zeroed one is fine. */
void process_project_finish(struct process_project *project);
