#include "session/session_spans.h"

#include <stdlib.h>

#include "base/mem.h"
#include "session/session_spans_parts.h"

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

void session_spans_destroy(struct session_spans *s)
{
	free(s);
}

/* ---- what the parts share */

uint64_t session_spans_hash(const uint64_t *parts, size_t count)
{
	return str_hash((struct str){(const char *)parts, count * sizeof(*parts)});
}

int session_spans_turn_at(const struct session_spans *s, int64_t begin_ns)
{
	const struct ledger *l = &s->w->ledger;
	int turn = l->turns > 0 ? (int)l->turns : 1;
	bool earlier = turn > 1 && l->turn.open && begin_ns < l->turn.from_ns;
	return earlier ? turn - 1 : turn;
}

void session_spans_tell(struct session_spans *s, struct session_span *span, int64_t begin_ns,
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
		.worked_ms = over.end_ns >= turn->from_ns ? (over.end_ns - turn->from_ns) / MS_NS
							  : -1,
	};
	turn->told = true;
	turn->goes_on = false;
	turn->end_ns = over.end_ns;
	turn->reason = over.reason;
	turn->outcome = over.outcome;
	session_spans_tell(s, &span, turn->from_ns, over.end_ns, now);
}

/* The next turn began before this one was known to be over: its user did not wait for it, or did
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

/* What became known of a turn that was handed out: it failed, or its client told its end later. */
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

static void follow_turn(struct session_spans *s, struct moment now)
{
	const struct ledger *l = &s->w->ledger;
	struct span_turn *turn = &s->turn;
	if (turn->number != (int)l->turns) {
		if (is_unfinished(turn)) {
			tell_replaced(s, now);
		}
		const uint64_t parts[] = {l->turns, (uint64_t)l->turn.from_ns};
		*turn = (struct span_turn){
			.number = (int)l->turns,
			.id = session_spans_hash(parts, ARRAY_SIZE(parts)),
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

void session_spans_complete(struct session_spans *s, enum session_reason reason,
	enum session_attention attention, struct moment now)
{
	if (s == NULL) {
		return;
	}
	follow_turn(s, now);
	if (is_unfinished(&s->turn)) {
		tell_turn(s,
			(struct span_turn){
				.end_ns = s->w->ledger.turn.end_ns,
				.reason = reason,
				.outcome = outcome_of(attention),
			},
			now);
	}
}

/* ---- the session */

void session_spans_enter(
	struct session_spans *s, const struct event *e, struct str call_name, struct moment now)
{
	if (s == NULL) {
		return;
	}
	(void)e, (void)call_name;
	follow_turn(s, now);
}

void session_spans_note_state(struct session_spans *s, struct moment now)
{
	(void)s, (void)now;
}

/* How what a session leaves open came to its end. */
static enum session_outcome outcome_at_end(enum session_reason reason)
{
	return reason == SESSION_REASON_CLOSED ? SESSION_OUTCOME_INTERRUPTED
					       : SESSION_OUTCOME_UNKNOWN;
}

void session_spans_end(struct session_spans *s, enum session_reason reason, struct moment now)
{
	if (s == NULL) {
		return;
	}
	if (is_unfinished(&s->turn)) {
		const struct ledger *l = &s->w->ledger;
		bool closed = !l->turn.open && l->turn.end_ns >= s->turn.from_ns;
		tell_turn(s,
			(struct span_turn){
				.end_ns = closed ? l->turn.end_ns : now.ns,
				.reason = reason,
				.outcome = outcome_at_end(reason),
			},
			now);
	}
}

void session_spans_absorb(struct session_spans *s, struct session_spans *child, struct moment now)
{
	(void)now;
	if (s == NULL || child == NULL) {
		return;
	}
	child->turn = (struct span_turn){.told = true};
	const struct session_span span = {
		.session = &s->w->session,
		.worked_ms = -1,
		.absorbed = &child->w->session,
	};
	s->observer->on_span(&span, s->observer->data);
}
