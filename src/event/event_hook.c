/* The formats are those of Claude Code 2.0 to 2.1, Codex 0.169, Gemini CLI 0.61, Qwen Code 0.24 and
 * Copilot CLI 1.0. */
#include "event/event_hook.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "event/assistant.h"

/* Fills e beyond the common part; may change its kind. */
typedef void hook_pick(const struct hook_input *in, struct event *e);

struct hook_row {
	struct str name;
	enum event_kind kind;
	hook_pick *pick; // NULL: nothing beyond the common part
};

struct hook_client {
	const struct assistant *assistant;
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

/* Codex and Copilot report a subagent's task as a prompt, too. */
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
	e->call_name = in->assistant_name;
	e->is_agent_tool = event_tool_runs_agent(e->call_name);
}

/* Some tools just ask; if one needs permission first, PermissionRequest reports it. */
static void pick_tool(const struct hook_input *in, struct event *e)
{
	bool always = false;
	pick_call(in, e);
	if (event_tool_is_question(e->call_name, &always) && always) {
		e->attention = EVENT_ATTENTION_QUESTION;
	}
}

/* Stopping a subagent's tool need not end the turn. */
static void pick_failure(const struct hook_input *in, struct event *e)
{
	pick_call(in, e);
	e->failed = true;
	e->result = in->is_interrupt ? EVENT_RESULT_STOPPED : EVENT_RESULT_ERROR;
	if (in->is_interrupt && e->actor == EVENT_BY_MAIN) {
		e->kind = EVENT_TOOL_REJECT;
		e->by_user = true;
	}
}

static void pick_success(const struct hook_input *in, struct event *e)
{
	pick_call(in, e);
	e->result = EVENT_RESULT_OK;
}

static void pick_denial(const struct hook_input *in, struct event *e)
{
	pick_call(in, e);
	e->result = EVENT_RESULT_REFUSED;
}

static void pick_permission(const struct hook_input *in, struct event *e)
{
	bool always;
	pick_call(in, e);
	bool question = event_tool_is_question(e->call_name, &always);
	e->attention = question ? EVENT_ATTENTION_QUESTION : EVENT_ATTENTION_PERMISSION;
}

static void pick_elicitation(const struct hook_input *in, struct event *e)
{
	e->call_name = in->mcp_server_name;
	e->attention = EVENT_ATTENTION_QUESTION;
}

static enum event_attention attention_of_type(struct str type)
{
	static const struct {
		struct str type;
		enum event_attention attention;
	} types[] = {
		{STR_INIT("permission_prompt"), EVENT_ATTENTION_PERMISSION},
		{STR_INIT("worker_permission_prompt"), EVENT_ATTENTION_PERMISSION},
		{STR_INIT("elicitation_dialog"), EVENT_ATTENTION_QUESTION},
		{STR_INIT("elicitation_url_dialog"), EVENT_ATTENTION_QUESTION},
		{STR_INIT("agent_needs_input"), EVENT_ATTENTION_QUESTION}, // any other dialog
		{STR_INIT("idle_prompt"), EVENT_ATTENTION_IDLE},
		{STR_INIT("ToolPermission"), EVENT_ATTENTION_PERMISSION}, // Gemini's only one
	};
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (str_equal(type, types[i].type)) {
			return types[i].attention;
		}
	}
	return EVENT_ATTENTION_NONE;
}

/* For versions that send no type. The first match counts. */
static enum event_attention attention_of_message(struct str message)
{
	static const struct {
		struct str part;
		enum event_attention attention;
	} parts[] = {
		{STR_INIT("permission"), EVENT_ATTENTION_PERMISSION},
		{STR_INIT("approval"), EVENT_ATTENTION_PERMISSION},
		{STR_INIT("approve"), EVENT_ATTENTION_PERMISSION},
		{STR_INIT("waiting for your input"), EVENT_ATTENTION_IDLE},
		{STR_INIT("your input"), EVENT_ATTENTION_QUESTION},
		{STR_INIT("question"), EVENT_ATTENTION_QUESTION},
	};
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (str_contains_nocase(message, parts[i].part)) {
			return parts[i].attention;
		}
	}
	return EVENT_ATTENTION_NONE;
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
	e->attention = typed ? attention_of_type(in->notification_type)
			     : attention_of_message(in->message);
	e->is_vague = true;
	e->call_name = tool_of_message(in->message);
	if (e->attention != EVENT_ATTENTION_NONE) {
		e->kind = EVENT_ASKS;
	}
}

static void pick_stop(const struct hook_input *in, struct event *e)
{
	e->is_top_level = e->actor == EVENT_BY_MAIN;
	e->proves_work = true;
	e->continues = in->stop_hook_active;
	if (e->actor == EVENT_BY_AGENT) {
		e->kind = EVENT_AGENT_END;
	}
}

/* The notify program runs after the hook, so it does not report a turn of its own. */
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
	e->attention = limit ? EVENT_ATTENTION_LIMIT : EVENT_ATTENTION_ERROR;
}

