/* Strips comments, indentation and needless blanks from scripts and style sheets, for page_embed at
 * build time. Names stay, so that what is served remains readable. */
#pragma once

#include <stddef.h>

/* Both write to out, which needs room for size + 1 bytes, and return how many they wrote.
 *
 * A script must end its statements with semicolons, have no statement that is a semicolon alone,
 * and begin none with a regular expression. */
size_t page_strip_script(const char *text, size_t size, char *out);
size_t page_strip_style(const char *text, size_t size, char *out);
