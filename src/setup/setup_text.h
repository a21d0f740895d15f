/* Changes to texts of any kind, and blocks of lines marked by comments around them:
 *
 *     # >>> otel-ai-monitor NAME >>>
 *     …
 *     # <<< otel-ai-monitor NAME <<<
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf;

/* Replaces that many bytes by another text. */
void setup_text_replace(struct buf *text, size_t at, size_t remove, struct str by);

/* The lines inside the block; data NULL if there is none. False if it has no end, or there are two.
 */
bool setup_text_block(const struct buf *text, const char *name, struct str *ret);

/* Whether there is any block. */
bool setup_text_has_block(const struct buf *text);

/* Sets the lines of the block, which is appended to the text if missing. */
void setup_text_set_block(struct buf *text, const char *name, struct str lines);

/* Removes the block, if any, and the empty line before it. */
void setup_text_remove_block(struct buf *text, const char *name);
