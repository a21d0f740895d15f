/* Turns the daemon's JSON updates into lines for people. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

struct buf;
struct cli_style;

/* Appends "14:03:07 waiting: permission webshop (claude-code) tool:Edit\n" for a session_update;
 * for the first session_list of a connection, such a line for each session, the oldest change
 * first, or one that says there are none; nothing for later lists and other lines. */
void cli_line_append(
	struct buf *out, struct str line, bool is_first, const struct cli_style *style);
