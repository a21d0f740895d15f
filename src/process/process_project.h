/* Finds the project of a directory. */
#pragma once

#include <stdbool.h>

struct process_project {
	char *name; // owned; NULL: none
	char *root; // owned: its topmost directory, resolved; NULL if it has none of its own
	bool is_repository;
};

/* Searches upwards from cwd for a directory with ".git": that is the root, and gives the name; a
 * linked worktree is "repository/worktree". Without one the root is cwd itself. home and
 * directories above it are never roots: a repository there is for settings, not for the work below.
 * home may be NULL, else it is absolute and without symbolic links.
 *
 * Accesses only local file systems, but may still block. 0; -EREMOTE for others; -EINVAL if cwd is
 * not absolute, or is "/"; a negative errno if it does not exist or is not accessible. */
int process_project_find(const char *cwd, const char *home, struct process_project *ret);

/* Frees what it owns; a zeroed one is fine. */
void process_project_finish(struct process_project *project);
