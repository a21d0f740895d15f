#include "session/tool_calls.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "event/assistant.h"

/* Hooks are separate processes: one overtakes another by at most this. */
static const int64_t overtaken_ns = INT64_C(200000000);

enum { CALLS_FIRST = 4 };

void tool_calls_finish(struct tool_calls *c)
{
	free(c->all);
	*c = (struct tool_calls){0};
}

uint64_t tool_calls_hash(struct str id)
{
	return id.size > 0 ? str_hash(id) : 0;
}

static void remove_call(struct tool_calls *c, struct tool_call *call)
{
	size_t after = (size_t)(c->all + c->count - call) - 1;
	memmove(call, call + 1, after * sizeof(*call));
	c->count--;
}

static struct tool_call *find_by_id(const struct tool_calls *c, uint64_t id)
{
	for (unsigned i = 0; i < c->count; i++) {
		if (id != 0 && c->all[i].id == id) {
			return &c->all[i];
		}
	}
	return NULL;
}

/* An MCP server asks under its own name: "db" while "mcp__db__query" runs. */
static bool is_named(const struct tool_call *call, struct str name)
{
	static const struct str prefix = STR_INIT("mcp__"), infix = STR_INIT("__");
	struct str own = str_from(call->name);
	if (str_equal(own, name)) {
		return true;
	}
	if (name.size == 0 || !str_starts_with(own, prefix)) {
		return false;
	}
	own = str_skip(own, prefix.size);
	return str_starts_with(own, name) && str_starts_with(str_skip(own, name.size), infix);
}

struct tool_call *tool_calls_find(const struct tool_calls *c, const struct event *e)
{
	uint64_t id = tool_calls_hash(e->call_id), agent = tool_calls_hash(e->agent_id);
	struct tool_call *found = find_by_id(c, id);
	for (unsigned i = 0; i < c->count && found == NULL; i++) {
		struct tool_call *call = &c->all[i];
		if ((id == 0 || call->id == 0) && call->agent == agent &&
			is_named(call, e->call_name)) {
			found = call;
		}
	}
	return found;
}

static struct tool_call *add_call(struct tool_calls *c, const struct event *e)
{
	if (c->count == TOOL_CALLS_MAX) {
		return NULL;
	}
	if (c->count == c->capacity) {
		c->capacity = c->capacity > 0 ? c->capacity * 2 : CALLS_FIRST;
		c->all = xrealloc(c->all, c->capacity * sizeof(*c->all));
	}
	struct tool_call *call = &c->all[c->count++];
	*call = (struct tool_call){
		.id = tool_calls_hash(e->call_id),
		.agent = tool_calls_hash(e->agent_id),
		.begin_ns = e->time_ns,
		.runs_agent = e->is_agent_tool,
	};
	struct buf name = {.data = call->name,
		.capacity = sizeof(call->name) - 1,
		.max_bytes = sizeof(call->name) - 1};
	struct str shown = e->call_name;
	if (shown.size > name.max_bytes) {
		shown.size = name.max_bytes;
	}
	utf8_append_name(&name, shown);
	call->name[name.size] = '\0';
	return call;
}

void tool_calls_begin(struct tool_calls *c, const struct event *e)
{
	if (find_by_id(c, tool_calls_hash(e->call_id)) != NULL) {
		return;
	}
	struct tool_call *asked = tool_calls_find(
		c, &(struct event){.agent_id = e->agent_id, .call_name = e->call_name});
	if (asked != NULL && asked->only_asks && !e->assistant->asks_before_tools &&
		e->time_ns - asked->asked_ns < overtaken_ns) {
		asked->id = tool_calls_hash(e->call_id); // its request came first
		asked->only_asks = false;
		return;
	}
	if (asked != NULL && asked->only_asks) {
		remove_call(c, asked);
	}
	struct tool_call *call = add_call(c, e);
	if (call != NULL && e->attention != EVENT_ATTENTION_NONE) {
		call->attention = e->attention;
		call->asked_ns = e->time_ns;
		call->by_name = true;
	}
}

