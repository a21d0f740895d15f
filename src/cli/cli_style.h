/* How text may look where it goes: colours, letters beyond ASCII, and how wide it can be. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf;
struct cli_session;
struct config;

enum cli_tone {
	CLI_TONE_PLAIN,
	CLI_TONE_HEADING,
	CLI_TONE_FAINT,
	CLI_TONE_WORKING,
	CLI_TONE_DONE,
	CLI_TONE_WAITING,
	CLI_TONE_FAILED,
	CLI_TONE_COUNT,
};

/* All zero for what is no terminal: no colours, every letter, any width. */
struct cli_style {
	bool is_terminal;
	bool colors;          // not under NO_COLOR, nor on a terminal that is dumb
	bool ascii;           // the locale knows no others
	size_t width, height; // 0: no limit
};

/* Of what the descriptor leads to, under the environment of this configuration. */
struct cli_style cli_style_of(const struct config *config, int fd);

/* The size alone, once more: a window has been resized. */
void cli_style_measure(struct cli_style *style, int fd);

/* Appends what turns the tone on, and off again. */
void cli_style_begin(struct buf *out, const struct cli_style *style, enum cli_tone tone);
void cli_style_end(struct buf *out, const struct cli_style *style, enum cli_tone tone);

/* Appends text from outside, harmless, cut to so many columns with an ellipsis; 0: not cut. "-" for
 * none. */
void cli_style_append_shown(
	struct buf *out, const struct cli_style *style, struct str text, size_t columns);

/* Appends text that is harmless and whole already, cut to so many columns. */
void cli_style_append_cut(
	struct buf *out, const struct cli_style *style, struct str text, size_t columns);

/* The tone of what a session is doing. */
enum cli_tone cli_style_tone(const struct cli_session *s);
