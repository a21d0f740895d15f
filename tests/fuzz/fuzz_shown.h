/* A list of sessions as people and bars see it. */
#pragma once

#include <stdint.h>

struct cli_list;

/* Ends the process if a table or the line of a bar has a control character, or a line that is to be
 * JSON is none. Sorts the list. */
void fuzz_check_shown(struct cli_list *list, int64_t wall_ms);