bool tool_calls_end(struct tool_calls *c, const struct event *e)
{
	struct tool_call *call = tool_calls_find(c, e);
	if (call == NULL) {
		return false;
	}
	remove_call(c, call);
	return true;
}

void tool_calls_end_actor(struct tool_calls *c, uint64_t agent)
{
	for (unsigned i = c->count; i > 0; i--) {
		if (c->all[i - 1].agent == agent) {
			remove_call(c, &c->all[i - 1]);
		}
	}
}

void tool_calls_end_silent(struct tool_calls *c)
{
	for (unsigned i = c->count; i > 0; i--) {
		if (c->all[i - 1].agent == 0 || c->all[i - 1].attention == EVENT_ATTENTION_NONE) {
			remove_call(c, &c->all[i - 1]);
		}
	}
}

/* ---- requests */

static void set_attention(struct tool_call *call, const struct event *e)
{
	bool always, question = event_tool_is_question(str_from(call->name), &always);
	call->attention = e->is_vague && question ? EVENT_ATTENTION_QUESTION : e->attention;
	call->asked_ns = e->time_ns;
	call->by_name = false;
	call->guessed = e->call_id.size == 0;
}

/* The last call of that tool and actor without a request; if the client uses another name for the
 * tool, the first such call of any actor. */
static struct tool_call *find_asking(const struct tool_calls *c, const struct event *e)
{
	uint64_t id = tool_calls_hash(e->call_id), agent = tool_calls_hash(e->agent_id);
	struct tool_call *found = NULL;
	for (unsigned i = 0; i < c->count; i++) {
		struct tool_call *call = &c->all[i];
		bool may_ask = !call->decided || e->attention == EVENT_ATTENTION_QUESTION;
		bool silent = may_ask && (call->attention == EVENT_ATTENTION_NONE || call->by_name);
		if (id != 0 && call->id == id) {
			return call;
		}
		if (!silent || id != 0) {
			continue;
		}
		bool named = e->call_name.size > 0 && is_named(call, e->call_name);
		if (!e->is_vague) {
			found = named && call->agent == agent ? call : found;
		} else if (named) {
			return call;
		} else if (!call->runs_agent && (found == NULL || !e->assistant->asks_per_call)) {
			found = call;
		}
	}
	return found;
}

/* The same request again, for a known call. */
static bool is_asked_already(const struct tool_calls *c, const struct event *e)
{
	uint64_t agent = tool_calls_hash(e->agent_id);
	for (unsigned i = 0; i < c->count; i++) {
		const struct tool_call *call = &c->all[i];
		bool same = call->agent == agent && !call->only_asks &&
			    is_named(call, e->call_name);
		if (call->attention != EVENT_ATTENTION_NONE && (e->is_vague || same)) {
			return true;
		}
	}
	return false;
}

/* A request without a known call. */
static void ask_alone(struct tool_calls *c, const struct event *e)
{
	struct tool_call *call = e->call_id.size == 0 && is_asked_already(c, e) ? NULL
										: add_call(c, e);
	if (call != NULL) {
		call->only_asks = true;
		set_attention(call, e);
	}
}

void tool_calls_ask(struct tool_calls *c, const struct event *e)
{
	struct tool_call *call = find_asking(c, e);
	if (e->is_vague && tool_calls_asking(c) != NULL) {
		bool next = e->assistant->asks_per_call && call != NULL && !call->by_name;
		if (!next) {
			for (unsigned i = 0; i < c->count; i++) {
				c->all[i].by_name = false; // now it is reported
			}
			return;
		}
	}
	if (call == NULL) {
		ask_alone(c, e);
	} else if (call->by_name && e->is_vague) {
		call->by_name = false; // already certain
	} else {
		set_attention(call, e);
	}
}

static void drop_attention(struct tool_calls *c, struct tool_call *call)
{
	if (call->only_asks) {
		remove_call(c, call);
	} else {
		call->attention = EVENT_ATTENTION_NONE;
		call->by_name = false;
	}
}

