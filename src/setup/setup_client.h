/* The clients: where their settings are and what must be in them, as tables. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "setup/setup_json.h"

enum setup_format {
	SETUP_JSON,
	SETUP_TOML,  // paths are a table and a key
	SETUP_SHELL, // settings that must be in the environment: an alias, in the file of the
		     // user's shell
};

enum setup_when {
	SETUP_ALWAYS,
	SETUP_WITH_TRACES,
	SETUP_WITH_FAST,
	SETUP_IF_THERE, // never added; but another value would send the telemetry elsewhere
};

/* When an existing value is as good as ours. */
enum setup_accept {
	SETUP_EQUAL,    // equal to ours, or to one of as_good
	SETUP_LISTED,   // a comma-separated list with ours in it
	SETUP_URL,      // a URL that leads to the same place
	SETUP_EXPORTER, // TOML: a table whose endpoint does
	SETUP_ANY,
};

/* In values, @ is replaced by the daemon's URL. */
struct setup_member {
	const char *path[SETUP_JSON_PATH]; // ends with NULL; SETUP_SHELL: the name of a variable
	const char *value;                 // as written in the file
	enum setup_when when;
	enum setup_accept accept;
	const char *as_good; // other accepted values, without quotes, separated by |; NULL: none
};

/* A member with which the user, or an administrator, turns a client's hooks off. */
struct setup_switch {
	const char *path[SETUP_JSON_PATH]; // to a NULL
	const char *off; // the value that does it; NULL: a list that contains our hook's command
};

/* A path in the user's home: $variable if set, else ~/base; then name below it. */
struct setup_path {
	const char *variable; // NULL: none
	const char *base;     // "": the home itself
	const char *name;     // "": the directory itself
};

/* The version of a client, comparable. */
#define SETUP_VERSION(major, minor, patch) ((major)*1000000 + (minor)*1000 + (patch))

/* A client may reject a whole file because of one unknown event. */
struct setup_event {
	const char *name;
	int since; // SETUP_VERSION, or an earlier one; 0: any
};

struct setup_file {
	enum setup_format format;
	struct setup_path places[3]; // the first that exists, else the first; ends with name NULL
	const struct setup_member *members; // to one without a path; NULL: none
	const struct setup_event *events;   // below "hooks", to one without a name; NULL: none
	bool has_bare_hooks;                // an event has hooks themselves, not groups of them
	const char *timeout; // of a hook, as written: "timeout": 5, in the client's own unit
	const struct setup_switch *switches; // to one without a path; NULL: none
};

enum setup_signal { SETUP_LOGS = 1, SETUP_TRACES = 2, SETUP_METRICS = 4 };

struct setup_client {
	const char *word;    // as in hook and in session lines
	const char *title;   // for people
	const char *program; // in PATH
	struct setup_path home;
	const struct setup_file *files[2]; // NULL: no second
	int signals;                       // of telemetry that it sends once set up: setup_signal
	const char *trust; // appears in its first file once its hooks are trusted; NULL: not needed
	bool is_versioned; // some events depend on its version (--version)
	/* Managed settings, which take precedence: */
	const char *managed;            // its path; NULL: none
	const char *managed_variable;   // another path, if it is set; NULL: none
	const struct setup_file *rules; // what to check in it
	const char *switch_variable;    // turns its telemetry on in the environment; NULL: none
};

extern const struct setup_client setup_clients[];
extern const size_t setup_client_count;

/* NULL if unknown. */
const struct setup_client *setup_client_find(struct str word);

/* The version in a text such as "2.1.329 (Claude Code)"; 0 if there is none. */
int setup_client_version(const char *text);

/* The startup file of a shell (the path in $SHELL). False if unknown. */
bool setup_client_shell_path(const char *shell, struct setup_path *ret);
