/* Takes out of a script or a style sheet what only its readers need: comments, indentation, blanks.
 * For page_embed, which runs at build only. Names stay as they are, so that what is served can
 * still be read. */
#pragma once

#include <stddef.h>

/* Both write to out, which needs room for size + 1 bytes, and return how many they wrote.
 *
 * A script must end its statements with semicolons, have no statement that is a semicolon alone,
 * and begin none with a regular expression. */
size_t page_strip_script(const char *text, size_t size, char *out);
size_t page_strip_style(const char *text, size_t size, char *out);
