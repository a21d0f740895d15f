/* What a window manager or a multiplexer is asked, and what it answers. */
#pragma once

enum focus_mode {
	FOCUS_BRING, // to the front
	FOCUS_CHECK, // change nothing: does it have the focus?
};

/* A negative errno stands beside these: it cannot be asked. */
enum focus_result {
	FOCUS_YES,       // it is in front now, or has the focus
	FOCUS_NO,        // another one has the focus
	FOCUS_NOT_THERE, // nothing there belongs to the process
};
