/* The shapes are those of Claude Code 2.0 to 2.1, Codex 0.169, Gemini CLI 0.61, Qwen Code 0.24 and
 * Copilot CLI 1.0. */
#include "event/event_hook.h"

#include <stdio.h>
#include <string.h>

#include "base/json_read.h"
#include "base/mem.h"
#include "event/event_tool.h"

enum { DEPTH = 256 }; // of what tools take and give, which is skipped

/* The members that are looked at. */
struct hook_input {
	struct str event_name, notify_type;
	struct str session_id, thread_id, camel_session_id;
	struct str turn_id, notify_turn_id, prompt_id;
	struct str cwd, new_cwd;
	struct str tool_name, tool_use_id;
	struct str agent_id; // only there if it happened within a subagent
	struct str notification_type, message, error, model;
	struct str trigger, source, reason, mcp_server_name, traceparent;
	bool is_interrupt;     // a tool failed because its user stopped it
	bool stop_hook_active; // the turn had ended, and a hook sent it on
	bool lists_tasks;
	struct event_tasks tasks;
};

/* Fills e beyond the common part; may change its kind. */
typedef void hook_pick(const struct hook_input *in, struct event *e);

struct hook_row {
	struct str name;
	enum event_kind kind;
	hook_pick *pick; // NULL: nothing beyond the common part
};

struct hook_client {
	struct str word;
	const struct tool *tool;
	const struct hook_row *rows;
	size_t row_count;
};

/* ---- what happened */

static void pick_start(const struct hook_input *in, struct event *e)
{
	e->starts_session = true;
	if (str_equal(in->source, STR("compact"))) {
		e->kind = EVENT_COMPACT_END;
	}
}

/* Codex and Copilot tell the task that a subagent is given as a prompt, too. */
static void pick_prompt(const struct hook_input *in, struct event *e)
{
	(void)in;
	if (e->actor == EVENT_BY_AGENT) {
		e->kind = EVENT_AGENT_BEGIN;
	}
}

static void pick_call(const struct hook_input *in, struct event *e)
{
	e->call_id = in->tool_use_id;
	e->call_name = in->tool_name;
	e->is_agent_tool = event_tool_runs_agent(e->call_name);
}

/* Some tools only ask; where one needs leave first, its PermissionRequest tells. */
static void pick_tool(const struct hook_input *in, struct event *e)
{
	bool always = false;
	pick_call(in, e);
	if (event_tool_is_question(e->call_name, &always) && always) {
		e->wish = EVENT_WISH_QUESTION;
	}
}

/* What stops a subagent's tool need not end the turn. */
static void pick_failure(const struct hook_input *in, struct event *e)
{
	pick_call(in, e);
	e->failed = true;
	if (in->is_interrupt && e->actor == EVENT_BY_MAIN) {
		e->kind = EVENT_TOOL_REJECT;
		e->by_user = true;
	}
}

static void pick_permission(const struct hook_input *in, struct event *e)
{
	bool always;
	pick_call(in, e);
	bool question = event_tool_is_question(e->call_name, &always);
	e->wish = question ? EVENT_WISH_QUESTION : EVENT_WISH_PERMISSION;
}

static void pick_elicitation(const struct hook_input *in, struct event *e)
{
	e->call_name = in->mcp_server_name;
	e->wish = EVENT_WISH_QUESTION;
}

static enum event_wish wish_of_type(struct str type)
{
	static const struct {
		struct str type;
		enum event_wish wish;
	} types[] = {
		{STR_INIT("permission_prompt"), EVENT_WISH_PERMISSION},
		{STR_INIT("worker_permission_prompt"), EVENT_WISH_PERMISSION},
		{STR_INIT("elicitation_dialog"), EVENT_WISH_QUESTION},
		{STR_INIT("elicitation_url_dialog"), EVENT_WISH_QUESTION},
		{STR_INIT("agent_needs_input"), EVENT_WISH_QUESTION}, // any other dialog
		{STR_INIT("idle_prompt"), EVENT_WISH_IDLE},
		{STR_INIT("ToolPermission"), EVENT_WISH_PERMISSION}, // Gemini's only one
	};
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (str_equal(type, types[i].type)) {
			return types[i].wish;
		}
	}
	return EVENT_WISH_NONE;
}

