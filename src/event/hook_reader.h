/* Reads what a client hands to its hook, as it arrives, and keeps the few members that count: a
 * hook may carry pictures and whole files. The daemon reads a request with it, the hook command its
 * standard input.
 *
 * Strings are cut to what anybody looks at. One that tells things apart, as an id, is no use when
 * cut: too long, it is as if it were not there. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/json_scan.h"
#include "base/str.h"

struct json_writer;

enum { HOOK_TASKS = 64 };

/* Something that works in the background. */
struct hook_task {
	struct str id, type, status; // empty if not told
};

/* The members that are looked at; empty if the hook does not have them. */
struct hook_input {
	struct str event_name, notify_type;
	struct str session_id, thread_id, camel_session_id;
	struct str turn_id, notify_turn_id, prompt_id;
	struct str cwd, new_cwd;
	struct str assistant_name, tool_use_id;
	struct str agent_id; // only there if it happened within a subagent
	struct str agent_type;
	struct str notification_type, error, model;
	struct str message; // of a notification: tells its kind, and is for nothing else
	struct str reason, source;
	struct str mcp_server_name, traceparent;
	bool is_interrupt;     // a tool failed because its user stopped it
	bool stop_hook_active; // a stop was refused by a hook before
	bool lists_tasks;      // tasks are all there are, though there may be none
	bool has_long_id;      // a session id was dropped
	size_t task_count;
	struct hook_task tasks[HOOK_TASKS]; // of more, those that run are kept first
};

struct hook_reader {
	struct hook_input input; // what was read so far; owns its strings
	struct json_scan scan;
	const char *problem; // what is wrong beside the grammar
	const struct hook_member *member;
	bool in_tasks, in_task;
	struct hook_task task;
};

void hook_reader_init(struct hook_reader *r);

/* Frees the input as well; a zeroed reader is fine. */
void hook_reader_finish(struct hook_reader *r);

/* The next bytes, cut anywhere. False once something is wrong; more bytes are then ignored. */
bool hook_reader_feed(struct hook_reader *r, struct str piece);

/* Whether the hook is whole: nothing but blanks may follow. */
bool hook_reader_is_whole(const struct hook_reader *r);

/* No more bytes will come. NULL, or what is wrong at byte json_scan::offset. */
const char *hook_reader_end(struct hook_reader *r);

/* Whether it has not ended; if it does not say, it has not. Qwen Code lists what has ended, too. */
bool hook_task_runs(const struct hook_task *t);

/* Writes a hook that is read as the same input. */
void hook_input_write(const struct hook_input *in, struct json_writer *w);
