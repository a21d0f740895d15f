#include "session/session_spans.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "session/session_past.h"
#include "session/session_spans_parts.h"

enum { FIRST_ITEMS = 4 };

struct session_spans *session_spans_create(
	struct tracked_session *w, const struct session_observer *observer)
{
	if (observer->on_span == NULL) {
		return NULL;
	}
	struct session_spans *s = xcalloc(1, sizeof(*s));
	*s = (struct session_spans){.w = w, .observer = observer, .turn = {.told = true}};
	return s;
}

static void free_item(struct span_item *item)
{
	free(item->name);
	free(item->agent_id);
	free(item->decision);
	free(item->decided_by);
}

static void finish_items(struct span_items *items)
{
	for (unsigned i = 0; i < items->count; i++) {
		free_item(&items->all[i]);
	}
	free(items->all);
}

void session_spans_destroy(struct session_spans *s)
{
	if (s == NULL) {
		return;
	}
	finish_items(&s->calls);
	finish_items(&s->waits);
	finish_items(&s->agents);
	free(s);
}

/* ---- what the parts share */

static uint64_t hash_of(const uint64_t *parts, size_t count)
{
	return str_hash((struct str){(const char *)parts, count * sizeof(*parts)});
}

uint64_t session_spans_id(const struct session_spans *s, const uint64_t parts[4])
{
	const uint64_t all[] = {
		str_hash(str_from(s->w->session.id)), parts[0], parts[1], parts[2], parts[3]};
	return hash_of(all, ARRAY_SIZE(all));
}

uint64_t session_spans_free_id(const struct span_items *items, uint64_t id)
{
	for (unsigned i = 0; i < items->count; i++) {
		if (items->all[i].id == id) {
			const uint64_t parts[] = {id, i};
			id = hash_of(parts, ARRAY_SIZE(parts));
			i = UINT_MAX; // from the first again
		}
	}
	return id;
}

int session_spans_turn_at(const struct session_spans *s, int64_t begin_ns)
{
	const struct ledger *l = &s->w->ledger;
	int turn = l->turns > 0 ? (int)l->turns : 1;
	bool earlier = turn > 1 && l->turn.open && begin_ns < l->turn.from_ns;
	return earlier ? turn - 1 : turn;
}

int64_t session_spans_time(const struct event *e, struct moment now)
{
	return e->time_ns != 0 && e->time_ns < now.ns ? e->time_ns : now.ns;
}

void session_spans_remove(struct span_items *items, struct span_item *item)
{
	size_t after = (size_t)(items->all + items->count - item) - 1;
	free_item(item);
	memmove(item, item + 1, after * sizeof(*item));
	items->count--;
}

static struct span_item *oldest_over(const struct span_items *items)
{
	for (unsigned i = 0; i < items->count; i++) {
		if (items->all[i].end_ns != 0) {
			return &items->all[i];
		}
	}
	return NULL;
}

struct span_item *session_spans_add(struct session_spans *s, struct span_items *items,
	enum session_span_kind kind, unsigned max, struct moment now)
{
	if (items->count == max) {
		session_spans_settle(s, now);
		struct span_item *oldest = oldest_over(items);
		if (oldest == NULL) {
			oldest = &items->all[0];
			session_spans_close(s, oldest, kind, SESSION_OUTCOME_UNKNOWN, now.ns, now);
		}
		session_spans_remove(items, oldest);
	}
	if (items->count == items->capacity) {
		items->capacity = items->capacity > 0 ? items->capacity * 2 : FIRST_ITEMS;
		items->all = xrealloc(items->all, items->capacity * sizeof(*items->all));
	}
	items->all[items->count] = (struct span_item){0};
	return &items->all[items->count++];
}

void session_spans_set_text(char **text, struct str s, size_t max_bytes)
{
	struct buf b;
	if (s.size == 0 || (*text != NULL && str_equal(str_from(*text), s))) {
		return;
	}
	buf_init(&b, max_bytes * 3); // repairing may make three bytes of one
	utf8_append_name(&b, utf8_prefix(s, max_bytes));
	free(*text);
	*text = str_dup(utf8_prefix(buf_str(&b), max_bytes));
	buf_finish(&b);
}

static struct str text_of(const char *text)
{
	return text != NULL ? str_from(text) : (struct str){0};
}