/* Of a version that sends no type. The first that fits. */
static enum event_wish wish_of_message(struct str message)
{
	static const struct {
		struct str part;
		enum event_wish wish;
	} parts[] = {
		{STR_INIT("permission"), EVENT_WISH_PERMISSION},
		{STR_INIT("approval"), EVENT_WISH_PERMISSION},
		{STR_INIT("approve"), EVENT_WISH_PERMISSION},
		{STR_INIT("waiting for your input"), EVENT_WISH_IDLE},
		{STR_INIT("your input"), EVENT_WISH_QUESTION},
		{STR_INIT("question"), EVENT_WISH_QUESTION},
	};
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (str_contains_nocase(message, parts[i].part)) {
			return parts[i].wish;
		}
	}
	return EVENT_WISH_NONE;
}

/* "Claude needs your permission to use Bash" */
static struct str tool_of_message(struct str message)
{
	static const struct str mark = STR_INIT(" permission to use ");
	const char *at = message.size > 0 ? memmem(message.data, message.size, mark.data, mark.size)
					  : NULL;
	return at != NULL ? str_skip(message, (size_t)(at - message.data) + mark.size)
			  : (struct str){0};
}

static void pick_notification(const struct hook_input *in, struct event *e)
{
	bool typed = in->notification_type.size > 0;
	e->wish = typed ? wish_of_type(in->notification_type) : wish_of_message(in->message);
	e->is_vague = true;
	e->call_name = tool_of_message(in->message);
	if (e->wish != EVENT_WISH_NONE) {
		e->kind = EVENT_ASKS;
	}
}

static void pick_stop(const struct hook_input *in, struct event *e)
{
	e->is_top_level = e->actor == EVENT_BY_MAIN;
	e->proves_work = true;
	e->continues = in->stop_hook_active;
	e->tasks = in->lists_tasks ? &in->tasks : NULL;
	if (e->actor == EVENT_BY_AGENT) {
		e->kind = EVENT_AGENT_END;
	}
}

/* The notify program is told after the hook, so what it tells is no turn of its own. */
static void pick_notify(const struct hook_input *in, struct event *e)
{
	(void)in;
	e->is_top_level = true;
}

static void pick_stop_failure(const struct hook_input *in, struct event *e)
{
	bool limit = str_equal(in->error, STR("rate_limit")) ||
		     str_equal(in->error, STR("billing_error"));
	pick_stop(in, e);
	e->failed = true;
	e->wish = limit ? EVENT_WISH_LIMIT : EVENT_WISH_ERROR;
}

static void pick_interrupt(const struct hook_input *in, struct event *e)
{
	(void)in;
	e->is_top_level = true;
	e->by_user = true;
}

static void pick_agent(const struct hook_input *in, struct event *e)
{
	(void)in;
	e->actor = EVENT_BY_AGENT;
}

/* A subagent's own conversation is none that anybody sees. */
static void pick_compaction(const struct hook_input *in, struct event *e)
{
	e->is_manual = str_equal(in->trigger, STR("manual"));
	if (e->actor == EVENT_BY_AGENT) {
		e->kind = EVENT_SEEN;
	}
}

static void pick_new_cwd(const struct hook_input *in, struct event *e)
{
	e->cwd = in->new_cwd;
}

/* Where it was when it ended is no news. */
static void pick_end(const struct hook_input *in, struct event *e)
{
	e->cwd = (struct str){0};
	e->client_stays = str_equal(in->reason, STR("clear")) ||
			  str_equal(in->reason, STR("resume")) ||
			  str_equal(in->reason, STR("logout"));
}

