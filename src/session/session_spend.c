#include "session/session_spend.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "price/price.h"
#include "session/session_call.h"
#include "session/session_tracker.h"
#include "session/tracked_session.h"

/* Two signals of one client tell the end of a call this far apart. */
static const int64_t slack_ns = INT64_C(1000000000);

enum { FIRST_CALLS = 8 };

void session_spend_finish(struct session_spend *s)
{
	free(s->calls);
	free(s->series);
	*s = (struct session_spend){0};
}

/* With the capacity the rows would have if added one by one: a power of two. */
static void *copy_rows(const void *rows, unsigned count, unsigned first, size_t size)
{
	if (count == 0) {
		return NULL;
	}
	unsigned room = first;
	while (room < count) {
		room *= 2;
	}
	void *copy = xcalloc(room, size);
	memcpy(copy, rows, count * size);
	return copy;
}

struct session_spend session_spend_copy(const struct session_spend *s)
{
	struct session_spend copy = *s;
	copy.calls = copy_rows(s->calls, s->call_count, FIRST_CALLS, sizeof(*s->calls));
	copy.series = copy_rows(s->series, s->series_count, 1, sizeof(*s->series));
	return copy;
}

/* ---- counters */

/* By how much it has grown; all of it if the counter was reset. */
static int64_t grown(int64_t now, int64_t before, int64_t most, bool *is_absurd)
{
	int64_t by = now >= before ? now - before : now;
	*is_absurd = *is_absurd || by > most;
	return by <= most ? by : 0;
}

static bool is_at_least(const struct usage *u, const struct usage *last)
{
	for (unsigned i = 0; i < USAGE_CLASS_COUNT; i++) {
		if (u->tokens[i] < last->tokens[i]) {
			return false;
		}
	}
	return u->cost_nano_usd >= last->cost_nano_usd;
}

/* When the counter started, as sent: unlike its other times it stays the same when a clock is set.
 */
static int64_t start_of(const struct event *e)
{
	return e->stamp_ns != 0 ? e->begin_ns + (e->stamp_ns - e->time_ns) : e->begin_ns;
}

/* Some exporters move the start of a counter with each point: it is the same one if it started at
 * about the same time, has grown, and never reported the same start twice. */
static bool moves_start(const struct session_series *series, const struct event *e)
{
	static const int64_t longest_ns = INT64_C(5000000000);
	int64_t apart_ns = start_of(e) - series->start_ns;
	return !series->keeps_start && apart_ns >= 0 && apart_ns < longest_ns &&
	       is_at_least(&e->usage, &series->last);
}

static struct session_series *add_series(struct session_spend *s)
{
	if ((s->series_count & (s->series_count - 1)) == 0) { // full: 0, 1, 2, 4, 8 ...
		unsigned capacity = s->series_count == 0 ? 1 : s->series_count * 2;
		s->series = xrealloc(s->series, capacity * sizeof(*s->series));
	}
	return &s->series[s->series_count++];
}

/* The counter of e; two processes count separately, from different starts. NULL if there are too
 * many. */
static struct session_series *find_series(struct session_spend *s, const struct event *e)
{
	struct session_series *moving = NULL;
	for (unsigned i = 0; i < s->series_count; i++) {
		struct session_series *series = &s->series[i];
		if (series->id != e->series) {
			continue;
		}
		if (series->start_ns == start_of(e)) {
			series->keeps_start = true;
			return series;
		}
		moving = moves_start(series, e) ? series : moving;
	}
	if (moving != NULL) {
		return moving;
	}
	if (s->series_count == SESSION_SERIES) {
		return NULL;
	}
	struct session_series *new = add_series(s);
	*new = (struct session_series){.id = e->series, .start_ns = start_of(e)};
	return new;
}
/* What a cumulative data point adds. A falling value means that the counter was reset. */
static struct usage added_usage(
	const struct event *e, struct session_series *series, bool *is_absurd)
{
	if (series == NULL || e->time_ns < series->time_ns) {
		return (struct usage){0};
	}
	const struct usage *u = &e->usage, *last = &series->last;
	struct usage added = {.has_cost = u->has_cost};
	for (unsigned i = 0; i < USAGE_CLASS_COUNT; i++) {
		added.tokens[i] = grown(u->tokens[i], last->tokens[i], USAGE_MAX_TOKENS, is_absurd);
	}
	added.cost_nano_usd = grown(
		u->cost_nano_usd, last->cost_nano_usd, USAGE_MAX_NANO_USD, is_absurd);
	series->last = e->usage;
	series->start_ns = start_of(e);
	series->time_ns = e->time_ns;
	return added;
}

