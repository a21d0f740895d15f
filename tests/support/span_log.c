#include "support/span_log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

void span_log_finish(struct span_log *l)
{
	for (size_t i = 0; i < l->count; i++) {
		free(l->entries[i].session);
	}
	free(l->entries);
	free(l->absorbed);
	*l = (struct span_log){0};
}

/* The first fault is kept, as printf() would have it. */
#define FAIL(l, session, ...)                                                                      \
	do {                                                                                       \
		char what[160];                                                                    \
		(void)snprintf(what, sizeof(what), __VA_ARGS__);                                   \
		note_fault((l), (session), what);                                                  \
	} while (0)

static void note_fault(struct span_log *l, const char *session, const char *what)
{
	if (l->wrong[0] == '\0') {
		(void)snprintf(l->wrong, sizeof(l->wrong), "session '%.60s': %s", session, what);
	}
}

static struct span_entry *find(
	struct span_log *l, const char *session, enum session_span_kind kind, uint64_t id)
{
	for (size_t i = 0; i < l->count; i++) {
		struct span_entry *entry = &l->entries[i];
		if (entry->kind == kind && entry->id == id &&
			strcmp(entry->session, session) == 0) {
			return entry;
		}
	}
	return NULL;
}

static void remove_entry(struct span_log *l, struct span_entry *entry)
{
	free(entry->session);
	*entry = l->entries[--l->count];
}

static void absorb(struct span_log *l, const char *parent, const char *child)
{
	for (size_t i = l->count; i > 0; i--) {
		struct span_entry *entry = &l->entries[i - 1];
		if (strcmp(entry->session, child) != 0) {
			continue;
		}
		if (entry->kind == SESSION_SPAN_TURN) {
			remove_entry(l, entry);
		} else if (find(l, parent, entry->kind, entry->id) != NULL) {
			remove_entry(l, entry); // a client with call ids that come again
		} else {
			free(entry->session);
			entry->session = xstrdup(parent);
		}
	}
}

static bool is_absorbed(const struct span_log *l, const char *session)
{
	return l->absorbed != NULL && strcmp(l->absorbed, session) == 0;
}

static void set_absorbed(struct span_log *l, const char *session)
{
	free(l->absorbed);
	l->absorbed = session != NULL ? xstrdup(session) : NULL;
}

static bool is_name(struct str s, size_t max_bytes)
{
	return s.size <= max_bytes && utf8_is_name(s);
}

static void check(
	struct span_log *l, const struct session_span *span, int64_t first_ms, int64_t now_ms)
{
	const char *id = span->session->id, *kind = session_span_kind_name(span->kind);
	bool is_turn = span->kind == SESSION_SPAN_TURN,
	     is_call = span->kind == SESSION_SPAN_TOOL_CALL;
	bool is_wait = span->kind == SESSION_SPAN_WAIT;
	if (span->begin_ms > span->end_ms || span->end_ms > now_ms || span->begin_ms < first_ms) {
		FAIL(l, id,
			"a %s from %" PRId64 " to %" PRId64 ", seen from %" PRId64 " to %" PRId64,
			kind, span->begin_ms, span->end_ms, first_ms, now_ms);
	}
	if (span->turn < 1) {
		FAIL(l, id, "a %s of turn %d", kind, span->turn);
	}
	if (!is_name(span->name, SESSION_SPAN_NAME_BYTES) ||
		!is_name(span->decision, SESSION_SPAN_WORD_BYTES) ||
		!is_name(span->decided_by, SESSION_SPAN_WORD_BYTES) ||
		!is_name(span->agent_id, 1024)) {
		FAIL(l, id, "a %s with what is no name", kind);
	}
	if (!is_call && (span->decision.size > 0 || span->decided_by.size > 0)) {
		FAIL(l, id, "a %s that was decided on", kind);
	}
	if (is_wait != (span->attention == SESSION_ATTENTION_PERMISSION ||
			       span->attention == SESSION_ATTENTION_QUESTION)) {
		FAIL(l, id, "a %s for %d", kind, (int)span->attention);
	}
	if (is_turn != (span->reason != SESSION_REASON_NONE) ||
		(!is_turn && span->worked_ms != -1)) {
		FAIL(l, id, "a %s that ended as a turn, or the other way round", kind);
	}
	if (span->outcome == SESSION_OUTCOME_LIMIT && !is_turn) {
		FAIL(l, id, "a %s at a limit", kind);
	}
}