/* Times are on the tracker's clock. */
static void hand_out(struct session_spans *s, struct session_span *span, int64_t begin_ns,
	int64_t end_ns, struct moment now)
{
	int64_t to_wall_ms = now.wall_ms - now.ns / MS_NS;
	end_ns = end_ns < now.ns ? end_ns : now.ns;
	begin_ns = begin_ns < end_ns ? begin_ns : end_ns;
	span->session = &s->w->session;
	span->begin_ms = begin_ns / MS_NS + to_wall_ms;
	span->end_ms = end_ns / MS_NS + to_wall_ms;
	s->observer->on_span(span, s->observer->data);
}

/* Never 0. */
static uint64_t print_of(const struct span_item *item)
{
	const uint64_t parts[] = {
		(uint64_t)item->begin_ns,
		(uint64_t)item->end_ns,
		(uint64_t)item->outcome,
		str_hash(text_of(item->name)),
		str_hash(text_of(item->agent_id)),
		str_hash(text_of(item->decision)),
		str_hash(text_of(item->decided_by)),
	};
	return hash_of(parts, ARRAY_SIZE(parts)) | 1;
}

static void tell_item(struct session_spans *s, struct span_item *item, enum session_span_kind kind,
	struct moment now)
{
	uint64_t print = print_of(item);
	if (item->print == print) {
		return;
	}
	struct session_span span = {
		.kind = kind,
		.id = item->id,
		.corrects = item->print != 0,
		.turn = item->turn,
		.actor = item->actor,
		.agent_id = text_of(item->agent_id),
		.name = text_of(item->name),
		.outcome = item->outcome,
		.worked_ms = -1,
		.decision = text_of(item->decision),
		.decided_by = text_of(item->decided_by),
	};
	if (kind == SESSION_SPAN_WAIT) {
		span.attention = item->attention == EVENT_ATTENTION_QUESTION
					 ? SESSION_ATTENTION_QUESTION
					 : SESSION_ATTENTION_PERMISSION;
	}
	item->print = print;
	hand_out(s, &span, item->begin_ns, item->end_ns, now);
}

void session_spans_tell(struct session_spans *s, struct span_item *item,
	enum session_span_kind kind, struct moment now)
{
	if (item->print != 0) {
		s->has_news = true;
	} else {
		tell_item(s, item, kind, now);
	}
}

static void correct_items(struct session_spans *s, struct span_items *items,
	enum session_span_kind kind, struct moment now)
{
	for (unsigned i = 0; i < items->count; i++) {
		if (items->all[i].print != 0) {
			tell_item(s, &items->all[i], kind, now);
		}
	}
}

void session_spans_settle(struct session_spans *s, struct moment now)
{
	if (s != NULL && s->has_news) {
		s->has_news = false;
		correct_items(s, &s->calls, SESSION_SPAN_TOOL_CALL, now);
		correct_items(s, &s->waits, SESSION_SPAN_WAIT, now);
		correct_items(s, &s->agents, SESSION_SPAN_AGENT, now);
	}
}

void session_spans_close(struct session_spans *s, struct span_item *item,
	enum session_span_kind kind, enum session_outcome outcome, int64_t end_ns,
	struct moment now)
{
	end_ns = end_ns < now.ns ? end_ns : now.ns;
	item->end_ns = end_ns > item->begin_ns ? end_ns : item->begin_ns;
	item->outcome = outcome;
	session_spans_tell(s, item, kind, now);
}

/* ---- the turn */

static void tell_turn(struct session_spans *s, struct span_turn over, struct moment now)
{
	struct span_turn *turn = &s->turn;
	struct session_span span = {
		.kind = SESSION_SPAN_TURN,
		.id = turn->id,
		.corrects = turn->told,
		.turn = turn->number,
		.outcome = over.outcome,
		.reason = over.reason,
		.worked_ms = turn->from_ns > 0 && over.end_ns >= turn->from_ns
				     ? (over.end_ns - turn->from_ns) / MS_NS
				     : -1,
	};
	turn->told = true;
	turn->goes_on = false;
	turn->end_ns = over.end_ns;
	turn->reason = over.reason;
	turn->outcome = over.outcome;
	hand_out(s, &span, turn->from_ns > 0 ? turn->from_ns : turn->seen_ns, over.end_ns, now);
}

/* The next turn began before this one was known to be over: the user did not wait for it, or did
 * not answer it. */
