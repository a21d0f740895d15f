/* From a process to what its user sees of it: the pane that shows it, the window around that. */
#pragma once

#include <stdint.h>

#include "focus/focus_window.h"

struct buf;

/* Brings it to the front, or finds out whether it has the focus: of what cannot be asked, as a
 * terminal's tabs without remote control, the best is supposed. A focus_result, or a negative errno
 * if the process cannot be looked at (process_env_read()). Unless that is FOCUS_YES or FOCUS_NO,
 * why tells what was tried. */
int focus_process(int64_t pid, enum focus_mode mode, struct buf *why);
