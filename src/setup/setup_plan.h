/* Plans the changes to a client's file: text in, text out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct setup_client;
struct setup_file;

struct setup_settings {
	int port;
	const char *command; // runs this program: its name or its path
	bool traces, fast;
	int version; // of the client, as SETUP_VERSION; 0: unknown, so treated as old
	const char *environment_url; // OTEL_EXPORTER_OTLP_ENDPOINT of the user; NULL: none
	const char *path;            // of the file, for the notes; NULL: none
};

struct setup_outcome {
	bool unclear;           // not understood with certainty: the text is unchanged
	bool elsewhere;         // the user has sent its telemetry elsewhere: not touched
	bool hooks_off;         // the user, or an administrator, has turned hooks off
	size_t members, hooks;  // added, or changed to this daemon's port
	size_t events_left_out; // because the client's version is too old or unknown
	const char *first;      // the name of the first such member; NULL: none
	int other_port;         // if elsewhere is on this machine: its port; else 0
};

/* Adds what is missing to the text. base is the text before our first change, empty if there was
 * none or it is unknown; NULL: do not touch what an earlier run wrote for another port. notes gets
 * a line for everything the user should know. */
struct setup_outcome setup_plan_apply(const struct setup_client *client,
	const struct setup_file *file, const struct setup_settings *settings,
	const struct buf *base, struct buf *text, struct buf *notes);

/* Removes what apply() adds, with any options and port, unless it is in base, the text before; base
 * may be empty. A file with nothing else becomes empty. False if the text is not understood with
 * certainty; it is then unchanged. */
bool setup_plan_undo(const struct setup_client *client, const struct setup_file *file,
	const struct buf *base, struct buf *text);

/* Whether a text is exactly what apply() makes of an empty one, for any port. */
bool setup_plan_made(const struct setup_client *client, const struct setup_file *file,
	const struct setup_settings *settings, const struct buf *text);

/* Appends why a text is not understood with certainty, for people: "line 3: ...". */
void setup_plan_explain(const struct setup_client *client, const struct setup_file *file,
	const struct buf *text, struct buf *out);
