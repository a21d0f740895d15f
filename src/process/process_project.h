/* What a directory's project is called. */
#pragma once

/* The name of the nearest directory from cwd upwards that holds ".git" (a directory, or the file of
 * a worktree), else cwd's own name. Neither home nor what is above it is taken for a project: a
 * repository there holds settings, not the work below. home may be NULL; both are absolute and
 * without symbolic links. root is put before every path that is looked at, "" for the real one. For
 * the caller to free; NULL if cwd is no absolute path or the root directory. */
char *process_project_name(const char *root, const char *cwd, const char *home);
