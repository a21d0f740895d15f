#include "session/session_why.h"

#include <string.h>

#include "base/mem.h"
#include "session/session_tracker.h"
#include "session/session_verdict.h"
#include "session/tracked_session.h"

#define KIND(name) (1u << EVENT_##name)
#define MODEL_KINDS                                                                                \
	(KIND(MODEL_BEGIN) | KIND(MODEL_TEXT) | KIND(MODEL_ASKS) | KIND(MODEL_END) | KIND(PROMPT))
#define TOOL_KINDS  (KIND(TOOL_BEGIN) | KIND(TOOL_END) | KIND(TOOL_REJECT))
#define AGENT_KINDS (KIND(AGENT_BEGIN) | KIND(AGENT_END))
#define OTHER_KINDS (KIND(COMPACT_BEGIN) | KIND(COMPACT_END) | KIND(ACTIVITY))
#define ALL_KINDS   (MODEL_KINDS | TOOL_KINDS | AGENT_KINDS | OTHER_KINDS)

/* The text of each rule, its evidence, and what would change the state: first the rules of
 * session_verdict.c, then those of a session without an open turn. */
static const struct row {
	const char *rule, *text;
	unsigned kinds; // of events that are evidence for the rule
	const char *next;
	enum session_state next_state;
} rows[] = {
	{SESSION_RULE_ASKS, "It asked you something and has not been answered.",
		KIND(ASKS) | KIND(TOOL_BEGIN), "You answer.", SESSION_WORKING},
	{SESSION_RULE_STOPPED, "A tool failed, and no hook reported that: you stopped it.",
		KIND(TOOL_BEGIN) | KIND(TOOL_END), "Other work is reported.", SESSION_WORKING},
	{SESSION_RULE_REFUSED, "You refused a tool, and nothing has started since.",
		KIND(TOOL_REJECT) | KIND(TOOL_BEGIN), "Other work is reported.", SESSION_WORKING},
	{SESSION_RULE_HELD, "The end of its turn was reported, but it may go on by itself.",
		KIND(TURN_END) | AGENT_KINDS, "It goes on by itself.", SESSION_WORKING},
	{SESSION_RULE_BROKE_OFF, "Its last model call failed for good.", KIND(MODEL_END),
		"The model is asked again.", SESSION_WORKING},
	{SESSION_RULE_OPEN, "Something has started and has not ended: silence proves nothing.",
		ALL_KINDS, "The end of its turn is reported.", SESSION_COMPLETED},
	{SESSION_RULE_UNSEEN,
		"It asked for a tool, and this assistant reports tools only when they end.",
		MODEL_KINDS | TOOL_KINDS, "The end of its turn is reported.", SESSION_COMPLETED},
	{SESSION_RULE_HOOKS_GO_ON,
		"It asked for a tool, and its hooks would report a question to you.",
		MODEL_KINDS | TOOL_KINDS, "A hook reports a question, or the end of its turn.",
		SESSION_COMPLETED},
	{SESSION_RULE_HOOKS, "Its hooks report its work, and have not reported an end.", ALL_KINDS,
		"A hook reports the end of its turn.", SESSION_COMPLETED},
	{SESSION_RULE_UNKNOWN, "It was active, and reports neither starts nor ends.", ALL_KINDS,
		"Other work is reported.", SESSION_WORKING},
	{SESSION_RULE_ANSWERED, "The model answered and asked for no tool.", MODEL_KINDS,
		"Other work is reported.", SESSION_WORKING},
	{SESSION_RULE_GRANTED, "It asked for a tool that it may use without asking you.",
		MODEL_KINDS | TOOL_KINDS, "The end of its turn is reported.", SESSION_COMPLETED},
	{SESSION_RULE_ASKED,
		"It asked for a tool, and nothing was reported since: it waits for your permission.",
		MODEL_KINDS | TOOL_KINDS, "You decide.", SESSION_WORKING},
	{SESSION_RULE_UNDECIDED,
		"Its model call ended, and it does not report whether a tool may run.",
		MODEL_KINDS | TOOL_KINDS, "Other work is reported.", SESSION_WORKING},
	{SESSION_RULE_UNCLEAR, "Its model call ended, and nothing was reported since.",
		MODEL_KINDS | TOOL_KINDS, "Other work is reported.", SESSION_WORKING},
	{SESSION_RULE_EXPLICIT, "It reported the end of its turn.",
		KIND(TURN_END) | KIND(TOOL_REJECT) | KIND(ASKS), "A prompt, or other work.",
		SESSION_WORKING},
	{SESSION_RULE_CONNECTION, "Its connection ended, so nothing can follow.", ALL_KINDS,
		"A prompt, or other work.", SESSION_WORKING},
	{SESSION_RULE_REPLACED, "The next prompt came before an end was reported.", KIND(PROMPT),
		"A prompt, or other work.", SESSION_WORKING},
	{SESSION_RULE_STALLED, "Something has started, and nothing was reported for a long time.",
		ALL_KINDS, "Anything is reported.", SESSION_WORKING},
	{SESSION_RULE_KNOWN, "It is known, and nothing has been asked of it since.", 0,
		"A prompt, or other work.", SESSION_WORKING},
};