void span_log_add(
	struct span_log *l, const struct session_span *span, int64_t first_ms, int64_t now_ms)
{
	const char *id = span->session->id;
	if (span->absorbed != NULL) {
		absorb(l, id, span->absorbed->id);
		set_absorbed(l, span->absorbed->id);
		return;
	}
	if (is_absorbed(l, id)) {
		set_absorbed(l, NULL); // it came back, as another session
	}
	check(l, span, first_ms, now_ms);
	struct span_entry *entry = find(l, id, span->kind, span->id);
	if (span->corrects != (entry != NULL)) {
		FAIL(l, id, "%s %016" PRIx64 " of turn %d is %s",
			session_span_kind_name(span->kind), span->id, span->turn,
			span->corrects ? "corrected, and unknown" : "handed out twice");
	}
	if (entry == NULL) {
		l->entries = xrealloc(l->entries, (l->count + 1) * sizeof(*l->entries));
		entry = &l->entries[l->count++];
		*entry = (struct span_entry){
			.session = xstrdup(id), .kind = span->kind, .id = span->id};
	}
	entry->turn = span->turn;
	entry->worked_ms = span->worked_ms;
	entry->outcome = span->outcome;
}

size_t span_log_count(const struct span_log *l, const char *session, enum session_span_kind kind)
{
	size_t count = 0;
	for (size_t i = 0; i < l->count; i++) {
		const struct span_entry *entry = &l->entries[i];
		count += entry->kind == kind && strcmp(entry->session, session) == 0;
	}
	return count;
}

bool span_log_has_other_turn(const struct span_log *l, const char *session, int turn, uint64_t id)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct span_entry *entry = &l->entries[i];
		if (entry->kind == SESSION_SPAN_TURN && entry->turn == turn && entry->id != id &&
			strcmp(entry->session, session) == 0) {
			return true;
		}
	}
	return false;
}

void span_log_complete(struct span_log *l, const struct session *s)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct span_entry *entry = &l->entries[i];
		if (entry->kind != SESSION_SPAN_TURN || entry->turn != s->turn ||
			strcmp(entry->session, s->id) != 0) {
			continue;
		}
		if (entry->worked_ms != s->worked_ms) {
			FAIL(l, s->id, "it worked %" PRId64 " ms, its turn %d %" PRId64 " ms",
				s->worked_ms, s->turn, entry->worked_ms);
		}
		return;
	}
	FAIL(l, s->id, "turn %d is over, and not handed out", s->turn);
}

void span_log_end(struct span_log *l, const struct session *s, int earlier)
{
	size_t turns = span_log_count(l, s->id, SESSION_SPAN_TURN);
	bool was_absorbed = is_absorbed(l, s->id);
	if (turns != (was_absorbed ? 0 : (size_t)(s->turn - earlier))) {
		FAIL(l, s->id, "%zu turns were handed out, it had %d", turns, s->turn - earlier);
	}
	if (was_absorbed) {
		set_absorbed(l, NULL);
	}
	span_log_forget(l, s->id);
}

void span_log_forget(struct span_log *l, const char *session)
{
	for (size_t i = l->count; i > 0; i--) {
		if (strcmp(l->entries[i - 1].session, session) == 0) {
			remove_entry(l, &l->entries[i - 1]);
		}
	}
}

void span_log_restart(struct span_log *l)
{
	for (size_t i = l->count; i > 0; i--) {
		if (l->entries[i - 1].kind != SESSION_SPAN_TURN) {
			remove_entry(l, &l->entries[i - 1]);
		}
	}
}
