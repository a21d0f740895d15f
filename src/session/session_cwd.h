/* Where a session works, and what that is called.
 *
 * A directory is named after the project it belongs to, which somebody else looks up. Until that is
 * known the session keeps the name it has. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

/* Who told where a session works; the later one is believed. */
enum session_cwd_source {
	SESSION_CWD_UNKNOWN,
	SESSION_CWD_BY_PROCESS,
	SESSION_CWD_BY_TELEMETRY,
	SESSION_CWD_BY_HOOK,
};

/* What a directory belongs to. */
struct session_project {
	struct str name; // empty: unknown, or not on this machine
	struct str root; // its topmost directory; empty: what is below is no part of it
	bool is_repository;
};

/* Asks for a directory's project. True: *ret has it, borrowed until the next call. False:
 * session_tracker_set_project() will be called with it, from outside of this call. */
typedef bool session_find_project(struct str cwd, struct session_project *ret, void *data);

struct session_projects {
	session_find_project *find; // NULL: there is nobody to ask
	void *data;
};

struct session_cwd {
	const struct session_projects *projects; // borrowed
	enum session_cwd_source source;
	bool is_named; // the client has told what its project is called
	bool is_repository;
	char *root;  // owned: of the project that is shown; NULL: none, or unknown
	char *asked; // owned: the directory whose project is awaited; NULL: none is
	char *next;  // owned: the one to ask for after that
};

struct session;

void session_cwd_finish(struct session_cwd *c);

/* The session works in cwd, unless somebody better has told, and its client calls the project so.
 * Both may be empty. Whether what is shown has changed. */
bool session_cwd_set(struct session_cwd *c, struct session *shown, struct str cwd,
	struct str project, enum session_cwd_source source);

/* The project of cwd became known; it may be another session that asked. Whether what is
 * shown has changed. */
bool session_cwd_answer(struct session_cwd *c, struct session *shown, struct str cwd,
	const struct session_project *project);
