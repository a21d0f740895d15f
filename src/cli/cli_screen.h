/* What a bar shows, and what it should show next: a line when something changed, and one per frame
 * while something works. */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "cli/cli_list.h"
#include "config/config.h"

struct cli_screen {
	enum config_format format;       // a bar's
	const struct config_list *icons; // by enum config_bar_state; borrowed
	struct buf heard;                // the list's line
	struct cli_list list;            // slices of it
	struct buf shown;                // the last line
};

void cli_screen_init(struct cli_screen *s, enum config_format format,
	const struct config_list icons[CONFIG_BAR_STATE_COUNT]);
void cli_screen_finish(struct cli_screen *s);

/* Takes a session_list line from the daemon. 0, or -EPROTO if it is none; then there is no list. */
int cli_screen_take(struct cli_screen *s, struct str line);

/* The line to show at this time, valid until the next call; empty if nothing changed, and before
 * the first list. */
struct str cli_screen_draw(struct cli_screen *s, int64_t wall_ms);

/* How long the line stays valid if nothing happens; -1: for ever. */
int cli_screen_rest_ms(const struct cli_screen *s, int64_t wall_ms);
