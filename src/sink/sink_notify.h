/* Desktop notifications: one per session, by way of the notifier program. It decides
 * what is told; the words are notify_words', time and screen are notify_teller's.
 *
 * A notification stays until its session wants nothing any more. It is told once its delay is over
 * and its terminal is out of view; until then it is held back and looked at again every few
 * seconds. What becomes known of it later (the cost of its last call, that it failed) replaces its
 * text without a word. */
#pragma once

#include <uv.h>

#include "base/str.h"
#include "sink/notification.h"
#include "sink/notify_line.h"

struct sink;
struct sink_hub;

/* What the user wants, having seen what was told of the session; token is for FOCUS and DETAILS and
 * may be empty. What the tracker makes of that may be published during the call. */
typedef void sink_notify_on_action(
	struct str session_id, enum notify_action action, struct str token, void *data);

struct sink_notify_settings {      // everything is copied
	const char *notifier_path; // otel-ai-monitor-notifier; NULL: nothing on the screen
	const char *focus_path;    // otel-ai-monitor-focus; NULL: not there
	bool has_focus_command;    // which needs to know no process
	bool has_page;             // a browser can show a session
	bool is_flat;              // a subscription: costs are API-equivalent
	struct notify_rules rules;
	const char *const *command; // to be run with every notification; argv_expand()
	size_t command_size;        // 0: none
};

/* Adds the sink to the hub. Nothing is started before there is something to tell, and a program
 * that is missing costs only what it would have done. */
struct sink *sink_notify_open(struct sink_hub *hub, uv_loop_t *loop,
	const struct sink_notify_settings *settings, sink_notify_on_action *on_action, void *data);

/* Notifies of something that is no session's, by the rules of its kind: id replaces the one before
 * of that id. Nothing follows from what its user makes of it. */
void sink_notify_of(struct sink *sink, struct str id, enum notify_kind kind, struct str summary,
	struct str body);

/* Other settings from now on; a notifier that runs goes on under its old path. */
void sink_notify_set(struct sink *sink, const struct sink_notify_settings *settings);
