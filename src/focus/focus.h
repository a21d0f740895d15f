/* From a process to what is visible of it: the pane that shows it, and the window around that. */
#pragma once

#include <stdint.h>

#include "focus/focus_window.h"

struct buf;

/* Raises it, or checks whether it has the focus; assumes the best of what is unknown, like a
 * terminal's tabs without remote control. A focus_result, or a negative errno if the process is not
 * accessible (process_env_read()). Unless that is FOCUS_YES or FOCUS_NO, why says what was tried.
 */
int focus_process(int64_t pid, enum focus_mode mode, struct buf *why);
