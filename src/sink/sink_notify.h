/* Desktop notifications, one per session, through the notifier program. This part decides what to
 * notify about; notify_words has the text, notify_teller the timing and the screen.
 *
 * A notification stays until its session needs nothing any more. It is shown once its delay is over
 * and its terminal is out of view; until then it is held back and checked every few seconds. What
 * becomes known later (the cost of the last call, a failure) silently replaces its text. */
#pragma once

#include <uv.h>

#include "base/str.h"
#include "sink/notification.h"
#include "sink/notify_line.h"

struct sink;
struct sink_hub;

/* The user's reaction to a session's notification; token is for FOCUS and DETAILS and may be empty.
 * May call the tracker and publish. */
typedef void sink_notify_on_action(
	struct str session_id, enum notify_action action, struct str token, void *data);

struct sink_notify_settings {      // everything is copied
	const char *notifier_path; // otel-ai-monitor-notifier; NULL: show nothing
	const char *focus_path;    // otel-ai-monitor-focus; NULL: none
	bool has_focus_command;    // which needs to know no process
	bool has_page;             // a browser can show a session
	bool is_flat;              // a subscription: costs are API-equivalent
	struct notify_rules rules;
	const char *const *command; // to be run with every notification; argv_expand()
	size_t command_size;        // 0: none
};

/* Adds the sink to the hub. Nothing is started before the first notification, and a missing program
 * affects only its own task. */
struct sink *sink_notify_open(struct sink_hub *hub, uv_loop_t *loop,
	const struct sink_notify_settings *settings, sink_notify_on_action *on_action, void *data);

/* Notifies of something other than a session, by the rules of its kind; replaces the previous one
 * with that id. The user's reaction has no effect. */
void sink_notify_of(struct sink *sink, struct str id, enum notify_kind kind, struct str summary,
	struct str body);

/* Changes the settings; a running notifier keeps its old path. */
void sink_notify_set(struct sink *sink, const struct sink_notify_settings *settings);
