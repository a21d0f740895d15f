/* What has changed between two versions of a file, key by key. */
#pragma once

#include <stdbool.h>

struct board_event;
struct json_writer;

enum { BOARD_VALUE_BYTES = 256 }; // of a value in an event

/* Writes field, old_value and new_value of the first change and "changes", with all of them; false,
 * and nothing is written, if no key has another value. The first that changed of status, priority,
 * agent, title, id, dependencies and estimated_hours is in front, then the order of the file. */
bool board_diff_write(struct json_writer *j, const struct board_event *e);

/* "changes" alone. */
bool board_diff_write_changes(struct json_writer *j, const struct board_event *e);
