#include "event/hook_reader.h"

#include <stdlib.h>

#include "base/json_write.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "event/event.h"

enum {
	WORD_BYTES = 64,
	ID_BYTES = EVENT_ID_BYTES,
	MESSAGE_BYTES = 256,
	PATH_BYTES = 4096,
	REPAIRED = 3, // the most bytes one can become

	MEMBER_DEPTH = 1, // containers around the members of a hook, of a list of tasks, of a task
	TASKS_DEPTH = 2,
	TASK_DEPTH = 3,
};

enum member_kind {
	MEMBER_TEXT, // longer than max_bytes: cut
	MEMBER_ID,   // longer: dropped
	MEMBER_FLAG,
	MEMBER_TASKS,
};

struct hook_member {
	const char *name;
	enum member_kind kind;
	size_t max_bytes;
	size_t offset; // of a str or bool in struct hook_input or struct hook_task
};

#define MEMBER(name_, kind_, max_, field)                                                          \
	{                                                                                          \
		(name_), (kind_), (max_), offsetof(struct hook_input, field)                       \
	}
static const struct hook_member members[] = {
	MEMBER("hook_event_name", MEMBER_TEXT, WORD_BYTES, event_name),
	MEMBER("type", MEMBER_TEXT, WORD_BYTES, notify_type),
	MEMBER("session_id", MEMBER_ID, ID_BYTES, session_id),
	MEMBER("thread-id", MEMBER_ID, ID_BYTES, thread_id),
	MEMBER("sessionId", MEMBER_ID, ID_BYTES, camel_session_id), // notifications of Copilot's
	MEMBER("turn_id", MEMBER_ID, ID_BYTES, turn_id),
	MEMBER("turn-id", MEMBER_ID, ID_BYTES, notify_turn_id),
	MEMBER("prompt_id", MEMBER_ID, ID_BYTES, prompt_id),
	MEMBER("cwd", MEMBER_TEXT, PATH_BYTES, cwd),
	MEMBER("new_cwd", MEMBER_TEXT, PATH_BYTES, new_cwd),
	MEMBER("tool_name", MEMBER_TEXT, ID_BYTES, assistant_name),
	MEMBER("tool_use_id", MEMBER_ID, ID_BYTES, tool_use_id),
	MEMBER("agent_id", MEMBER_ID, ID_BYTES, agent_id),
	MEMBER("agent_type", MEMBER_TEXT, WORD_BYTES, agent_type),
	MEMBER("notification_type", MEMBER_TEXT, WORD_BYTES, notification_type),
	MEMBER("error", MEMBER_TEXT, WORD_BYTES, error),
	MEMBER("model", MEMBER_TEXT, ID_BYTES, model),
	MEMBER("message", MEMBER_TEXT, MESSAGE_BYTES, message),
	MEMBER("reason", MEMBER_TEXT, WORD_BYTES, reason),
	MEMBER("source", MEMBER_TEXT, WORD_BYTES, source),
	MEMBER("mcp_server_name", MEMBER_TEXT, ID_BYTES, mcp_server_name),
	MEMBER("traceparent", MEMBER_TEXT, WORD_BYTES, traceparent),
	MEMBER("is_interrupt", MEMBER_FLAG, 0, is_interrupt),
	MEMBER("stop_hook_active", MEMBER_FLAG, 0, stop_hook_active),
	MEMBER("background_tasks", MEMBER_TASKS, 0, lists_tasks),
};
#undef MEMBER

#define MEMBER(name_, kind_, max_, field)                                                          \
	{                                                                                          \
		(name_), (kind_), (max_), offsetof(struct hook_task, field)                        \
	}
static const struct hook_member task_members[] = {
	MEMBER("id", MEMBER_ID, ID_BYTES, id),
	MEMBER("type", MEMBER_TEXT, WORD_BYTES, type),
	MEMBER("status", MEMBER_TEXT, WORD_BYTES, status),
};
#undef MEMBER

static const struct hook_member *find_member(
	const struct hook_member *rows, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++) {
		if (str_equal(name, str_from(rows[i].name))) {
			return &rows[i];
		}
	}
	return NULL;
}

