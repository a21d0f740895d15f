/* The projects of directories, remembered for a while.
 *
 * Looking at a directory may block, for ever where its file system hangs, so it happens on threads:
 * on two at most, which live only as long as they look something up. The caller waits for a few
 * milliseconds, and only if a thread was free, so a file system that hangs delays the loop twice at
 * most. A directory is looked up once however often it is asked for meanwhile; one that is not
 * answered in time has no project, and its thread is left alone until it comes back. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/str.h"
#include "process/process_project.h"

struct process_project_cache;

/* What was asked for is known now. project->name is NULL if it cannot be told. Both are valid
 * during the call. */
typedef void process_project_cache_on_known(
	struct str cwd, const struct process_project *project, void *data);

struct process_project_cache_settings {
	const char *home;    // see process_project_find(); symbolic links in it are followed
	int grace_ms;        // so long the loop itself waits: a disk of this machine needs far less
	int64_t patience_ms; // for one directory, waiting for a thread included
	int64_t kept_ms;     // an answer is good for so long
	int (*find)(const char *cwd, const char *home, struct process_project *ret); // on a thread
};

/* Those of process_project_find(). */
struct process_project_cache_settings process_project_cache_settings_default(void);

/* on_known comes from the loop, never from within a call to this file; more may be asked in it. */
struct process_project_cache *process_project_cache_create(uv_loop_t *loop,
	const struct process_project_cache_settings *settings,
	process_project_cache_on_known *on_known, void *data);

/* Forgets everything, and calls back no more. The memory goes with the loop's next turns; nothing
 * waits for a thread. Not to be called from within the callback. NULL is fine. */
void process_project_cache_close(struct process_project_cache *cache);

/* The project of a directory if it can be told at once; borrowed until the next call. NULL: it is
 * being looked up, and on_known will be called. */
const struct process_project *process_project_cache_ask(
	struct process_project_cache *cache, struct str cwd);