static void tell_replaced(struct session_spans *s, struct moment now)
{
	const struct ledger_turn *next = &s->w->ledger.turn;
	bool closed = next->end_ns >= s->turn.from_ns;
	enum session_outcome outcome = SESSION_OUTCOME_UNKNOWN;
	if (s->w->session.state == SESSION_WAITING) {
		outcome = SESSION_OUTCOME_INTERRUPTED;
	} else if (closed && next->end_told) {
		outcome = SESSION_OUTCOME_OK;
	}
	session_spans_end_calls(s, next->from_ns, SESSION_OUTCOME_UNKNOWN,
		closed ? next->end_ns : next->from_ns, now);
	tell_turn(s,
		(struct span_turn){
			.end_ns = closed ? next->end_ns : next->from_ns,
			.reason = SESSION_REASON_PROMPT,
			.outcome = outcome,
		},
		now);
}

static bool is_unfinished(const struct span_turn *turn)
{
	return !turn->told || turn->goes_on;
}

/* Later news about a reported turn: it failed, or its client reported a later end. */
static void correct_turn(struct session_spans *s, struct moment now)
{
	const struct ledger_turn *known = &s->w->ledger.turn;
	struct span_turn over = s->turn;
	if (known->failed && over.outcome == SESSION_OUTCOME_OK) {
		bool limit = known->end_attention == EVENT_ATTENTION_LIMIT;
		over.outcome = limit ? SESSION_OUTCOME_LIMIT : SESSION_OUTCOME_ERROR;
	}
	if (known->end_told && known->end_ns > over.end_ns) {
		over.end_ns = known->end_ns;
		over.reason = SESSION_REASON_TURN_END;
	}
	if (over.outcome != s->turn.outcome || over.end_ns != s->turn.end_ns) {
		tell_turn(s, over, now);
	}
}

static uint64_t turn_id(const struct session_spans *s, int number, int64_t from_ns)
{
	const uint64_t parts[4] = {(uint64_t)number, (uint64_t)from_ns};
	return session_spans_id(s, parts);
}

static void follow_turn(struct session_spans *s, struct moment now)
{
	const struct ledger *l = &s->w->ledger;
	struct span_turn *turn = &s->turn;
	if (turn->number != (int)l->turns) {
		if (is_unfinished(turn)) {
			tell_replaced(s, now);
		}
		*turn = (struct span_turn){
			.number = (int)l->turns,
			.seen_ns = now.ns,
			.id = turn_id(s, (int)l->turns, l->turn.from_ns),
		};
	}
	if (l->turns == 0) {
		return;
	}
	turn->from_ns = l->turn.from_ns;
	turn->goes_on = turn->told && (turn->goes_on || l->turn.open);
	if (turn->told && !turn->goes_on) {
		correct_turn(s, now);
	}
}

static enum session_outcome outcome_of(enum session_attention attention)
{
	static const uint8_t outcomes[SESSION_ATTENTION_COUNT] = {
		[SESSION_ATTENTION_NONE] = SESSION_OUTCOME_INTERRUPTED,
		[SESSION_ATTENTION_DONE] = SESSION_OUTCOME_OK,
		[SESSION_ATTENTION_ERROR] = SESSION_OUTCOME_ERROR,
		[SESSION_ATTENTION_LIMIT] = SESSION_OUTCOME_LIMIT,
	};
	return (enum session_outcome)outcomes[attention];
}

/* Work stopped by the user ends with the turn. For anything else that looks open, telemetry may
 * still report the end, until the session is idle or the next turn begins. */
void session_spans_complete(struct session_spans *s, enum session_reason reason,
	enum session_attention attention, struct moment now)
{
	if (s == NULL) {
		return;
	}
	int64_t end_ns = s->w->ledger.turn.end_ns;
	enum session_outcome outcome = outcome_of(attention);
	bool stopped = outcome == SESSION_OUTCOME_INTERRUPTED;
	if (stopped) {
		session_spans_end_calls(s, INT64_MAX, outcome, end_ns, now);
	}
	session_spans_follow_waits(s, SPAN_WAITS_AT_END, NULL, now);
	session_spans_follow_agents(s, NULL, stopped ? outcome : SESSION_OUTCOME_UNKNOWN, now);
	follow_turn(s, now);
	if (is_unfinished(&s->turn)) {
		const struct span_turn over = {
			.end_ns = end_ns, .reason = reason, .outcome = outcome};
		tell_turn(s, over, now);
	}
}

/* ---- the session */