static bool is_string(const struct hook_member *m)
{
	return m->kind == MEMBER_TEXT || m->kind == MEMBER_ID;
}

static bool names_session(const struct hook_member *m)
{
	return m->offset == offsetof(struct hook_input, session_id) ||
	       m->offset == offsetof(struct hook_input, thread_id) ||
	       m->offset == offsetof(struct hook_input, camel_session_id);
}

static struct str *text_of(const struct hook_member *m, void *object)
{
	return (struct str *)(void *)((char *)object + m->offset);
}

static bool *flag_of(const struct hook_member *m, void *object)
{
	return (bool *)(void *)((char *)object + m->offset);
}

/* ---- strings */

static void free_text(struct str *s)
{
	free((void *)(uintptr_t)s->data);
	*s = (struct str){NULL, 0};
}

static void free_texts(const struct hook_member *rows, size_t count, void *object)
{
	for (size_t i = 0; i < count; i++) {
		if (is_string(&rows[i])) {
			free_text(text_of(&rows[i], object));
		}
	}
}

/* One byte more than allowed was requested, to detect longer values. False if it is an id that is
 * too long. */
static bool keep_text(const struct hook_member *m, struct str text, struct str *ret)
{
	struct buf b;
	buf_init(&b, (m->max_bytes + 1) * REPAIRED);
	utf8_append_repaired(&b, text);
	struct str repaired = buf_str(&b);
	bool fits = repaired.size <= m->max_bytes || m->kind == MEMBER_TEXT;
	if (fits) {
		repaired = utf8_prefix(repaired, m->max_bytes);
		ret->data = str_dup(repaired);
		ret->size = repaired.size;
	}
	buf_finish(&b);
	return fits;
}

/* ---- tasks */

bool hook_task_runs(const struct hook_task *t)
{
	return t->status.size == 0 || str_equal(t->status, STR("running")) ||
	       str_equal(t->status, STR("pending"));
}

static void free_task(struct hook_task *t)
{
	free_texts(task_members, ARRAY_SIZE(task_members), t);
}

static void free_tasks(struct hook_input *in)
{
	while (in->task_count > 0) {
		free_task(&in->tasks[--in->task_count]);
	}
}

/* Room for one more; NULL if there is none. */
static struct hook_task *find_slot(struct hook_input *in, bool runs)
{
	if (in->task_count < HOOK_TASKS) {
		return &in->tasks[in->task_count++];
	}
	for (size_t i = 0; runs && i < HOOK_TASKS; i++) {
		if (!hook_task_runs(&in->tasks[i])) {
			free_task(&in->tasks[i]);
			return &in->tasks[i];
		}
	}
	return NULL;
}

static void add_task(struct hook_reader *r)
{
	struct hook_task *place = find_slot(&r->input, hook_task_runs(&r->task));
	if (place != NULL) {
		*place = r->task;
		r->task = (struct hook_task){.id = {NULL, 0}};
	} else {
		free_task(&r->task);
	}
}

/* ---- tokens */

static void *object_of(struct hook_reader *r)
{
	return r->in_task ? (void *)&r->task : &r->input;
}

/* Of repeated members the last one counts. */
static void forget_value(struct hook_reader *r)
{
	if (is_string(r->member)) {
		free_text(text_of(r->member, object_of(r)));
		return;
	}
	*flag_of(r->member, object_of(r)) = false;
	if (r->member->kind == MEMBER_TASKS) {
		free_tasks(&r->input);
	}
}

static void handle_name(struct hook_reader *r, struct str name)
{
	r->member = NULL;
	if (r->scan.depth == MEMBER_DEPTH) {
		r->member = find_member(members, ARRAY_SIZE(members), name);
	} else if (r->in_task && r->scan.depth == TASK_DEPTH) {
		r->member = find_member(task_members, ARRAY_SIZE(task_members), name);
	}
	if (r->member == NULL) {
		return;
	}
	forget_value(r);
	if (is_string(r->member)) {
		r->scan.keep = r->member->max_bytes + 1;
	}
}