/* The request made during e, if its duration is known; else the oldest one. */
static struct tool_call *find_asked(const struct tool_calls *c, const struct event *e)
{
	static const int64_t slack_ns = 50000000;
	for (unsigned i = 0; i < c->count; i++) {
		struct tool_call *call = &c->all[i];
		bool within = e->begin_ns == 0 || (call->asked_ns >= e->begin_ns - slack_ns &&
							  call->asked_ns <= e->time_ns + slack_ns);
		if (call->attention != EVENT_ATTENTION_NONE && within) {
			return call;
		}
	}
	return NULL;
}

/* A call of the same tool and actor with a guessed request or, to receive one, without. */
static struct tool_call *find_twin(
	const struct tool_calls *c, const struct tool_call *call, bool with_attention)
{
	for (unsigned i = c->count; i > 0; i--) {
		struct tool_call *other = &c->all[i - 1];
		bool asks = other->attention != EVENT_ATTENTION_NONE && other->guessed;
		if (other != call && other->agent == call->agent && !other->decided &&
			asks == with_attention && strcmp(other->name, call->name) == 0) {
			return other;
		}
	}
	return NULL;
}

/* The settings decided on the call: the user was not asked about this one. */
static void hand_on(struct tool_calls *c, struct tool_call *call)
{
	struct tool_call *twin = find_twin(c, call, false);
	if (twin != NULL) {
		twin->attention = call->attention;
		twin->asked_ns = call->asked_ns;
		twin->guessed = true;
	}
	drop_attention(c, call);
}

bool tool_calls_answer(struct tool_calls *c, const struct event *e)
{
	bool named = e->call_id.size > 0 || e->call_name.size > 0;
	struct tool_call *call = named ? tool_calls_find(c, e) : find_asked(c, e);
	if (call == NULL) {
		return false;
	}
	bool decision = e->kind == EVENT_TOOL_BEGIN;
	call->decided = call->decided || decision;
	if (decision && e->time_ns < call->asked_ns) {
		return false; // it has asked something since
	}
	if (call->attention == EVENT_ATTENTION_NONE) {
		call = decision && e->by_user ? find_twin(c, call, true) : NULL;
	} else if (decision && !e->by_user && call->guessed) {
		hand_on(c, call);
		return true;
	}
	if (call == NULL) {
		return false;
	}
	drop_attention(c, call);
	return true;
}

bool tool_calls_go_on(struct tool_calls *c, uint64_t agent, int64_t since_ns, bool all)
{
	bool answered = false;
	for (unsigned i = c->count; i > 0; i--) {
		struct tool_call *call = &c->all[i - 1];
		if (call->agent == agent && call->attention != EVENT_ATTENTION_NONE &&
			call->asked_ns < since_ns && (all || call->only_asks)) {
			drop_attention(c, call);
			answered = true;
		}
	}
	return answered;
}

const struct tool_call *tool_calls_asking(const struct tool_calls *c)
{
	const struct tool_call *found = NULL;
	for (unsigned i = 0; i < c->count; i++) {
		const struct tool_call *call = &c->all[i];
		bool urgent = found == NULL || (found->by_name && !call->by_name) ||
			      call->attention < found->attention;
		if (call->attention != EVENT_ATTENTION_NONE && urgent) {
			found = call;
		}
	}
	return found;
}

bool tool_calls_only_wait(const struct tool_calls *c, uint64_t agent)
{
	bool waits = false;
	for (unsigned i = 0; i < c->count; i++) {
		if (c->all[i].agent == agent && c->all[i].attention == EVENT_ATTENTION_NONE) {
			return false;
		}
		waits = waits || c->all[i].agent == agent;
	}
	return waits;
}

const struct tool_call *tool_calls_last(const struct tool_calls *c)
{
	for (unsigned i = c->count; i > 0; i--) {
		if (!c->all[i - 1].only_asks) {
			return &c->all[i - 1];
		}
	}
	return NULL;
}

bool tool_calls_run_agent(const struct tool_calls *c)
{
	for (unsigned i = 0; i < c->count; i++) {
		if (c->all[i].runs_agent) {
			return true;
		}
	}
	return false;
}
