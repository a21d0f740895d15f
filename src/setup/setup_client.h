/* What is known of the clients: where their settings are and what must stand there, as tables. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "setup/setup_json.h"

enum setup_format {
	SETUP_JSON,
	SETUP_TOML,  // paths are a table and a key
	SETUP_SHELL, // what only the environment can say: an alias, in the file of the user's shell
};

enum setup_when {
	SETUP_ALWAYS,
	SETUP_WITH_TRACES,
	SETUP_WITH_FAST,
	SETUP_IF_THERE, // never added; but another value would take the telemetry elsewhere
};

/* When a value that is there already does what ours would. */
enum setup_accept {
	SETUP_EQUAL,    // it is ours, or one of as_good
	SETUP_LISTED,   // ours is in it, with commas between
	SETUP_URL,      // it leads to the same place
	SETUP_EXPORTER, // TOML: a table whose endpoint does
	SETUP_ANY,
};

/* In values, @ stands for the daemon's URL. */
struct setup_member {
	const char *path[SETUP_JSON_PATH]; // to a NULL; SETUP_SHELL: the name of a variable
	const char *value;                 // as it is written in the file
	enum setup_when when;
	enum setup_accept accept;
	const char *as_good; // what else may stand there, without quotes, | between; NULL: nothing
};

/* A member by which a client's user, or the owner of the machine, turns its hooks off. */
struct setup_switch {
	const char *path[SETUP_JSON_PATH]; // to a NULL
	const char *off; // the value that does it; NULL: a list, with the command of our hook in it
};

/* A place in the user's home: $variable, if that is set, else ~/base; then name below it. */
struct setup_path {
	const char *variable; // NULL: none
	const char *base;     // "": the home itself
	const char *name;     // "": the directory itself
};

/* Of a client, for comparing. */
#define SETUP_VERSION(major, minor, patch) ((major)*1000000 + (minor)*1000 + (patch))

/* A client may refuse all of a file with an event in it that it does not know. */
struct setup_event {
	const char *name;
	int since; // SETUP_VERSION, or an earlier one; 0: any
};

struct setup_file {
	enum setup_format format;
	struct setup_path places[3]; // the first that exists, else the first; name NULL: no more
	const struct setup_member *members; // to one without a path; NULL: none
	const struct setup_event *events;   // below "hooks", to one without a name; NULL: none
	bool has_bare_hooks;                // an event has hooks themselves, not groups of them
	const char *timeout; // of a hook, as it is written: "timeout": 5, in the client's own unit
	const struct setup_switch *switches; // to one without a path; NULL: none
};

enum setup_signal { SETUP_LOGS = 1, SETUP_TRACES = 2, SETUP_METRICS = 4 };

struct setup_client {
	const char *word;    // as in hook and in session lines
	const char *title;   // for people
	const char *program; // in PATH
	struct setup_path home;
	const struct setup_file *files[2]; // NULL: no second
	int signals;       // of telemetry that it sends once it is set up: setup_signal
	const char *trust; // stands in its first file once its hooks were trusted; NULL: no need
	bool is_versioned; // its program says its version with --version; some events need it
	/* What the owner of the machine has set, which goes before: */
	const char *managed;            // its path; NULL: none
	const char *managed_variable;   // another path, if it is set; NULL: none
	const struct setup_file *rules; // what is looked for in it
	const char *switch_variable;    // turns its telemetry on in the environment; NULL: none
};

extern const struct setup_client setup_clients[];
extern const size_t setup_client_count;

/* NULL if there is none of that name. */
const struct setup_client *setup_client_find(struct str word);

/* The version in a text such as "2.1.329 (Claude Code)"; 0 if there is none. */
int setup_client_version(const char *text);

/* The file that this shell (the path in $SHELL) reads when it starts. False if it is not known. */
bool setup_client_shell_path(const char *shell, struct setup_path *ret);