/* Claude Code, and after it Qwen Code, and Copilot where its hooks are named like these. */
static const struct hook_row claude_rows[] = {
	{STR_INIT("SessionStart"), EVENT_SEEN, pick_start},
	{STR_INIT("UserPromptSubmit"), EVENT_PROMPT, pick_prompt},
	{STR_INIT("PreToolUse"), EVENT_TOOL_BEGIN, pick_tool},
	{STR_INIT("PermissionRequest"), EVENT_ASKS, pick_permission},
	{STR_INIT("PermissionDenied"), EVENT_TOOL_REJECT, pick_call}, // never by a person
	{STR_INIT("Elicitation"), EVENT_ASKS, pick_elicitation},
	{STR_INIT("ElicitationResult"), EVENT_ANSWERED, pick_elicitation},
	{STR_INIT("PostToolUse"), EVENT_TOOL_END, pick_call},
	{STR_INIT("PostToolUseFailure"), EVENT_TOOL_END, pick_failure},
	{STR_INIT("Notification"), EVENT_SEEN, pick_notification},
	{STR_INIT("SubagentStart"), EVENT_AGENT_BEGIN, pick_agent},
	{STR_INIT("SubagentStop"), EVENT_AGENT_END, pick_agent},
	{STR_INIT("Stop"), EVENT_TURN_END, pick_stop},
	{STR_INIT("StopFailure"), EVENT_TURN_END, pick_stop_failure},
	{STR_INIT("CwdChanged"), EVENT_SEEN, pick_new_cwd},
	{STR_INIT("PreCompact"), EVENT_COMPACT_BEGIN, pick_compaction},
	{STR_INIT("PostCompact"), EVENT_COMPACT_END, pick_compaction},
	{STR_INIT("SessionEnd"), EVENT_SESSION_END, pick_end},
};

static const struct hook_row codex_rows[] = {
	{STR_INIT("SessionStart"), EVENT_SEEN, pick_start},
	{STR_INIT("UserPromptSubmit"), EVENT_PROMPT, pick_prompt},
	{STR_INIT("PreToolUse"), EVENT_TOOL_BEGIN, pick_tool},
	{STR_INIT("PermissionRequest"), EVENT_ASKS, pick_permission},
	{STR_INIT("PostToolUse"), EVENT_TOOL_END, pick_call},
	{STR_INIT("SubagentStart"), EVENT_AGENT_BEGIN, pick_agent},
	{STR_INIT("SubagentStop"), EVENT_AGENT_END, pick_agent},
	{STR_INIT("Stop"), EVENT_TURN_END, pick_stop},
	{STR_INIT("StopFailure"), EVENT_TURN_END, pick_stop_failure},
	{STR_INIT("Interrupt"), EVENT_TURN_END, pick_interrupt},
	{STR_INIT("PreCompact"), EVENT_COMPACT_BEGIN, pick_compaction},
	{STR_INIT("PostCompact"), EVENT_COMPACT_END, pick_compaction},
	{STR_INIT("SessionEnd"), EVENT_SESSION_END, pick_end},
	{STR_INIT("agent-turn-complete"), EVENT_TURN_END, pick_notify}, // to the notify program
};

static const struct hook_row gemini_rows[] = {
	{STR_INIT("SessionStart"), EVENT_SEEN, pick_start},
	{STR_INIT("BeforeAgent"), EVENT_PROMPT, NULL},
	{STR_INIT("BeforeModel"), EVENT_MODEL_BEGIN, NULL},
	{STR_INIT("AfterModel"), EVENT_SEEN, NULL}, // comes for every piece of an answer
	{STR_INIT("BeforeTool"), EVENT_TOOL_BEGIN, pick_tool},
	{STR_INIT("AfterTool"), EVENT_TOOL_END, pick_call},
	{STR_INIT("Notification"), EVENT_SEEN, pick_notification},
	{STR_INIT("AfterAgent"), EVENT_TURN_END, pick_stop},
	{STR_INIT("PreCompress"), EVENT_COMPACT_BEGIN, pick_compaction},
	{STR_INIT("SessionEnd"), EVENT_SESSION_END, pick_end},
};

#define CLIENT(word_, tool_, rows_)                                                                \
	{                                                                                          \
		.word = STR_INIT(word_), .tool = &(tool_), .rows = (rows_),                        \
		.row_count = ARRAY_SIZE(rows_)                                                     \
	}

/* A hook does not say which of Codex' programs runs it: the one that promises less is assumed. */
static const struct hook_client clients[] = {
	CLIENT("claude-code", event_tool_claude, claude_rows),
	CLIENT("codex", event_tool_codex_server, codex_rows),
	CLIENT("gemini", event_tool_gemini, gemini_rows),
	CLIENT("qwen", event_tool_qwen, claude_rows),
	CLIENT("copilot", event_tool_copilot, claude_rows),
};