void session_spend_add_series(struct session_spend *s, const struct session_series *series)
{
	struct session_series *new = s->series_count < SESSION_SERIES ? add_series(s) : NULL;
	if (new != NULL) {
		*new = *series;
	}
}

/* ---- what was counted already */

static uint64_t hash_of(const uint64_t *parts, size_t count)
{
	return str_hash((struct str){(const char *)parts, count * sizeof(*parts)});
}

/* The hash of the client's id for it; 0: none. */
static uint64_t named_id(const struct event *e)
{
	if (!e->model_call.ended || e->request_id.size == 0) {
		return 0;
	}
	return str_hash(e->request_id) ^ (uint64_t)e->model_call.fault;
}

static uint64_t call_id(const struct event *e, uint64_t named)
{
	if (named != 0) {
		return named;
	}
	const struct usage *u = &e->usage;
	const uint64_t parts[] = {
		(uint64_t)e->stamp_ns,
		(uint64_t)e->sequence,
		e->series,
		str_hash(e->model),
		(uint64_t)u->tokens[USAGE_INPUT],
		(uint64_t)u->tokens[USAGE_OUTPUT],
		(uint64_t)u->tokens[USAGE_CACHE_READ],
		(uint64_t)u->cost_nano_usd,
		(uint64_t)e->model_call.fault,
	};
	return hash_of(parts, ARRAY_SIZE(parts));
}

static struct session_spend_call *find_call(const struct session_spend *s, uint64_t id)
{
	for (unsigned i = 0; i < s->call_count; i++) {
		if (s->calls[i].id == id) {
			return &s->calls[i];
		}
	}
	return NULL;
}

void session_spend_add_call(struct session_spend *s, const struct session_spend_call *call)
{
	unsigned count = s->call_count;
	bool full = count >= FIRST_CALLS && (count & (count - 1)) == 0;
	if (count < SESSION_SPEND_CALLS && (count == 0 || full)) {
		unsigned capacity = count == 0 ? FIRST_CALLS : count * 2;
		s->calls = xrealloc(s->calls, capacity * sizeof(*s->calls));
	}
	s->calls[s->next_call] = *call;
	s->next_call = (s->next_call + 1) % SESSION_SPEND_CALLS;
	s->call_count += count < SESSION_SPEND_CALLS ? 1 : 0;
}

/* A source is believed from its first report on. What worse ones have reported is earlier or is
 * reported again. */
static bool believe(struct session_spend *s, const struct usage *counted, enum event_source source)
{
	bool is_worse = s->has_begun ? source > s->believed
				     : s->knows_calls && source == EVENT_FROM_METRICS;
	if (is_worse) {
		return false;
	}
	if (s->has_begun && source < s->believed) {
		s->ahead = *counted;
		s->ahead_named = s->named;
		s->ahead_ns = s->newest_ns;
		s->ahead_is_steps = s->believed == EVENT_FROM_METRICS;
	}
	s->has_begun = true;
	s->believed = source;
	return true;
}

static void note_time(struct session_spend *s, const struct event *e)
{
	int64_t at_ns = e->stamp_ns != 0 ? e->stamp_ns : INT64_MAX; // it may be any
	s->newest_ns = at_ns > s->newest_ns ? at_ns : s->newest_ns;
}

