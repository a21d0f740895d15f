/* Notifications as configured, and the user's reactions. */
#pragma once

#include <uv.h>

#include "base/str.h"
#include "process/process_launch.h"
#include "sink/notify_line.h"

struct budget_alarm;
struct config;
struct http_server;
struct session;
struct session_tracker;
struct sink;
struct sink_hub;

struct app_notify {
	const struct config *config; // borrowed, like the next four
	uv_loop_t *loop;
	struct sink_hub *hub;
	struct session_tracker *tracker;
	const struct http_server *server;
	void (*on_change)(void *data); // the tracker was called
	void *data;

	struct sink *sink;                 // NULL: neither notifications nor a command
	struct process_launcher *launcher; // NULL: not applied yet
};

/* Opens, changes or closes the outlet to match the configuration; the caller has filled in what is
 * borrowed. */
void app_notify_apply(struct app_notify *n);

/* Carries out the user's reaction, and acknowledges or mutes the session. token is for FOCUS and
 * DETAILS, for xdg-activation, and may be empty. */
void app_notify_act(const struct app_notify *n, struct str session_id, enum notify_action action,
	struct str token);

/* Something is wrong with a task: its file cannot be read, or its status became "error". where: the
 * path of its file. */
void app_notify_task(struct app_notify *n, struct str id, struct str where);

/* Raises the terminal of a session with a command that then acknowledges it. on_end may be NULL;
 * see process_launch(). 0 or a negative errno. */
int app_notify_focus(const struct app_notify *n, struct str session_id,
	process_launch_on_end *on_end, void *data);

/* A budget has been reached; session: NULL unless it is a session's. */
void app_notify_budget(
	struct app_notify *n, const struct budget_alarm *alarm, const struct session *session);

/* A task fails again and again; attempts: NaN if unknown. */
void app_notify_loop(struct app_notify *n, struct str task_id, double attempts);

/* A decision about a task was escalated to the user. */
void app_notify_gate(struct app_notify *n, struct str task_id);

/* Stops starting programs; the outlet itself is closed with its hub. */
void app_notify_stop(struct app_notify *n);
