/* A plan in progress, and its steps in each format. Only for setup_plan*.c. */
#pragma once

#include <stdbool.h>

#include "base/str.h"
#include "setup/setup_client.h"
#include "setup/setup_plan.h"

enum { SETUP_PLAN_VALUE_BYTES = 4096 };

struct setup_plan {
	const struct setup_client *client;
	const struct setup_file *file;
	const struct setup_settings *settings;
	const struct buf *base; // NULL: unknown
	struct buf *text, *notes;
	struct setup_outcome outcome;
};

/* ---- for all formats */

/* Whether m is past the last member. */
bool setup_plan_is_end(const struct setup_member *m);

bool setup_plan_wants(const struct setup_plan *p, const struct setup_member *m);

/* Counts an added or changed member. */
void setup_plan_count(struct setup_plan *p, const struct setup_member *m);

/* Notes that another value is there. found: its meaning. place: where, if not in the file. */
void setup_plan_note_elsewhere(
	struct setup_plan *p, const struct setup_member *m, struct str found, const char *place);

/* Appends pattern with the URL filled in. */
void setup_plan_expand(struct buf *out, const char *pattern, int port);

/* Whether an existing value is as good as ours. found: its meaning. */
bool setup_plan_is_good(const struct setup_member *m, struct str found, int port);

/* Whether apply() may have written it, for any port. found: its meaning. */
bool setup_plan_is_ours(const struct setup_member *m, struct str found);

/* Whether it is an address written by an earlier run for its port. present_before: in base. */
bool setup_plan_may_move(const struct setup_plan *p, const struct setup_member *m, struct str found,
	bool present_before);

/* ---- of each format: as setup_plan.h says */

void setup_plan_apply_json(struct setup_plan *p);
bool setup_plan_undo_json(const struct setup_client *client, const struct setup_file *file,
	const struct buf *base, struct buf *text);
void setup_plan_explain_json(
	const struct setup_file *file, const struct buf *text, struct buf *out);

/* Applies all of it or, if the user has set something else, nothing. */
void setup_plan_apply_toml(struct setup_plan *p);
bool setup_plan_undo_toml(const struct setup_file *file, const struct buf *base, struct buf *text);
void setup_plan_explain_toml(
	const struct setup_file *file, const struct buf *text, struct buf *out);

/* Whether hooks are switched off. */
bool setup_plan_json_is_off(const struct setup_plan *p, const struct setup_switch *s);
bool setup_plan_toml_is_off(const struct setup_plan *p, const struct setup_switch *s);
