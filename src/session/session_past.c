#include "session/session_past.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/session_spans.h"
#include "session/tracked_session.h"

/* How long a session without a sign of life is remembered. */
static const int64_t forgotten_ms = INT64_C(24) * 3600 * 1000;

void session_past_init(struct session_past *p)
{
	*p = (struct session_past){0};
	dedup_init(&p->dedup);
}

void session_past_finish(struct session_past *p)
{
	free(p->id);
	free(p->project);
	free(p->cwd);
	free(p->model);
	session_spend_finish(&p->spend);
	dedup_finish(&p->dedup);
	session_past_init(p);
}

void session_past_add_call(struct session_past *p, const struct session_spend_call *call)
{
	session_spend_add_call(&p->spend, call);
}

static char *copy_text(const char *text)
{
	return text != NULL ? xstrdup(text) : NULL;
}

static struct session_past copy_past(const struct session_past *p)
{
	struct session_past copy = *p;
	copy.id = copy_text(p->id);
	copy.project = copy_text(p->project);
	copy.cwd = copy_text(p->cwd);
	copy.model = copy_text(p->model);
	copy.spend = session_spend_copy(&p->spend);
	copy.dedup = dedup_copy(&p->dedup);
	return copy;
}

/* ---- from one clock to another */

static int64_t move(int64_t time_ns, int64_t by_ns)
{
	return time_ns != 0 ? time_ns + by_ns : 0;
}

/* Resets everything to unknown. */
static void move_times(struct session_past *p, int64_t by_ns)
{
	p->turn.begin_ns = move(p->turn.begin_ns, by_ns);
	p->turn.end_ns = move(p->turn.end_ns, by_ns);
	p->over_ns = move(p->over_ns, by_ns);
	p->dedup.newest_ns = move(p->dedup.newest_ns, by_ns);
	for (unsigned i = 0; i < p->spend.series_count; i++) {
		struct session_series *series = &p->spend.series[i];
		series->time_ns = move(series->time_ns, by_ns);
	}
}

void session_past_of(
	const struct tracked_session *w, const struct clock *clock, struct session_past *ret)
{
	const struct session *s = &w->session;
	const struct ledger_turn *turn = &w->ledger.turn;
	struct session_past past = {
		.id = s->id,
		.project = s->project,
		.cwd = s->cwd,
		.model = s->model,
		.seen_ms = w->news_ms + clock->base_ms + clock->step_ms,
		.muted = s->muted,
		.turn =
			{
				.number = (int)w->ledger.turns,
				.is_open = turn->open,
				.end_told = turn->end_told,
				.begin_ns = turn->from_ns,
				.end_ns = turn->end_ns,
			},
		.over_ns = w->over_ns,
		.over_told = w->over_told,
		.has_usage = s->has_usage,
		.usage = s->usage,
		.spend = w->spend,
		.dedup = w->dedup,
	};
	memcpy(past.costs, s->costs, sizeof(past.costs));
	session_spans_save(w->spans, &past.turn);
	*ret = copy_past(&past);
	move_times(ret, clock->step_ms * MS_NS);
}

/* Takes over p, whose times are on the clock of w. */
static void restore(struct tracked_session *w, const struct session_past *p)
{
	struct session *s = &w->session;
	session_set_text(&s->project, p->project != NULL ? str_from(p->project) : (struct str){0});
	session_set_text(&s->cwd, p->cwd != NULL ? str_from(p->cwd) : (struct str){0});
	session_set_text(&s->model, p->model != NULL ? str_from(p->model) : (struct str){0});
	s->muted = p->muted;
	s->turn = p->turn.number;
	s->has_usage = p->has_usage;
	s->usage = p->usage;
	memcpy(s->costs, p->costs, sizeof(s->costs));
	w->ledger.turns = (unsigned)p->turn.number;
	w->ledger.turn.from_ns = p->turn.begin_ns;
	w->ledger.turn.end_ns = p->turn.end_ns;
	w->ledger.turn.end_told = p->turn.end_told && !p->turn.is_open;
	session_spend_finish(&w->spend);
	w->spend = session_spend_copy(&p->spend);
	w->spend.is_restored = true;
	dedup_finish(&w->dedup);
	w->dedup = dedup_copy(&p->dedup);
	session_spans_restore(w->spans, &p->turn);
}

/* Work reopens the turn by itself, like one that only looked over. Its end is then reported like
 * that of an open one. */
static void reopen(struct tracked_session *w, const struct session_past *p, const struct event *e)
{
	if (p->turn.is_open && e->kind == EVENT_TURN_END) {
		w->ledger.turn.open = true;
		w->ledger.turn.begin_ns = p->turn.begin_ns;
	}
}

/* ---- those that have not spoken */

static void remove_past(struct session_pasts *pasts, size_t at)
{
	session_past_finish(&pasts->all[at]);
	pasts->all[at] = pasts->all[--pasts->count];
}

void session_pasts_finish(struct session_pasts *pasts)
{
	while (pasts->count > 0) {
		remove_past(pasts, pasts->count - 1);
	}
	free(pasts->all);
	*pasts = (struct session_pasts){0};
}

static size_t find_past(const struct session_pasts *pasts, const char *id)
{
	size_t at = 0;
	while (at < pasts->count && strcmp(pasts->all[at].id, id) != 0) {
		at++;
	}
	return at;
}

static size_t oldest_past(const struct session_pasts *pasts)
{
	size_t oldest = 0;
	for (size_t i = 1; i < pasts->count; i++) {
		oldest = pasts->all[i].seen_ms < pasts->all[oldest].seen_ms ? i : oldest;
	}
	return oldest;
}

void session_pasts_add(struct session_pasts *pasts, const struct session_past *p)
{
	size_t same = find_past(pasts, p->id);
	if (same < pasts->count) {
		remove_past(pasts, same);
	} else if (pasts->count == SESSION_PASTS) {
		remove_past(pasts, oldest_past(pasts));
	}
	if (pasts->count == pasts->capacity) {
		pasts->capacity = pasts->capacity > 0 ? pasts->capacity * 2 : 8;
		pasts->all = xrealloc(pasts->all, pasts->capacity * sizeof(*pasts->all));
	}
	pasts->all[pasts->count++] = copy_past(p);
}

struct str session_pasts_find(const struct session_pasts *pasts, uint64_t id_hash)
{
	for (size_t i = 0; i < pasts->count; i++) {
		struct str id = str_from(pasts->all[i].id);
		if (str_hash(id) == id_hash) {
			return id;
		}
	}
	return (struct str){0};
}

static void forget_old(struct session_pasts *pasts, struct moment now)
{
	for (size_t i = pasts->count; i > 0; i--) {
		if (now.wall_ms - pasts->all[i - 1].seen_ms > forgotten_ms) {
			remove_past(pasts, i - 1);
		}
	}
}

void session_pasts_take(struct session_pasts *pasts, struct tracked_session *w,
	const struct event *e, struct moment now)
{
	if (pasts->count == 0) {
		return;
	}
	forget_old(pasts, now);
	size_t at = find_past(pasts, w->session.id);
	if (at < pasts->count) {
		move_times(&pasts->all[at], -clock_step_ms(now) * MS_NS);
		restore(w, &pasts->all[at]);
		reopen(w, &pasts->all[at], e);
		remove_past(pasts, at);
	}
}
