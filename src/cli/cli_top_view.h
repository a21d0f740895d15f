/* What top shows and what its keys do; no terminal, no daemon, no clock. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/cli_list.h"

struct cli_style;

enum { CLI_TOP_FILTER_BYTES = 64, CLI_TOP_MESSAGE_BYTES = 256 };

enum cli_top_key { // besides bytes
	CLI_TOP_UP = 256,
	CLI_TOP_DOWN,
	CLI_TOP_ESCAPE,
};

enum cli_top_action { CLI_TOP_NOTHING, CLI_TOP_FOCUS, CLI_TOP_ACK, CLI_TOP_QUIT };

struct cli_top_view {
	struct cli_list all;   // sorted; owned, but its slices are borrowed
	struct cli_list shown; // those that match the filter; the same
	char *mark_id;         // of the selected session, owned; NULL: none
	size_t mark;           // its index among those shown
	char filter[CLI_TOP_FILTER_BYTES];
	bool is_typing;                      // the filter
	char message[CLI_TOP_MESSAGE_BYTES]; // at the bottom until the next key
	bool is_away;                        // the daemon is
};

void cli_top_view_init(struct cli_top_view *v);
void cli_top_view_finish(struct cli_top_view *v);

/* Shows a new list. Its text must stay valid until after the next call. */
void cli_top_view_take(struct cli_top_view *v, const struct cli_list *list);

/* Handles a key: a byte, or enum cli_top_key. Returns what to do with the selected session. */
enum cli_top_action cli_top_view_press(struct cli_top_view *v, int key);

/* NULL if there is none. */
const struct cli_session *cli_top_view_chosen(const struct cli_top_view *v);

/* Cuts the next key from the front of *bytes, which must not be empty. */
int cli_top_view_key(struct str *bytes);

/* Appends a whole screen of style->height lines, from the upper left corner. */
void cli_top_view_draw(struct buf *out, const struct cli_top_view *v, const struct cli_style *style,
	int64_t wall_ms);
