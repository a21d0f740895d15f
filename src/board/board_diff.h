/* Differences between two versions of a file, key by key. */
#pragma once

#include <stdbool.h>

struct board_event;
struct json_writer;

enum { BOARD_VALUE_BYTES = 256 }; // of a value in an event

/* Writes field, old_value and new_value of the first change, and "changes" with all of them. False,
 * with nothing written: no value differs. Status, priority, agent, title, id, dependencies and
 * estimated_hours come first, in that order; then the order of the file. */
bool board_diff_write(struct json_writer *j, const struct board_event *e);

/* "changes" alone. */
bool board_diff_write_changes(struct json_writer *j, const struct board_event *e);