static void pick_interrupt(const struct hook_input *in, struct event *e)
{
	(void)in;
	e->is_top_level = true;
	e->by_user = true;
}

/* A subagent's list at its end may still include itself. */
static void pick_agent(const struct hook_input *in, struct event *e)
{
	(void)in;
	e->actor = EVENT_BY_AGENT;
	e->tasks = NULL;
	e->result = e->kind == EVENT_AGENT_END ? EVENT_RESULT_OK : EVENT_RESULT_UNTOLD;
}

/* Nobody sees a subagent's own conversation. */
static void pick_compaction(const struct hook_input *in, struct event *e)
{
	(void)in;
	if (e->actor == EVENT_BY_AGENT) {
		e->kind = EVENT_SEEN;
	}
}

static void pick_new_cwd(const struct hook_input *in, struct event *e)
{
	e->cwd = in->new_cwd;
}

/* Its directory at its end is no news. */
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
	{STR_INIT("PermissionDenied"), EVENT_TOOL_REJECT, pick_denial}, // never by the user
	{STR_INIT("Elicitation"), EVENT_ASKS, pick_elicitation},
	{STR_INIT("ElicitationResult"), EVENT_ANSWERED, pick_elicitation},
	{STR_INIT("PostToolUse"), EVENT_TOOL_END, pick_success},
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

#define CLIENT(tool_, rows_)                                                                       \
	{                                                                                          \
		.assistant = &(tool_), .rows = (rows_), .row_count = ARRAY_SIZE(rows_)             \
	}

/* A hook does not say which of Codex' programs runs it: assume the one that promises less. */
static const struct hook_client clients[] = {
	CLIENT(assistant_claude, claude_rows),
	CLIENT(assistant_codex_server, codex_rows),
	CLIENT(assistant_gemini, gemini_rows),
	CLIENT(assistant_qwen, claude_rows),
	CLIENT(assistant_copilot, claude_rows),
};

static const struct hook_client *find_client(struct str word)
{
	for (size_t i = 0; i < ARRAY_SIZE(clients); i++) {
		if (str_equal(word, clients[i].assistant->name)) {
			return &clients[i];
		}
	}
	return NULL;
}

bool event_hook_knows(struct str tool_word)
{
	return find_client(tool_word) != NULL;
}

/* ---- the event */

static struct str either(struct str a, struct str b)
{
	return a.size > 0 ? a : b;
}

/* All hooks of a turn, including its subagents', share one trace: "00-TRACE-SPAN-01" (W3C Trace
 * Context). */
static struct str trace_of(struct str traceparent)
{
	enum { TRACE_AT = 3, TRACE_SIZE = 32 };
	return traceparent.size >= TRACE_AT + TRACE_SIZE
		       ? (struct str){traceparent.data + TRACE_AT, TRACE_SIZE}
		       : (struct str){0};
}

/* A subagent or workflow is part of the turn's work. A shell or monitor runs beside it, a teammate
 * only waits. */
static void count_task(struct event_tasks *tasks, const struct hook_task *task)
{
	bool works = task->type.size == 0 || str_contains(task->type, STR("agent")) ||
		     str_contains(task->type, STR("workflow"));
	if (!hook_task_runs(task) || str_contains(task->type, STR("teammate"))) {
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

static struct event_tasks count_tasks(const struct hook_input *in)
{
	struct event_tasks tasks = {0};
	for (size_t i = 0; i < in->task_count; i++) {
		count_task(&tasks, &in->tasks[i]);
	}
	return tasks;
}

static void make_event(const struct hook_client *client, const struct hook_input *in,
	const struct event_tasks *tasks, struct event *ret)
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
		.assistant = client->assistant,
		.assistant_name = client->assistant->name,
		.session_id = session_id,
		.turn_id = either(either(in->turn_id, in->notify_turn_id),
			either(in->prompt_id, trace_of(in->traceparent))),
		.agent_id = in->agent_id,
		.agent_type = in->agent_type,
		.sequence = -1,
		.tasks = in->lists_tasks ? tasks : NULL,
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

bool event_hook_read(struct str tool_word, struct str body, struct event_hook *ret)
{
	struct hook_reader *r = &ret->reader;
	ret->event = (struct event){.kind = EVENT_NONE};
	ret->message[0] = '\0';
	hook_reader_init(r);
	(void)hook_reader_feed(r, body);
	const char *problem = hook_reader_end(r);
	if (problem != NULL) {
		(void)snprintf(ret->message, sizeof(ret->message),
			"invalid JSON at byte %" PRIu64 ": %s", r->scan.offset, problem);
		return false;
	}
	if (r->input.has_long_id) {
		(void)snprintf(ret->message, sizeof(ret->message),
			"the session id is longer than %d bytes", EVENT_ID_BYTES);
		return false;
	}
	ret->tasks = count_tasks(&r->input);
	make_event(find_client(tool_word), &r->input, &ret->tasks, &ret->event);
	return true;
}

void event_hook_finish(struct event_hook *hook)
{
	hook_reader_finish(&hook->reader);
}
