/* Puts notifications on the screen and removes them when due: after the delay of their kind and the
 * end of a pause, and not while their terminal is in view. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/buf.h"
#include "sink/notification.h"

struct companion;
struct process_launcher;

struct notify_teller {
	uv_loop_t *loop;
	uv_timer_t *due; // at the first note's time, while one waits; frees itself when closed
	struct notify_rules rules;
	char *focus_path;        // owned; NULL: unknown what is in view
	struct companion *child; // owned; NULL: nothing on the screen
	struct process_launcher *launcher;
	struct notifications notifications;
	struct buf line;
	uint64_t resumes_ms; // loop time: when a pause ends; 0: there is none
};

void notify_teller_init(struct notify_teller *t, uv_loop_t *loop);
void notify_teller_close(struct notify_teller *t);

/* Shows the notification when due. */
void notify_teller_tell(struct notify_teller *t, struct notification *notification);

/* Shows it now. is_quiet: as a correction, not as news. */
void notify_teller_show(struct notify_teller *t, struct notification *notification, bool is_quiet);
void notify_teller_take_off(struct notify_teller *t, struct notification *notification);

/* Silently updates the text about a finished turn: now, or after its last tokens have arrived. */
void notify_teller_mend(struct notify_teller *t, struct notification *notification);
void notify_teller_mend_later(struct notify_teller *t, struct notification *notification);

/* Shows nothing before that time; 0: no pause. */
void notify_teller_pause(struct notify_teller *t, uint64_t resumes_ms);

/* Frees a notification whose session is gone, unless it will still be shown. */
void notify_teller_release(struct notify_teller *t, struct notification *notification);