void session_spans_enter(
	struct session_spans *s, const struct event *e, struct str call_name, struct moment now)
{
	if (s == NULL) {
		return;
	}
	session_spans_enter_call(s, e, call_name, now);
	session_spans_follow_waits(s, SPAN_WAITS_AFTER_EVENT, e, now);
	session_spans_follow_agents(s, e, SESSION_OUTCOME_UNKNOWN, now);
	follow_turn(s, now);
}

void session_spans_note_state(struct session_spans *s, struct moment now)
{
	if (s == NULL) {
		return;
	}
	session_spans_follow_waits(s, SPAN_WAITS_IN_STATE, NULL, now);
	if (s->w->session.state == SESSION_IDLE && !s->w->ledger.turn.open) {
		session_spans_end_calls(
			s, INT64_MAX, SESSION_OUTCOME_UNKNOWN, s->w->ledger.turn.end_ns, now);
	}
}

static void end_items(struct session_spans *s, struct span_items *items,
	enum session_span_kind kind, enum session_outcome outcome, int64_t end_ns,
	struct moment now)
{
	for (unsigned i = 0; i < items->count; i++) {
		if (items->all[i].end_ns == 0) {
			session_spans_close(s, &items->all[i], kind, outcome, end_ns, now);
		}
	}
}

static void end_turn(struct session_spans *s, enum session_reason reason,
	enum session_outcome outcome, int64_t end_ns, struct moment now)
{
	const struct ledger *l = &s->w->ledger;
	if (is_unfinished(&s->turn)) {
		bool closed = !l->turn.open && l->turn.end_ns >= s->turn.from_ns;
		const struct span_turn over = {
			.end_ns = closed ? l->turn.end_ns : end_ns,
			.reason = reason,
			.outcome = outcome,
		};
		tell_turn(s, over, now);
	}
}

/* What fell silent ends with its last sign of life. */
void session_spans_end(struct session_spans *s, enum session_reason reason, struct moment now)
{
	if (s == NULL) {
		return;
	}
	session_spans_settle(s, now);
	bool closed = reason == SESSION_REASON_CLOSED;
	enum session_outcome outcome = closed ? SESSION_OUTCOME_INTERRUPTED
					      : SESSION_OUTCOME_UNKNOWN;
	int64_t heard_ns = now.ns - (now.mono_ms - s->w->news_ms) * MS_NS;
	int64_t end_ns = closed ? now.ns : heard_ns;
	end_items(s, &s->calls, SESSION_SPAN_TOOL_CALL, outcome, end_ns, now);
	end_items(s, &s->waits, SESSION_SPAN_WAIT, outcome, end_ns, now);
	end_items(s, &s->agents, SESSION_SPAN_AGENT, outcome, end_ns, now);
	end_turn(s, reason, outcome, end_ns, now);
	finish_items(&s->waits);
	s->waits = (struct span_items){0};
}

void session_spans_absorb(struct session_spans *s, struct session_spans *child, struct moment now)
{
	if (s == NULL || child == NULL) {
		return;
	}
	uint64_t agent = tool_calls_hash(str_from(child->w->session.id));
	session_spans_settle(child, now);
	end_items(child, &child->waits, SESSION_SPAN_WAIT, SESSION_OUTCOME_UNKNOWN, now.ns, now);
	end_items(child, &child->agents, SESSION_SPAN_AGENT, SESSION_OUTCOME_UNKNOWN, now.ns, now);
	const struct session_span span = {
		.session = &s->w->session,
		.worked_ms = -1,
		.absorbed = &child->w->session,
	};
	s->observer->on_span(&span, s->observer->data);
	session_spans_take_calls(s, child, agent, now);
	session_spans_take_agent(s, child, agent, now);
	child->turn = (struct span_turn){.told = true};
}

/* ---- over a restart */

void session_spans_save(const struct session_spans *s, struct session_past_turn *turn)
{
	if (s != NULL) {
		turn->id = s->turn.id;
		turn->is_open = !s->turn.told; // one that was reported and goes on is corrected
		turn->reason = s->turn.reason;
		turn->outcome = s->turn.outcome;
	}
}

void session_spans_restore(struct session_spans *s, const struct session_past_turn *turn)
{
	if (s == NULL || turn->number == 0) {
		return;
	}
	s->turn = (struct span_turn){
		.number = turn->number,
		.id = turn->id != 0 ? turn->id : turn_id(s, turn->number, turn->begin_ns),
		.from_ns = turn->begin_ns,
		.seen_ns = turn->begin_ns,
		.told = !turn->is_open,
		.end_ns = turn->end_ns,
		.reason = turn->reason,
		.outcome = turn->outcome,
	};
}
