/* A plan under way, and how it is carried out in each format. For the files setup_plan*.c alone. */
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
	const struct buf *base; // NULL: not known
	struct buf *text, *notes;
	struct setup_outcome outcome;
};

/* ---- for all formats */

/* Behind the last member. */
bool setup_plan_is_end(const struct setup_member *m);

bool setup_plan_wants(const struct setup_plan *p, const struct setup_member *m);

/* One more that was added or changed. */
void setup_plan_count(struct setup_plan *p, const struct setup_member *m);

/* Another value stands there. found: what it means. place: where, if not in the file. */
void setup_plan_note_elsewhere(
	struct setup_plan *p, const struct setup_member *m, struct str found, const char *place);

/* pattern with the URL in it. */
void setup_plan_expand(struct buf *out, const char *pattern, int port);

/* Whether a value that stands there does what ours would. found: what it means. */
bool setup_plan_is_good(const struct setup_member *m, struct str found, int port);

/* Whether apply() may have written it, for whatever port. found: what it means. */
bool setup_plan_is_ours(const struct setup_member *m, struct str found);

/* Whether it is an address that an earlier time wrote, for the port of then. present_before: in
 * base. */
bool setup_plan_may_move(const struct setup_plan *p, const struct setup_member *m, struct str found,
	bool present_before);

/* ---- of each format: as setup_plan.h says */

void setup_plan_apply_json(struct setup_plan *p);
bool setup_plan_undo_json(const struct setup_client *client, const struct setup_file *file,
	const struct buf *base, struct buf *text);
void setup_plan_explain_json(
	const struct setup_file *file, const struct buf *text, struct buf *out);

/* All of it, or, where something else is wanted already, nothing. */
void setup_plan_apply_toml(struct setup_plan *p);
bool setup_plan_undo_toml(const struct setup_file *file, const struct buf *base, struct buf *text);
void setup_plan_explain_toml(
	const struct setup_file *file, const struct buf *text, struct buf *out);

/* Whether the switch that turns hooks off is set. */
bool setup_plan_json_is_off(const struct setup_plan *p, const struct setup_switch *s);
bool setup_plan_toml_is_off(const struct setup_plan *p, const struct setup_switch *s);
