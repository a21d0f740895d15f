/* Reads a client's hook as it arrives, and keeps the few relevant members: a hook may contain
 * pictures and whole files. Used by the daemon for requests, and by the hook command for its
 * standard input.
 *
 * Strings are cut to the length in use. Identifiers are useless when cut: one that is too long
 * counts as missing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/json_scan.h"
#include "base/str.h"

struct json_writer;

enum { HOOK_TASKS = 64 };

/* A background task. */
struct hook_task {
	struct str id, type, status; // empty if unknown
};

/* The members that are read; empty if missing. */
struct hook_input {
	struct str event_name, notify_type;
	struct str session_id, thread_id, camel_session_id;
	struct str turn_id, notify_turn_id, prompt_id;
	struct str cwd, new_cwd;
	struct str assistant_name, tool_use_id;
	struct str agent_id; // only set within a subagent
	struct str agent_type;
	struct str notification_type, error, model;
	struct str message; // of a notification: only used to find its kind
	struct str reason, source;
	struct str mcp_server_name, traceparent;
	bool is_interrupt;     // a tool failed because the user stopped it
	bool stop_hook_active; // a hook has prevented a stop before
	bool lists_tasks;      // tasks is complete, even if empty
	bool has_long_id;      // a session id was dropped
	size_t task_count;
	struct hook_task tasks[HOOK_TASKS]; // if there are more, running ones take precedence
};

struct hook_reader {
	struct hook_input input; // what was read so far; owns its strings
	struct json_scan scan;
	const char *problem; // an error other than in the grammar
	const struct hook_member *member;
	bool in_tasks, in_task;
	struct hook_task task;
};

void hook_reader_init(struct hook_reader *r);

/* Frees the input, too; a zeroed reader is fine. */
void hook_reader_finish(struct hook_reader *r);

/* Takes the next bytes, cut anywhere. False after an error; further bytes are then ignored. */
bool hook_reader_feed(struct hook_reader *r, struct str piece);

/* Whether the hook is complete, so that only blanks may follow. */
bool hook_reader_is_whole(const struct hook_reader *r);

/* No more bytes will come. NULL, or what is wrong at byte json_scan::offset. */
const char *hook_reader_end(struct hook_reader *r);

/* Whether it is still running, also if it does not say. Qwen Code lists finished tasks, too. */
bool hook_task_runs(const struct hook_task *t);

/* Writes JSON that reads back as the same input. */
void hook_input_write(const struct hook_input *in, struct json_writer *w);