/* Subtracts from *u what a worse source has counted before. is_named: it has an id, so others with
 * an id are other calls. */
static void cover(struct session_spend *s, const struct event *e, bool is_named, struct usage *u)
{
	bool is_later = e->stamp_ns > slack_ns && e->stamp_ns - slack_ns > s->ahead_ns;
	if (is_later || (usage_is_zero(&s->ahead) && usage_is_zero(&s->ahead_named))) {
		return;
	}
	struct usage unnamed = s->ahead, named = s->ahead_named;
	usage_cover(&named, &unnamed); // leaves in unnamed what is not of ahead_named
	usage_cover(u, &unnamed);
	if (!is_named) {
		usage_cover(u, &s->ahead_named);
	}
	s->ahead = s->ahead_named;
	usage_add(&s->ahead, &unnamed);
}

/* A call known by its id is reported again, by a better source. */
static void cover_known(struct session_spend *s, const struct event *e)
{
	struct usage u = e->usage, same = e->usage;
	usage_cover(&u, &s->ahead);
	usage_cover(&same, &s->ahead_named);
}

/* ---- money */

static int64_t estimate_of(
	const struct price_book *prices, const struct session_call *call, const struct event *e)
{
	struct price_quote quote;
	const struct price_query query = {
		.model = e->model,
		.speed = e->model_call.speed,
		.at_ms = call->end_ms,
		.is_sum = call->calls == 0,
		.usage = &call->usage,
	};
	return price_call(prices, &query, &quote) ? quote.nano_usd : -1;
}

static bool is_far_off(int64_t reported, int64_t estimate)
{
	int64_t off = reported > estimate ? reported - estimate : estimate - reported;
	return off > estimate / 20;
}

/* A reported cost takes precedence; then a plan that costs nothing, then the list. */
static void set_cost(
	const struct price_book *prices, const struct event *e, struct session_call *call)
{
	bool is_reported = call->usage.has_cost;
	bool costs = e->has_usage && !e->costs_apart && (!is_reported || call->calls > 0);
	call->estimate_nano_usd = costs ? estimate_of(prices, call, e) : -1;
	if (is_reported) {
		call->cost = SESSION_COST_REPORTED;
		call->is_mispriced = call->estimate_nano_usd >= 0 &&
				     is_far_off(call->usage.cost_nano_usd, call->estimate_nano_usd);
	} else if (!costs) {
		call->cost = SESSION_COST_NONE;
	} else if (e->model_call.plan == EVENT_PLAN_FREE) {
		call->cost = SESSION_COST_FREE;
		call->usage.has_cost = true;
	} else if (call->estimate_nano_usd >= 0) {
		bool is_absurd = call->estimate_nano_usd > USAGE_MAX_NANO_USD;
		call->cost = SESSION_COST_ESTIMATED;
		call->usage.cost_nano_usd = is_absurd ? 0 : call->estimate_nano_usd;
		call->usage.has_cost = true;
		call->has_absurd_usage = call->has_absurd_usage || is_absurd;
	} else {
		call->cost = SESSION_COST_UNPRICED;
	}
}

/* ---- counting */

/* The current turn, or the previous one for what ended before it began. */
static int turn_of(const struct tracked_session *w, const struct event *e)
{
	int turn = w->session.turn > 0 ? w->session.turn : 1;
	bool late = w->ledger.turn.open && e->time_ns != 0 && e->time_ns < w->ledger.turn.begin_ns;
	return late && turn > 1 ? turn - 1 : turn;
}

