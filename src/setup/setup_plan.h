/* What a client's file should look like, from what it looks like: text in, text out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct setup_client;
struct setup_file;

struct setup_settings {
	int port;
	const char *command; // that runs this program: its name or its path
	bool traces, fast;
	int version; // of the client, as SETUP_VERSION; 0: not known, so an early one
	const char *environment_url; // OTEL_EXPORTER_OTLP_ENDPOINT of the user; NULL: none
	const char *path;            // of the file, for the notes; NULL: none
};

struct setup_outcome {
	bool unclear;          // not read with certainty: the text is as it was
	bool elsewhere;        // its telemetry goes, or is held, elsewhere by its user: not touched
	bool hooks_off;        // its user, or the owner of the machine, has turned hooks off
	size_t members, hooks; // added, or changed to this daemon's port
	size_t events_left_out; // as the client's version is too old for them, or not known
	const char *first;      // what to call the first member that was; NULL: none
	int other_port; // elsewhere, but on this machine: where something else receives; 0: not so
};

/* Adds to the text what is missing. base is the text from before the first time, empty if there was
 * none or if it is not known; NULL: do not touch what an earlier time wrote for another port. notes
 * gets a line for whatever its user should know. */
struct setup_outcome setup_plan_apply(const struct setup_client *client,
	const struct setup_file *file, const struct setup_settings *settings,
	const struct buf *base, struct buf *text, struct buf *notes);

/* Takes away what apply() adds, with whatever options and port it did, unless it stands in base,
 * the text from before; base may be empty. What remains of a file that held nothing else is empty.
 * True unless the text was not read with certainty; it is then as it was. */
bool setup_plan_undo(const struct setup_client *client, const struct setup_file *file,
	const struct buf *base, struct buf *text);

/* Whether a text is what apply() makes of an empty one, for whatever port, and nothing else. */
bool setup_plan_made(const struct setup_client *client, const struct setup_file *file,
	const struct setup_settings *settings, const struct buf *text);

/* Appends why a text is not read with certainty, for people: "line 3: ...". */
void setup_plan_explain(const struct setup_client *client, const struct setup_file *file,
	const struct buf *text, struct buf *out);
