/* What a bar shows of all sessions at a glance: the most urgent first, in few letters, and a row of
 * words for each. No clock and no output: cli_format.h makes lines of it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "config/config.h"

struct buf;
struct cli_list;
struct cli_session;

enum { CLI_BAR_FRAME_MS = 500 }; // each frame of an icon that moves; a bar is drawn anew for it

struct cli_bar {
	const struct cli_list *list;           // borrowed
	const struct config_list *icons;       // by enum config_bar_state; borrowed
	int64_t wall_ms;                       // what is shown is true then
	enum config_bar_state state;           // the most urgent of all
	size_t counts[CONFIG_BAR_STATE_COUNT]; // sessions in each
};

/* Looks at the list: of no sessions, EMPTY; of one that carries an error, UNREACHABLE. */
void cli_bar_init(struct cli_bar *ret, const struct cli_list *list,
	const struct config_list icons[CONFIG_BAR_STATE_COUNT], int64_t wall_ms);

/* What it adds to. */
enum config_bar_state cli_bar_state_of(const struct cli_session *s);

/* "attention", "working", "completed", "idle", "empty", "unreachable". */
struct str cli_bar_state_name(enum config_bar_state state);

/* The share of sessions that work, in percent, rounded down; 0 of none. */
int cli_bar_percentage(const struct cli_bar *bar);

/* The most urgent session, to which focus goes too, if it needs its user; else NULL. */
const struct cli_session *cli_bar_asking(const struct cli_bar *bar);

/* Whether the text of the bar moves while nothing happens. */
bool cli_bar_moves(const struct cli_bar *bar);

/* Names come from outside and may hold what a bar takes for markup: what each piece of text is to
 * be replaced by, up to an empty one. */
struct cli_escape {
	struct str from, to;
};

struct cli_bar_style {
	const struct cli_escape *escapes; // for names
	bool names_asking; // the project of cli_bar_asking() stands behind its number
	bool names_only;   // the project of the only session stands in place of the number
	bool has_colors;   // parts, and the states in details, have their colours as Pango markup
};

/* "● 1  ⠹ 2  $3.41 today": icon and number of what needs attention, works, and is done, and today's
 * cost if it was asked for. Where there is none of
 * these, of what is idle, or the icon alone of EMPTY and UNREACHABLE. What has no icon is left out,
 * so the text may be empty. Icons are taken as they are, as they may be meant as markup; one that
 * holds a '<' keeps its part from being coloured. */
void cli_bar_append_text(
	struct buf *out, const struct cli_bar *bar, const struct cli_bar_style *style);

/* "Claude Code  webshop  needs your permission  2 min  14.0 k tokens  $0.04": a row for each
 * session, in columns for a monospaced font, the most urgent first, without '\n' at the end. */
void cli_bar_append_details(
	struct buf *out, const struct cli_bar *bar, const struct cli_bar_style *style);

/* Appends text from outside: harmless, cut, and without what the escapes replace. */
void cli_bar_append_name(struct buf *out, struct str text, const struct cli_escape *escapes);