static const struct hook_client *find_client(struct str word)
{
	for (size_t i = 0; i < ARRAY_SIZE(clients); i++) {
		if (str_equal(word, clients[i].word)) {
			return &clients[i];
		}
	}
	return NULL;
}

bool event_hook_knows(struct str tool_word)
{
	return find_client(tool_word) != NULL;
}

/* ---- reading */

static const struct hook_member {
	struct str name;
	size_t offset; // of a str in struct hook_input
} members[] = {
#define MEMBER(name_, field)                                                                       \
	{                                                                                          \
		STR_INIT(name_), offsetof(struct hook_input, field)                                \
	}
	MEMBER("hook_event_name", event_name),
	MEMBER("type", notify_type),
	MEMBER("session_id", session_id),
	MEMBER("thread-id", thread_id),
	MEMBER("sessionId", camel_session_id), // in a notification of Copilot's
	MEMBER("turn_id", turn_id),
	MEMBER("turn-id", notify_turn_id),
	MEMBER("prompt_id", prompt_id),
	MEMBER("cwd", cwd),
	MEMBER("new_cwd", new_cwd),
	MEMBER("tool_name", tool_name),
	MEMBER("tool_use_id", tool_use_id),
	MEMBER("agent_id", agent_id),
	MEMBER("notification_type", notification_type),
	MEMBER("message", message),
	MEMBER("error", error),
	MEMBER("model", model),
	MEMBER("trigger", trigger),
	MEMBER("source", source),
	MEMBER("reason", reason),
	MEMBER("mcp_server_name", mcp_server_name),
	MEMBER("traceparent", traceparent),
#undef MEMBER
};

static struct str *find_member(struct hook_input *in, struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		if (str_equal(name, members[i].name)) {
			return (struct str *)(void *)((char *)in + members[i].offset);
		}
	}
	return NULL;
}

/* One of what a client lists as its background work; Qwen Code also lists what has ended. */
struct hook_task {
	struct str id, type, status;
};

static bool read_task(struct json_reader *r, struct hook_task *ret)
{
	enum json_token t;
	*ret = (struct hook_task){0};
	while ((t = json_next(r)) == JSON_NAME) {
		struct str *place = str_equal(r->text, STR("id"))       ? &ret->id
				    : str_equal(r->text, STR("type"))   ? &ret->type
				    : str_equal(r->text, STR("status")) ? &ret->status
									: NULL;
		t = json_next(r);
		if (t == JSON_STRING && place != NULL) {
			*place = r->text;
		} else if (!json_skip(r, t)) {
			return false;
		}
	}
	return t == JSON_OBJECT_END;
}

/* A subagent or a workflow is work of the turn. A shell or a monitor goes on beside it, a teammate
 * only waits. */
static void count_task(struct event_tasks *tasks, const struct hook_task *task)
{
	bool runs = task->status.size == 0 || str_equal(task->status, STR("running")) ||
		    str_equal(task->status, STR("pending"));
	bool works = task->type.size == 0 || str_contains(task->type, STR("agent")) ||
		     str_contains(task->type, STR("workflow"));
	if (!runs || str_contains(task->type, STR("teammate"))) {
		return;
	}
	if (!works) {
		if (tasks->background < EVENT_TASK_AGENTS) {
			tasks->others[tasks->background] = str_hash(task->id);
		}
		tasks->background++;
	} else if (tasks->agent_count < EVENT_TASK_AGENTS) {
		tasks->agents[tasks->agent_count++] = str_hash(task->id);
	}
}

static bool read_tasks(struct json_reader *r, struct event_tasks *ret)
{
	enum json_token t;
	*ret = (struct event_tasks){0};
	while ((t = json_next(r)) != JSON_ARRAY_END) {
		struct hook_task task;
		if (t != JSON_OBJECT_BEGIN) {
			if (!json_skip(r, t)) {
				return false;
			}
			continue;
		}
		if (!read_task(r, &task)) {
			return false;
		}
		count_task(ret, &task);
	}
	return true;
}

