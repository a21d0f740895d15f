/* What the output can show: colours, non-ASCII characters, and how many columns. */
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

/* All zero if the output is not a terminal: no colours, UTF-8, any width. */
struct cli_style {
	bool is_terminal;
	bool colors;          // not under NO_COLOR or TERM=dumb
	bool ascii;           // the locale is not UTF-8
	size_t width, height; // 0: no limit
};

/* For a descriptor, by the environment of this configuration. */
struct cli_style cli_style_of(const struct config *config, int fd);

/* Updates the size, after a resize. */
void cli_style_measure(struct cli_style *style, int fd);

/* Appends the codes that turn the tone on and off. */
void cli_style_begin(struct buf *out, const struct cli_style *style, enum cli_tone tone);
void cli_style_end(struct buf *out, const struct cli_style *style, enum cli_tone tone);

/* Appends text from outside, made safe to show and cut to that many columns with an ellipsis; 0:
 * not cut. "-" if it is empty. */
void cli_style_append_shown(
	struct buf *out, const struct cli_style *style, struct str text, size_t columns);

/* Appends text that is already safe, cut to that many columns. */
void cli_style_append_cut(
	struct buf *out, const struct cli_style *style, struct str text, size_t columns);

/* The tone for a session's state. */
enum cli_tone cli_style_tone(const struct cli_session *s);

/* ---- findings, one line each */

enum cli_mark {
	CLI_GOOD,  // ✓, in ASCII ok
	CLI_NOTE,  // !: works but could be better, or is unknown
	CLI_WRONG, // ✗, in ASCII x
};

struct cli_report {
	struct cli_style style; // of standard output
	bool wrong;             // something was wrong
};

/* Prints a line to standard output. r: NULL: print nothing. */
void cli_style_report(struct cli_report *r, enum cli_mark mark, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