static const struct row *find_row(const char *rule)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rule != NULL && strcmp(rows[i].rule, rule) == 0) {
			return &rows[i];
		}
	}
	return NULL;
}

const char *session_why_text(const char *rule)
{
	const struct row *row = find_row(rule);
	return row != NULL ? row->text : NULL;
}

/* ---- its parts */

struct question {
	const struct tracked_session *w;
	struct moment now;
	struct session_why *why;
};

static int64_t wall_of(const struct question *q, int64_t time_ns)
{
	return time_ns != 0 ? q->now.wall_ms - (q->now.ns - time_ns) / MS_NS : 0;
}

static int64_t wall_of_mono(const struct question *q, int64_t mono_ms)
{
	return q->now.wall_ms + (mono_ms - q->now.mono_ms);
}

/* Keeps the newest. */
static void add_evidence(struct question *q, const struct session_evidence *e)
{
	struct session_why *why = q->why;
	size_t at = 0;
	while (at < why->evidence_count && why->evidence[at].at_ms >= e->at_ms) {
		at++;
	}
	if (at == SESSION_WHY_EVIDENCE) {
		return;
	}
	size_t last = why->evidence_count < SESSION_WHY_EVIDENCE ? why->evidence_count++
								 : SESSION_WHY_EVIDENCE - 1;
	memmove(&why->evidence[at + 1], &why->evidence[at], (last - at) * sizeof(*e));
	why->evidence[at] = *e;
}

static void add_open(struct question *q, const char *kind, const char *name, int64_t since_ns)
{
	struct session_why *why = q->why;
	if (why->open_count < SESSION_WHY_OPEN) {
		why->open[why->open_count++] = (struct session_open){
			kind, name, wall_of(q, since_ns)};
	}
}

static void add_next(struct question *q, const char *text, enum session_state state, int64_t at_ms)
{
	struct session_why *why = q->why;
	if (why->next_count < SESSION_WHY_NEXT) {
		why->next[why->next_count++] = (struct session_next){text, state, at_ms};
	}
}

/* Of this turn, or the last one. */
static void find_evidence(struct question *q, unsigned kinds)
{
	static const char *const sources[EVENT_SOURCE_COUNT] = {
		[EVENT_FROM_LOGS] = "logs",
		[EVENT_FROM_TRACES] = "spans",
		[EVENT_FROM_METRICS] = "metrics",
		[EVENT_FROM_HOOK] = "hook",
	};
	static const struct {
		const char *what, *text;
	} words[EVENT_KIND_COUNT] = {
		[EVENT_PROMPT] = {"prompt", "you asked it"},
		[EVENT_MODEL_BEGIN] = {"model_begin", "a model call started"},
		[EVENT_MODEL_TEXT] = {"model_text", "the model answered with text"},
		[EVENT_MODEL_ASKS] = {"model_asks", "the model asked for a tool"},
		[EVENT_MODEL_END] = {"model_end", "a model call ended"},
		[EVENT_TOOL_BEGIN] = {"tool_begin", "a tool started"},
		[EVENT_TOOL_END] = {"tool_end", "a tool ended"},
		[EVENT_TOOL_REJECT] = {"tool_reject", "a tool was refused"},
		[EVENT_AGENT_BEGIN] = {"agent_begin", "a subagent started"},
		[EVENT_AGENT_END] = {"agent_end", "a subagent returned"},
		[EVENT_TURN_END] = {"turn_end", "the end of a turn was reported"},
		[EVENT_ACTIVITY] = {"activity", "it did something"},
		[EVENT_ASKS] = {"asks", "it asked you something"},
		[EVENT_COMPACT_BEGIN] = {"compact_begin", "it began to compact the conversation"},
		[EVENT_COMPACT_END] = {"compact_end", "it has compacted the conversation"},
	};
	for (size_t i = 0; i < EVENT_KIND_COUNT; i++) {
		const struct session_heard *heard = &q->w->heard[i];
		bool is_of_turn = heard->time_ns >= q->w->ledger.turn.from_ns;
		if ((kinds >> i & 1) != 0 && heard->time_ns != 0 && is_of_turn) {
			add_evidence(
				q, &(struct session_evidence){words[i].what, words[i].text,
					   sources[heard->source], wall_of(q, heard->time_ns)});
		}
	}
}

