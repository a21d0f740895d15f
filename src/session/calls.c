#include "session/calls.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "event/event_tool.h"

/* Hooks are programs of their own: one overtakes another by no more than this. */
static const int64_t overtaken_ns = INT64_C(200000000);

enum { CALLS_FIRST = 4 };

void calls_finish(struct calls *c)
{
	free(c->all);
	*c = (struct calls){0};
}

uint64_t calls_hash(struct str id)
{
	return id.size > 0 ? str_hash(id) : 0;
}

static void remove_call(struct calls *c, struct call *call)
{
	size_t after = (size_t)(c->all + c->count - call) - 1;
	memmove(call, call + 1, after * sizeof(*call));
	c->count--;
}

static struct call *find_by_id(const struct calls *c, uint64_t id)
{
	for (unsigned i = 0; i < c->count; i++) {
		if (id != 0 && c->all[i].id == id) {
			return &c->all[i];
		}
	}
	return NULL;
}

/* An MCP server asks under its own name: "db" while "mcp__db__query" runs. */
static bool is_named(const struct call *call, struct str name)
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

struct call *calls_find(const struct calls *c, const struct event *e)
{
	uint64_t id = calls_hash(e->call_id), agent = calls_hash(e->agent_id);
	struct call *found = find_by_id(c, id);
	for (unsigned i = 0; i < c->count && found == NULL; i++) {
		struct call *call = &c->all[i];
		if ((id == 0 || call->id == 0) && call->agent == agent &&
			is_named(call, e->call_name)) {
			found = call;
		}
	}
	return found;
}

static struct call *add_call(struct calls *c, const struct event *e)
{
	if (c->count == CALLS_MOST) {
		return NULL;
	}
	if (c->count == c->capacity) {
		c->capacity = c->capacity > 0 ? c->capacity * 2 : CALLS_FIRST;
		c->all = xrealloc(c->all, c->capacity * sizeof(*c->all));
	}
	struct call *call = &c->all[c->count++];
	*call = (struct call){
		.id = calls_hash(e->call_id),
		.agent = calls_hash(e->agent_id),
		.begin_ns = e->time_ns,
		.runs_agent = e->is_agent_tool,
	};
	struct buf name = {.data = call->name,
		.capacity = sizeof(call->name) - 1,
		.ceiling = sizeof(call->name) - 1};
	struct str shown = e->call_name;
	if (shown.size > name.ceiling) {
		shown.size = name.ceiling;
	}
	utf8_append_name(&name, shown);
	call->name[name.size] = '\0';
	return call;
}

void calls_begin(struct calls *c, const struct event *e)
{
	if (find_by_id(c, calls_hash(e->call_id)) != NULL) {
		return;
	}
	struct call *asked = calls_find(
		c, &(struct event){.agent_id = e->agent_id, .call_name = e->call_name});
	if (asked != NULL && asked->only_asks && !e->tool->asks_before_tools &&
		e->time_ns - asked->wish_ns < overtaken_ns) {
		asked->id = calls_hash(e->call_id); // its request came first
		asked->only_asks = false;
		return;
	}
	if (asked != NULL && asked->only_asks) {
		remove_call(c, asked);
	}
	struct call *call = add_call(c, e);
	if (call != NULL && e->wish != EVENT_WISH_NONE) {
		call->wish = e->wish;
		call->wish_ns = e->time_ns;
		call->by_name = true;
	}
}

bool calls_end(struct calls *c, const struct event *e)
{
	struct call *call = calls_find(c, e);
	if (call == NULL) {
		return false;
	}
	remove_call(c, call);
	return true;
}

void calls_end_actor(struct calls *c, uint64_t agent)
{
	for (unsigned i = c->count; i > 0; i--) {
		if (c->all[i - 1].agent == agent) {
			remove_call(c, &c->all[i - 1]);
		}
	}
}

void calls_end_silent(struct calls *c)
{
	for (unsigned i = c->count; i > 0; i--) {
		if (c->all[i - 1].agent == 0 || c->all[i - 1].wish == EVENT_WISH_NONE) {
			remove_call(c, &c->all[i - 1]);
		}
	}
}

/* ---- wishes */

static void set_wish(struct call *call, const struct event *e)
{
	bool always, question = event_tool_is_question(str_from(call->name), &always);
	call->wish = e->is_vague && question ? EVENT_WISH_QUESTION : e->wish;
	call->wish_ns = e->time_ns;
	call->by_name = false;
	call->guessed = e->call_id.size == 0;
}

/* The last call of that tool and actor which wants nothing yet; of a client that names the tool by
 * another word, the first such call of anybody. */
static struct call *find_asking(const struct calls *c, const struct event *e)
{
	uint64_t id = calls_hash(e->call_id), agent = calls_hash(e->agent_id);
	struct call *found = NULL;
	for (unsigned i = 0; i < c->count; i++) {
		struct call *call = &c->all[i];
		bool may_ask = !call->decided || e->wish == EVENT_WISH_QUESTION;
		bool silent = may_ask && (call->wish == EVENT_WISH_NONE || call->by_name);
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
		} else if (!call->runs_agent && (found == NULL || !e->tool->asks_per_call)) {
			found = call;
		}
	}
	return found;
}

