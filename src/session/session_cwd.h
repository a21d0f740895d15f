/* A session's working directory, and its project.
 *
 * A directory is named after its project, which somebody else looks up. Until that is known the
 * session keeps its previous name. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

/* Who reported the directory; later ones in this list take precedence. */
enum session_cwd_source {
	SESSION_CWD_UNKNOWN,
	SESSION_CWD_BY_PROCESS,
	SESSION_CWD_BY_TELEMETRY,
	SESSION_CWD_BY_HOOK,
};

/* The project of a directory. */
struct session_project {
	struct str name; // empty: unknown, or not on this machine
	struct str root; // its topmost directory; empty: not known to include others
	bool is_repository;
};

/* Looks up a directory's project. True: *ret has it, borrowed until the next call. False:
 * session_tracker_set_project() will follow, outside of this call. */
typedef bool session_find_project(struct str cwd, struct session_project *ret, void *data);

struct session_projects {
	session_find_project *find; // NULL: no lookups
	void *data;
};

struct session_cwd {
	const struct session_projects *projects; // borrowed
	enum session_cwd_source source;
	bool is_named; // the client has reported the name of the project
	bool is_repository;
	char *root;  // owned: root of the project shown; NULL: none or unknown
	char *asked; // owned: the directory being looked up; NULL: none
	char *next;  // owned: the one to look up next
};

struct session;

void session_cwd_finish(struct session_cwd *c);

/* Sets the directory, unless a better source has, and the client's name for the project. Both may
 * be empty. Returns whether anything shown has changed. */
bool session_cwd_set(struct session_cwd *c, struct session *shown, struct str cwd,
	struct str project, enum session_cwd_source source);

/* The project of cwd is known now; another session may have asked. Returns whether anything shown
 * has changed. */
bool session_cwd_answer(struct session_cwd *c, struct session *shown, struct str cwd,
	const struct session_project *project);