static void find_open(struct question *q)
{
	const struct ledger *l = &q->w->ledger;
	if (l->model.open && l->turn.open) {
		add_open(q, "model", NULL, l->model.since_ns);
	}
	for (unsigned i = 0; i < l->calls.count; i++) {
		const struct tool_call *call = &l->calls.all[i];
		if (!call->only_asks) {
			add_open(q, "tool", call->name[0] != '\0' ? call->name : NULL,
				call->begin_ns);
		}
	}
	for (unsigned i = 0; i < l->agents.count; i++) {
		add_open(q, "subagent", NULL, l->agents.all[i].begin_ns);
	}
	if (l->agents.count == 0 && ledger_has_agents(l)) {
		add_open(q, "subagent", NULL, 0);
	}
	if (l->compacts) {
		add_open(q, "compaction", NULL, l->compact_ns);
	}
}

/* ---- states */

static void note_clock(struct question *q, const char *what, const char *text, const char *source)
{
	add_evidence(q, &(struct session_evidence){what, text, source, q->w->session.since_ms});
}

static void explain_open_turn(struct question *q, const struct session_settings *settings)
{
	const struct session *s = &q->w->session;
	struct session_verdict verdict = session_verdict_of(q->w, settings, q->now);
	bool is_pending = s->state == SESSION_WORKING && verdict.over;
	int64_t due_ms = wall_of_mono(q, verdict.due_ms);
	q->why->rule = verdict.rule;
	if (s->attention == SESSION_ATTENTION_STALLED) {
		q->why->rule = SESSION_RULE_STALLED;
	} else if (is_pending) {
		add_next(q, "Nothing else is reported until then.", SESSION_COMPLETED, due_ms);
	} else if (s->state == SESSION_WORKING) {
		add_next(q, "Nothing is reported until then: it counts as stalled.",
			SESSION_WORKING, due_ms);
	}
}

static void explain_rest(struct question *q)
{
	const struct tracked_session *w = q->w;
	const struct session *s = &w->session;
	q->why->rule = w->rule != NULL ? w->rule : SESSION_RULE_KNOWN;
	if (s->reason == SESSION_REASON_ACKNOWLEDGED) {
		note_clock(q, "acknowledged", "you have seen it", "user");
	} else if (s->reason == SESSION_REASON_IDLE_TIMEOUT) {
		note_clock(q, "silence", "nothing was reported after its turn", "clock");
	} else if (s->reason == SESSION_REASON_QUIET && s->state == SESSION_COMPLETED) {
		note_clock(q, "silence", "nothing else was reported", "clock");
	} else if (w->rule != NULL && strcmp(w->rule, SESSION_RULE_CONNECTION) == 0) {
		note_clock(q, "connection_end", "its connection ended", "connection");
	}
	if (s->state == SESSION_COMPLETED) {
		add_next(q, "You acknowledge it.", SESSION_IDLE, 0);
	}
}

/* What ends it in any case. */
static void find_ends(struct question *q)
{
	const struct tracked_session *w = q->w;
	bool timed = w->deadline_ms != INT64_MAX;
	if (w->session.state == SESSION_COMPLETED && timed) {
		add_next(q, "The time for news is over.", SESSION_IDLE,
			wall_of_mono(q, w->deadline_ms));
	} else if (w->session.state != SESSION_WORKING && timed) {
		add_next(q, "Nothing is heard of it until then.", SESSION_EXPIRED,
			wall_of_mono(q, w->deadline_ms));
	}
	if (w->leaves_ms != INT64_MAX) {
		add_next(q, "The end of the session was reported.", SESSION_EXPIRED,
			wall_of_mono(q, w->leaves_ms));
	}
	if (w->pid_count > 0) {
		add_next(q, "Its process ends.", SESSION_EXPIRED, 0);
	} else if (w->exporter.connection_count > 0 && w->session.assistant->connection_is_life &&
		   !w->is_forwarded) {
		add_next(q, "Its connection ends.", SESSION_EXPIRED, 0);
	}
}

void session_why_of(const struct tracked_session *w, const struct session_settings *settings,
	struct moment now, struct session_why *ret)
{
	*ret = (struct session_why){0};
	struct question q = {w, now, ret};
	if (w->session.state == SESSION_WORKING || w->session.state == SESSION_WAITING) {
		explain_open_turn(&q, settings);
	} else {
		explain_rest(&q);
	}
	const struct row *row = find_row(ret->rule);
	ret->text = row->text;
	find_evidence(&q, row->kinds);
	find_open(&q);
	if (ret->next_count < SESSION_WHY_NEXT) {
		memmove(&ret->next[1], &ret->next[0], ret->next_count * sizeof(ret->next[0]));
		ret->next[0] = (struct session_next){row->next, row->next_state, 0};
		ret->next_count++;
	}
	find_ends(&q);
}
