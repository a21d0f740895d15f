/* The exit status of otel-ai-monitor-focus --check: whether its user looks at a process. */
#pragma once

enum process_view {
	PROCESS_IN_VIEW = 0,     // its window has the focus
	PROCESS_OUT_OF_VIEW = 1, // or it cannot be known
	PROCESS_UNATTENDED = 3,  // it has the focus, but the desktop is locked or idle
};