static void handle_begin(struct hook_reader *r, enum json_token token)
{
	bool lists = r->member != NULL && r->member->kind == MEMBER_TASKS;
	if (r->scan.depth == MEMBER_DEPTH && token != JSON_OBJECT_BEGIN) {
		r->problem = "not a JSON object";
	} else if (r->scan.depth == TASKS_DEPTH && lists && token == JSON_ARRAY_BEGIN) {
		r->in_tasks = r->input.lists_tasks = true;
	} else if (r->scan.depth == TASK_DEPTH && r->in_tasks && token == JSON_OBJECT_BEGIN) {
		r->in_task = true;
	}
	r->member = NULL;
}

static void handle_end(struct hook_reader *r)
{
	if (r->in_task && r->scan.depth < TASK_DEPTH) {
		r->in_task = false;
		add_task(r);
	}
	r->in_tasks = r->in_tasks && r->scan.depth >= TASKS_DEPTH;
}

static void handle_scalar(struct hook_reader *r, enum json_token token, struct str text)
{
	const struct hook_member *m = r->member;
	r->member = NULL;
	if (r->scan.depth == 0) {
		r->problem = "not a JSON object";
	} else if (m != NULL && is_string(m) && token == JSON_STRING) {
		bool fits = keep_text(m, text, text_of(m, object_of(r)));
		r->input.has_long_id = r->input.has_long_id || (!fits && names_session(m));
	} else if (m != NULL && m->kind == MEMBER_FLAG) {
		*flag_of(m, object_of(r)) = token == JSON_TRUE;
	}
}

static void on_token(enum json_token token, struct str text, void *data)
{
	struct hook_reader *r = data;
	switch (token) {
	case JSON_NAME: handle_name(r, text); break;
	case JSON_OBJECT_BEGIN:
	case JSON_ARRAY_BEGIN: handle_begin(r, token); break;
	case JSON_OBJECT_END:
	case JSON_ARRAY_END: handle_end(r); break;
	default: handle_scalar(r, token, text); break;
	}
}

/* ---- the whole */

void hook_reader_init(struct hook_reader *r)
{
	*r = (struct hook_reader){.problem = NULL};
	json_scan_init(&r->scan, JSON_MAX_DEPTH, PATH_BYTES + 1, on_token, r);
}

void hook_reader_finish(struct hook_reader *r)
{
	free_texts(members, ARRAY_SIZE(members), &r->input);
	free_tasks(&r->input);
	free_task(&r->task);
	json_scan_finish(&r->scan);
}

bool hook_reader_feed(struct hook_reader *r, struct str piece)
{
	return json_scan_feed(&r->scan, piece) && r->problem == NULL;
}

bool hook_reader_is_whole(const struct hook_reader *r)
{
	return json_scan_is_whole(&r->scan) && r->problem == NULL;
}

const char *hook_reader_end(struct hook_reader *r)
{
	bool good = json_scan_end(&r->scan);
	return r->problem != NULL ? r->problem : good ? NULL : r->scan.error;
}

/* ---- writing */

static void write_members(
	const struct hook_member *rows, size_t count, const void *object, struct json_writer *w)
{
	for (size_t i = 0; i < count; i++) {
		const void *at = (const char *)object + rows[i].offset;
		const struct str *text = at;
		if (is_string(&rows[i]) && text->size > 0) {
			json_name_str(w, rows[i].name, *text);
		} else if (rows[i].kind == MEMBER_FLAG && *(const bool *)at) {
			json_name_bool(w, rows[i].name, true);
		}
	}
}

static void write_tasks(const struct hook_input *in, struct json_writer *w)
{
	json_name(w, "background_tasks");
	json_array_begin(w);
	for (size_t i = 0; i < in->task_count; i++) {
		json_object_begin(w);
		write_members(task_members, ARRAY_SIZE(task_members), &in->tasks[i], w);
		json_object_end(w);
	}
	json_array_end(w);
}

void hook_input_write(const struct hook_input *in, struct json_writer *w)
{
	json_object_begin(w);
	write_members(members, ARRAY_SIZE(members), in, w);
	if (in->lists_tasks) {
		write_tasks(in, w);
	}
	json_object_end(w);
}