static struct session_call call_of(
	const struct tracked_session *w, const struct event *e, uint64_t named, struct moment now)
{
	const struct event_model_call *told = &e->model_call;
	bool is_timed = told->ended && told->is_timed && e->begin_ns > 0;
	return (struct session_call){
		.session = &w->session,
		.calls = told->ended ? 1 : 0,
		.id = call_id(e, named),
		.model = e->model,
		.actor = e->actor,
		.agent_id = e->agent_id,
		.turn = turn_of(w, e),
		.end_ms = e->stamp_ns != 0 ? e->stamp_ns / MS_NS : now.wall_ms,
		.duration_ms = is_timed && e->time_ns >= e->begin_ns
				       ? (e->time_ns - e->begin_ns) / MS_NS
				       : -1,
		.ttft_ms = told->ended ? told->ttft_ms : -1,
		.usage = e->usage,
		.has_absurd_usage = e->has_absurd_usage,
		.fault = told->fault,
		.status = told->status,
		.attempt = told->attempt,
		.plan = told->plan,
		.speed = told->speed,
	};
}

/* copy: lives as long as the call. */
static void hand_out_series(struct session_call *call, const struct session_spend *s,
	const struct session_series *series, struct moment now, struct session_series *copy)
{
	if (series != NULL) {
		*copy = *series;
		copy->time_ns += clock_step_ms(now) * MS_NS;
		call->series = copy;
		call->series_slot = (unsigned)(series - s->series);
	}
}

static void tell(const struct session_observer *observer, const struct session_call *call)
{
	if (observer->on_call != NULL) {
		observer->on_call(call, observer->data);
	}
}

/* Late telemetry of an earlier turn does not count for this one. */
static void add_to_turn(struct session *s, int turn, int64_t nano_usd)
{
	if (turn > s->spent_turn) {
		s->spent_turn = turn;
		s->spent_turn_nano_usd = 0;
	}
	if (turn == s->spent_turn && nano_usd < USAGE_MAX_SUM - s->spent_turn_nano_usd) {
		s->spent_turn_nano_usd += nano_usd;
	}
}

static void add_call(struct tracked_session *w, struct session_call *call)
{
	struct session *s = &w->session;
	struct session_sum *sum = &s->costs[call->cost];
	usage_add(&s->usage, &call->usage);
	sum->nano_usd += call->usage.cost_nano_usd;
	sum->count++;
	add_to_turn(s, call->turn, call->usage.cost_nano_usd);
	w->dirty = true;
}

/* What the better source says about a counted call: mostly its real cost. */
static void correct_call(struct tracked_session *w, struct session_spend_call *known,
	struct session_call *call, const struct session_observer *observer)
{
	struct session *s = &w->session;
	int64_t nano_usd = call->usage.cost_nano_usd - known->covered_nano_usd;
	bool is_reported = call->cost == SESSION_COST_REPORTED;
	call->usage = (struct usage){
		.cost_nano_usd = !is_reported   ? known->nano_usd
				 : nano_usd > 0 ? nano_usd
						: 0,
		.has_cost = is_reported || known->cost != SESSION_COST_UNPRICED,
	};
	call->cost = is_reported ? SESSION_COST_REPORTED : known->cost;
	call->calls = 0;
	call->corrects = true;
	call->replaced = known->cost;
	call->replaced_nano_usd = known->nano_usd;
	s->usage.cost_nano_usd -= known->nano_usd;
	add_to_turn(s, call->turn, -known->nano_usd);
	s->costs[known->cost].nano_usd -= known->nano_usd;
	s->costs[known->cost].count--;
	add_call(w, call);
	known->cost = call->cost;
	known->nano_usd = call->usage.cost_nano_usd;
	tell(observer, call);
}

/* False: it adds nothing, as all of it was counted before, or a counter has not changed. */
static bool adds_any(const struct session_call *call, bool was_nothing)
{
	return !usage_is_zero(&call->usage) || call->has_absurd_usage ||
	       (was_nothing && call->calls > 0);
}

