/* What a bar shows of all sessions at a glance: the most urgent first, in a few characters, and a
 * row of words for each. No clock, no output: cli_format.h turns it into lines. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "config/config.h"

struct buf;
struct cli_list;
struct cli_session;

enum { CLI_BAR_FRAME_MS = 500 }; // per frame of an animated icon, each of which redraws the bar

struct cli_bar {
	const struct cli_list *list;           // borrowed
	const struct config_list *icons;       // by enum config_bar_state; borrowed
	int64_t wall_ms;                       // the time to show
	enum config_bar_state state;           // the most urgent of all
	size_t counts[CONFIG_BAR_STATE_COUNT]; // sessions in each
};

/* Summarizes the list: EMPTY without sessions, UNREACHABLE if the list carries an error. */
void cli_bar_init(struct cli_bar *ret, const struct cli_list *list,
	const struct config_list icons[CONFIG_BAR_STATE_COUNT], int64_t wall_ms);

/* The state under which a bar counts it. */
enum config_bar_state cli_bar_state_of(const struct cli_session *s);

/* "attention", "working", "completed", "idle", "empty", "unreachable". */
struct str cli_bar_state_name(enum config_bar_state state);

/* The percentage of sessions that work, rounded down; 0 without sessions. */
int cli_bar_percentage(const struct cli_bar *bar);

/* The most urgent session, the one focus would raise, if it needs its user; else NULL. */
const struct cli_session *cli_bar_asking(const struct cli_bar *bar);

/* Whether the bar's text is animated right now. */
bool cli_bar_moves(const struct cli_bar *bar);

/* Names come from outside and may contain the bar's markup: how to replace each piece of text; the
 * last row is empty. */
struct cli_escape {
	struct str from, to;
};

struct cli_bar_style {
	const struct cli_escape *escapes; // for names
	bool names_asking;                // the project of cli_bar_asking() follows its number
	bool names_only;                  // the project of a single session replaces the number
	bool has_colors; // parts, and states in details, are coloured with Pango markup
};

/* "● 1 ⠹ 2 $3.41 today": icon and number of the sessions that need attention, work, or are done,
 * and today's cost if requested. If there are none of these, those that are idle, or just the icon
 * for EMPTY and UNREACHABLE. Anything without an icon is left out, so the text may be empty. Icons
 * are not escaped, as they may be markup; a part whose icon contains '<' is not coloured. */
void cli_bar_append_text(
	struct buf *out, const struct cli_bar *bar, const struct cli_bar_style *style);

/* "Claude Code webshop needs your permission 2 min 14.0 k tokens $0.04": a row per session, in
 * columns for a monospaced font, the most urgent first, without a final '\n'. */
void cli_bar_append_details(
	struct buf *out, const struct cli_bar *bar, const struct cli_bar_style *style);

/* Appends text from outside: made safe to show, cut, and escaped. */
void cli_bar_append_name(struct buf *out, struct str text, const struct cli_escape *escapes);