static bool read_member(struct json_reader *r, struct hook_input *in)
{
	struct str *place = find_member(in, r->text);
	bool is_tasks = str_equal(r->text, STR("background_tasks"));
	bool *flag = str_equal(r->text, STR("is_interrupt"))       ? &in->is_interrupt
		     : str_equal(r->text, STR("stop_hook_active")) ? &in->stop_hook_active
								   : NULL;
	if (place == NULL && !is_tasks && flag == NULL) {
		return json_skip(r, JSON_NAME);
	}
	enum json_token t = json_next(r);
	if (t == JSON_STRING && place != NULL) {
		*place = r->text;
		return true;
	}
	if (t == JSON_ARRAY_BEGIN && is_tasks) {
		in->lists_tasks = true;
		return read_tasks(r, &in->tasks);
	}
	if (flag != NULL) {
		*flag = t == JSON_TRUE;
	}
	return json_skip(r, t);
}

/* NULL, or what is wrong. */
static const char *read_object(struct json_reader *r, struct hook_input *in)
{
	enum json_token t = json_next(r);
	if (t != JSON_OBJECT_BEGIN) {
		return t == JSON_ERROR ? r->error : "not a JSON object";
	}
	while ((t = json_next(r)) == JSON_NAME) {
		if (!read_member(r, in)) {
			return r->error;
		}
	}
	return t == JSON_OBJECT_END && json_next(r) == JSON_END ? NULL : r->error;
}

/* ---- the event */

static struct str either(struct str a, struct str b)
{
	return a.size > 0 ? a : b;
}

/* All hooks of a turn, its subagents' too, are of one trace: "00-TRACE-SPAN-01" (W3C Trace
 * Context). */
static struct str trace_of(struct str traceparent)
{
	enum { TRACE_AT = 3, TRACE_SIZE = 32 };
	return traceparent.size >= TRACE_AT + TRACE_SIZE
		       ? (struct str){traceparent.data + TRACE_AT, TRACE_SIZE}
		       : (struct str){0};
}

static void make_event(
	const struct hook_client *client, const struct hook_input *in, struct event *ret)
{
	struct str name = either(in->event_name, in->notify_type);
	const struct hook_row *row = client->rows, *end = client->rows + client->row_count;
	while (row < end && !str_equal(name, row->name)) {
		row++;
	}
	struct str session_id = either(in->session_id, either(in->thread_id, in->camel_session_id));
	if (row == end || session_id.size == 0) {
		return;
	}
	bool by_agent = in->agent_id.size > 0;          // it may work elsewhere, with another model
	bool has_left = row->kind == EVENT_SESSION_END; // for where it was started, maybe
	*ret = (struct event){
		.kind = row->kind,
		.source = EVENT_FROM_HOOK,
		.actor = by_agent ? EVENT_BY_AGENT : EVENT_BY_MAIN,
		.tool = client->tool,
		.tool_name = client->tool->name,
		.session_id = session_id,
		.turn_id = either(either(in->turn_id, in->notify_turn_id),
			either(in->prompt_id, trace_of(in->traceparent))),
		.agent_id = in->agent_id,
		.sequence = -1,
	};
	if (!by_agent) {
		ret->model = in->model;
	}
	if (!by_agent && !has_left) {
		ret->cwd = in->cwd;
	}
	if (row->pick != NULL) {
		row->pick(in, ret);
	}
}

bool event_hook_read(struct str tool_word, char *body, size_t size, struct event_hook *ret)
{
	struct json_reader r;
	struct hook_input in = {0};
	*ret = (struct event_hook){.event = {.kind = EVENT_NONE}};
	json_reader_init(&r, body, size, DEPTH);
	const char *problem = read_object(&r, &in);
	if (problem != NULL) {
		(void)snprintf(ret->message, sizeof(ret->message), "byte %zu: %s", json_offset(&r),
			problem);
		return false;
	}
	make_event(find_client(tool_word), &in, &ret->event);
	if (ret->event.tasks != NULL) {
		ret->tasks = in.tasks;
		ret->event.tasks = &ret->tasks;
	}
	return true;
}