/* A new call, or a step of a counter. */
static void count_new(struct tracked_session *w, const struct event *e, uint64_t named,
	struct session_call *call, const struct session_observer *observer)
{
	struct session_spend *s = &w->spend;
	bool was_nothing = usage_is_zero(&call->usage);
	int64_t whole_nano_usd = call->usage.cost_nano_usd;
	cover(s, e, named != 0, &call->usage);
	note_time(s, e);
	bool is_first_told = call->calls > 0 &&
			     s->ahead_is_steps; // its tokens were counted already
	bool adds = is_first_told || adds_any(call, was_nothing);
	if (adds) {
		add_call(w, call);
		tell(observer, call);
	}
	if (named != 0) {
		struct usage same = call->usage;
		usage_add(&s->named, &same);
		session_spend_add_call(
			s, &(struct session_spend_call){
				   .id = named,
				   .nano_usd = call->usage.cost_nano_usd,
				   .covered_nano_usd = whole_nano_usd - call->usage.cost_nano_usd,
				   .cost = adds ? call->cost : SESSION_COST_NONE,
				   .source = e->source,
			   });
	}
}

/* Without an id, a call is identified by everything known about it. That matters only after a
 * restart: otherwise duplicates are dropped before they get here. */
static struct session_spend_call *find_known(
	struct session_spend *s, const struct event *e, uint64_t named)
{
	bool is_known_by_id = named != 0 || s->is_restored;
	return is_known_by_id ? find_call(s, call_id(e, named)) : NULL;
}

void session_spend_count(struct tracked_session *w, const struct event *e,
	const struct price_book *prices, struct moment now, const struct session_observer *observer)
{
	struct session_spend *s = &w->spend;
	bool told = e->has_usage || e->model_call.ended;
	if (!told || !believe(s, &w->session.usage, e->source)) {
		return;
	}
	uint64_t named = named_id(e);
	struct session_spend_call *known = find_known(s, e, named);
	if (known != NULL && (known->source <= e->source || named == 0)) {
		return;
	}
	w->dirty = w->dirty || (e->has_usage && !w->session.has_usage);
	w->session.has_usage = w->session.has_usage || e->has_usage;
	struct session_call call = call_of(w, e, named, now);
	struct session_series counter;
	if (e->cumulative) {
		struct session_series *series = e->has_absurd_usage ? NULL : find_series(s, e);
		call.usage = added_usage(e, series, &call.has_absurd_usage);
		hand_out_series(&call, s, series, now, &counter);
	}
	set_cost(prices, e, &call);
	if (known == NULL) {
		count_new(w, e, named, &call, observer);
		return;
	}
	cover_known(s, e);
	known->source = e->source;
	if (known->cost != SESSION_COST_NONE) {
		correct_call(w, known, &call, observer);
	}
}

void session_spend_absorb(struct tracked_session *w, struct tracked_session *child,
	const struct session_observer *observer)
{
	struct session *s = &w->session;
	const struct session_spend *from = &child->spend;
	if (!from->has_begun) {
		return;
	}
	struct usage usage = child->session.usage, named = from->named;
	usage_add(&s->usage, &usage);
	usage_add(&w->spend.named, &named);
	for (unsigned i = 0; i < SESSION_COST_COUNT; i++) {
		const struct session_sum *more = &child->session.costs[i];
		int64_t room = USAGE_MAX_SUM - s->costs[i].nano_usd;
		s->costs[i].nano_usd += more->nano_usd < room ? more->nano_usd : room;
		s->costs[i].count += more->count;
	}
	add_to_turn(s, s->turn > 0 ? s->turn : 1, usage.cost_nano_usd);
	for (unsigned i = 0; i < from->call_count; i++) {
		session_spend_add_call(&w->spend, &from->calls[i]);
	}
	if (!w->spend.has_begun) {
		w->spend.has_begun = true;
		w->spend.believed = from->believed;
	}
	if (from->newest_ns > w->spend.newest_ns) {
		w->spend.newest_ns = from->newest_ns;
	}
	s->has_usage = s->has_usage || child->session.has_usage;
	w->dirty = true;
	const struct session_call call = {.session = s, .absorbed = &child->session};
	tell(observer, &call);
}