/* The same wish again, of a call that is known. */
static bool is_asked_already(const struct calls *c, const struct event *e)
{
	uint64_t agent = calls_hash(e->agent_id);
	for (unsigned i = 0; i < c->count; i++) {
		const struct call *call = &c->all[i];
		bool same = call->agent == agent && !call->only_asks &&
			    is_named(call, e->call_name);
		if (call->wish != EVENT_WISH_NONE && (e->is_vague || same)) {
			return true;
		}
	}
	return false;
}

/* Told without a call that we know of. */
static void ask_alone(struct calls *c, const struct event *e)
{
	struct call *call = e->call_id.size == 0 && is_asked_already(c, e) ? NULL : add_call(c, e);
	if (call != NULL) {
		call->only_asks = true;
		set_wish(call, e);
	}
}

void calls_ask(struct calls *c, const struct event *e)
{
	struct call *call = find_asking(c, e);
	if (e->is_vague && calls_wish(c) != NULL) {
		bool next = e->tool->asks_per_call && call != NULL && !call->by_name;
		if (!next) {
			for (unsigned i = 0; i < c->count; i++) {
				c->all[i].by_name = false; // now it was told
			}
			return;
		}
	}
	if (call == NULL) {
		ask_alone(c, e);
	} else if (call->by_name && e->is_vague) {
		call->by_name = false; // it knew better already
	} else {
		set_wish(call, e);
	}
}

static void drop_wish(struct calls *c, struct call *call)
{
	if (call->only_asks) {
		remove_call(c, call);
	} else {
		call->wish = EVENT_WISH_NONE;
		call->by_name = false;
	}
}

/* What was asked while e lasted, if it says how long that was; else the oldest wish. */
static struct call *find_asked(const struct calls *c, const struct event *e)
{
	static const int64_t slack_ns = 50000000;
	for (unsigned i = 0; i < c->count; i++) {
		struct call *call = &c->all[i];
		bool within = e->begin_ns == 0 || (call->wish_ns >= e->begin_ns - slack_ns &&
							  call->wish_ns <= e->time_ns + slack_ns);
		if (call->wish != EVENT_WISH_NONE && within) {
			return call;
		}
	}
	return NULL;
}

/* A call of the same tool and actor that has a guessed wish, or, for one to be handed on, none. */
static struct call *find_twin(const struct calls *c, const struct call *call, bool with_wish)
{
	for (unsigned i = c->count; i > 0; i--) {
		struct call *other = &c->all[i - 1];
		bool wishes = other->wish != EVENT_WISH_NONE && other->guessed;
		if (other != call && other->agent == call->agent && !other->decided &&
			wishes == with_wish && strcmp(other->name, call->name) == 0) {
			return other;
		}
	}
	return NULL;
}

/* Its settings decided on the call: nobody was asked about this one. */
static void hand_on(struct calls *c, struct call *call)
{
	struct call *twin = find_twin(c, call, false);
	if (twin != NULL) {
		twin->wish = call->wish;
		twin->wish_ns = call->wish_ns;
		twin->guessed = true;
	}
	drop_wish(c, call);
}

bool calls_answer(struct calls *c, const struct event *e)
{
	bool named = e->call_id.size > 0 || e->call_name.size > 0;
	struct call *call = named ? calls_find(c, e) : find_asked(c, e);
	if (call == NULL) {
		return false;
	}
	bool decision = e->kind == EVENT_TOOL_BEGIN;
	call->decided = call->decided || decision;
	if (decision && e->time_ns < call->wish_ns) {
		return false; // it asked something since
	}
	if (call->wish == EVENT_WISH_NONE) {
		call = decision && e->by_user ? find_twin(c, call, true) : NULL;
	} else if (decision && !e->by_user && call->guessed) {
		hand_on(c, call);
		return true;
	}
	if (call == NULL) {
		return false;
	}
	drop_wish(c, call);
	return true;
}

bool calls_go_on(struct calls *c, uint64_t agent, int64_t since_ns, bool all)
{
	bool answered = false;
	for (unsigned i = c->count; i > 0; i--) {
		struct call *call = &c->all[i - 1];
		if (call->agent == agent && call->wish != EVENT_WISH_NONE &&
			call->wish_ns < since_ns && (all || call->only_asks)) {
			drop_wish(c, call);
			answered = true;
		}
	}
	return answered;
}

const struct call *calls_wish(const struct calls *c)
{
	const struct call *found = NULL;
	for (unsigned i = 0; i < c->count; i++) {
		const struct call *call = &c->all[i];
		bool urgent = found == NULL || (found->by_name && !call->by_name) ||
			      call->wish < found->wish;
		if (call->wish != EVENT_WISH_NONE && urgent) {
			found = call;
		}
	}
	return found;
}

bool calls_only_wait(const struct calls *c, uint64_t agent)
{
	bool waits = false;
	for (unsigned i = 0; i < c->count; i++) {
		if (c->all[i].agent == agent && c->all[i].wish == EVENT_WISH_NONE) {
			return false;
		}
		waits = waits || c->all[i].agent == agent;
	}
	return waits;
}

const struct call *calls_last(const struct calls *c)
{
	for (unsigned i = c->count; i > 0; i--) {
		if (!c->all[i - 1].only_asks) {
			return &c->all[i - 1];
		}
	}
	return NULL;
}

bool calls_run_agent(const struct calls *c)
{
	for (unsigned i = 0; i < c->count; i++) {
		if (c->all[i].runs_agent) {
			return true;
		}
	}
	return false;
}
