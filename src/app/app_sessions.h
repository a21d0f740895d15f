/* The sessions in the daemon: the tracker with its timers, and the path of its findings to outlets,
 * history and prices. What changed during a turn of the loop goes out at the end of that turn. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct app_history;
struct app_prices;
struct config;
struct orchestrator_own;
struct session_tracker;
struct sink_hub;

enum { APP_STATUS_BYTES = 128 };

struct app_sessions {
	const struct config *config; // borrowed, like the next five
	uv_loop_t *loop;
	struct sink_hub *hub;
	struct app_prices *prices;
	struct app_history *history;
	struct orchestrator_own *own;

	struct session_tracker *tracker; // the rest is its own
	uv_timer_t tick;                 // the tracker's next deadline
	uv_timer_t broadcast;            // runs while there are sessions
	uv_prepare_t turn_end;           // runs before the loop goes to sleep
	int64_t tick_at_ms;              // INT64_MAX: not running
	char status[APP_STATUS_BYTES];   // as last sent to the service manager
	bool is_changed;                 // during this turn of the loop
};

/* The caller has filled in what is borrowed; the hub may still be uninitialized. */
void app_sessions_open(struct app_sessions *s);

/* Applies the configuration after a reload. */
void app_sessions_apply(struct app_sessions *s);

/* The tracker was called, or something a sink shows has changed. data: the app_sessions; an
 * on_change for the other parts of the daemon. */
void app_sessions_touch(void *data);

/* Sends nothing more at the end of a turn. */
void app_sessions_stop(struct app_sessions *s);

/* Closes the handles; the loop has to run once more. */
void app_sessions_close(struct app_sessions *s);
void app_sessions_finish(struct app_sessions *s);
