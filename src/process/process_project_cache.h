/* The projects of directories, cached for a while.
 *
 * Accessing a directory may block, forever if its file system hangs, so it happens on at most two
 * threads, which exist only during lookups. The caller waits for a few milliseconds, and only if a
 * thread was free, so a hanging file system delays the loop at most twice. Concurrent requests for
 * a directory share one lookup; if it takes too long, the directory has no project, and the thread
 * is left alone until it returns. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/str.h"
#include "process/process_project.h"

struct process_project_cache;

/* The result of a lookup. project->name is NULL if unknown. Both are valid during the call. */
typedef void process_project_cache_on_known(
	struct str cwd, const struct process_project *project, void *data);

struct process_project_cache_settings {
	const char *home;    // see process_project_find(); symbolic links in it are followed
	int grace_ms;        // how long the loop waits: a local disk needs far less
	int64_t patience_ms; // for one directory, waiting for a thread included
	int64_t kept_ms;     // how long a result is valid
	int (*find)(const char *cwd, const char *home, struct process_project *ret); // on a thread
};

/* Those of process_project_find(). */
struct process_project_cache_settings process_project_cache_settings_default(void);

/* on_known is called from the loop, never within a call to this file; it may start more lookups. */
struct process_project_cache *process_project_cache_create(uv_loop_t *loop,
	const struct process_project_cache_settings *settings,
	process_project_cache_on_known *on_known, void *data);

/* Forgets everything, without further callbacks; freed in the loop's next turns, without waiting
 * for a thread. Not to be called within the callback. NULL is fine. */
void process_project_cache_close(struct process_project_cache *cache);

/* The project of a directory if known at once; borrowed until the next call. NULL: it is being
 * looked up, and on_known will be called. */
const struct process_project *process_project_cache_ask(
	struct process_project_cache *cache, struct str cwd);
