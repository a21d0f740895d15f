/* Changes to texts of any kind, and blocks of lines that are known by the comments around them:
 *
 *     # >>> otel-ai-monitor NAME >>>
 *     …
 *     # <<< otel-ai-monitor NAME <<< */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf;

/* Puts by in the place of so many bytes. */
void setup_text_replace(struct buf *text, size_t at, size_t remove, struct str by);

/* The lines inside the block; data NULL if there is none. False if it begins and does not end, or
 * is there twice. */
bool setup_text_block(const struct buf *text, const char *name, struct str *ret);

/* Whether there is any block. */
bool setup_text_has_block(const struct buf *text);

/* Makes the block hold these lines: in its place, or at the end of the text. */
void setup_text_set_block(struct buf *text, const char *name, struct str lines);

/* Takes the block and the empty line before it away, if it is there. */
void setup_text_remove_block(struct buf *text, const char *name);
