/* GET /api/tasks/history: how long tasks took, by the times in their files or, failing that, by
 * observed events; and GET /api/export/tasks.csv. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/csv.h"
#include "base/instant.h"
#include "base/json_write.h"
#include "base/local_day.h"
#include "base/mem.h"
#include "base/number.h"
#include "board/board_answer.h"
#include "board/board_index.h"
#include "board/board_write.h"

enum { SLOWEST = 10 };

/* A time of the card: the file's own, or else that of an event. */
static int64_t time_of(const struct board_card *c, enum board_time time)
{
	enum board_lane lane = c->lane;
	if (time == BOARD_COMPLETED_AT && lane != BOARD_DONE && lane != BOARD_ARCHIVE) {
		return BOARD_NO_TIME;
	}
	int64_t own = c->facts->times_ms[time];
	return own != BOARD_NO_TIME ? own : c->seen_ms[time];
}

/* ---- durations */

enum measure { LEAD, WAIT, ASSIGNED, WORK, MEASURES };

static const struct {
	const char *name;
	enum board_time to, from;
} measures[MEASURES] = {
	[LEAD] = {"lead_time_s", BOARD_COMPLETED_AT, BOARD_CREATED_AT},
	[WAIT] = {"wait_s", BOARD_ASSIGNED_AT, BOARD_CREATED_AT},
	[ASSIGNED] = {"assigned_s", BOARD_COMPLETED_AT, BOARD_ASSIGNED_AT},
	[WORK] = {"work_s", BOARD_COMPLETED_AT, BOARD_STARTED_AT},
};

/* In ms; *ret_negative: the end is before the start. False: unknown. */
static bool measure_of(
	const struct board_card *c, enum measure m, int64_t *ret_ms, bool *ret_negative)
{
	int64_t to = time_of(c, measures[m].to), from = time_of(c, measures[m].from);
	bool is_known = to != BOARD_NO_TIME && from != BOARD_NO_TIME;
	*ret_negative = is_known && to < from;
	*ret_ms = to - from;
	return is_known && to >= from;
}

struct sample {
	int64_t *all_ms; // owned
	size_t count, capacity;
};

struct samples {
	struct str agent; // of one group
	size_t completed;
	struct sample of[MEASURES];
};

static void add_sample(struct sample *s, int64_t ms)
{
	s->all_ms = xgrow(s->all_ms, s->count, &s->capacity, sizeof(*s->all_ms));
	s->all_ms[s->count++] = ms;
}

static int compare_ms(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* Seconds with up to three decimals. */
static void name_seconds(struct json_writer *j, const char *name, bool is_known, int64_t ms)
{
	json_name(j, name);
	if (is_known) {
		json_billionths(j, ms * 1000000);
	} else {
		json_null(j);
	}
}

/* The nearest rank. */
static int64_t percentile(const struct sample *s, size_t percent)
{
	size_t rank = (percent * s->count + 99) / 100;
	return s->count > 0 ? s->all_ms[rank - 1] : 0;
}

static void write_sample(struct json_writer *j, const char *name, struct sample *s)
{
	bool is_any = s->count > 0;
	int64_t sum = 0, n = (int64_t)s->count;
	for (size_t i = 0; i < s->count; i++) {
		sum += s->all_ms[i];
	}
	if (s->count > 1) {
		qsort(s->all_ms, s->count, sizeof(*s->all_ms), compare_ms);
	}
	json_name(j, name);
	json_object_begin(j);
	json_name_int(j, "n", n);
	name_seconds(j, "avg", is_any, is_any ? (2 * sum + n) / (2 * n) : 0);
	name_seconds(j, "p50", is_any, percentile(s, 50));
	name_seconds(j, "p95", is_any, percentile(s, 95));
	name_seconds(j, "max", is_any, percentile(s, 100));
	json_object_end(j);
}

static void write_samples(struct json_writer *j, struct samples *s)
{
	for (size_t i = 0; i < MEASURES; i++) {
		write_sample(j, measures[i].name, &s->of[i]);
	}
}

static void samples_finish(struct samples *s)
{
	for (size_t i = 0; i < MEASURES; i++) {
		free(s->of[i].all_ms);
	}
}

/* ---- collecting the range */

struct day {
	int64_t day; // yyyymmdd
	size_t counts[BOARD_TIMES];
};

struct slow {
	const struct board_card *card;
	int64_t ms;
};

struct past {
	int64_t from_day, to_day, from_ms, to_ms; // to_ms is exclusive
	struct day *days;
	size_t day_count, day_capacity;
	struct samples all;
	struct samples *agents; // sorted by name
	size_t agent_count, agent_capacity;
	struct slow *slow;
	size_t slow_count, slow_capacity;
	size_t bad;
};

static void make_days(struct past *p)
{
	for (int64_t day = p->from_day; day <= p->to_day; day = local_day_plus(day, 1)) {
		p->days = xgrow(p->days, p->day_count, &p->day_capacity, sizeof(*p->days));
		p->days[p->day_count++] = (struct day){.day = day};
	}
}

static bool is_in(const struct past *p, int64_t ms)
{
	return ms != BOARD_NO_TIME && ms >= p->from_ms && ms < p->to_ms;
}

static void count_day(struct past *p, int64_t ms, enum board_time time)
{
	int64_t day = local_day_of(ms);
	size_t low = 0, high = p->day_count;
	while (low + 1 < high) {
		size_t middle = low + (high - low) / 2;
		*(p->days[middle].day <= day ? &low : &high) = middle;
	}
	if (p->day_count > 0) {
		p->days[low].counts[time]++;
	}
}

static struct samples *agent_of(struct past *p, struct str agent)
{
	size_t at = 0;
	while (at < p->agent_count && board_compare_texts(p->agents[at].agent, agent) < 0) {
		at++;
	}
	if (at == p->agent_count || !str_equal(p->agents[at].agent, agent)) {
		p->agents = xgrow(
			p->agents, p->agent_count, &p->agent_capacity, sizeof(*p->agents));
		memmove(p->agents + at + 1, p->agents + at,
			(p->agent_count - at) * sizeof(*p->agents));
		p->agents[at] = (struct samples){.agent = agent};
		p->agent_count++;
	}
	return &p->agents[at];
}

static void add_completed(struct past *p, const struct board_card *c)
{
	struct samples *agent = agent_of(p, board_shown_agent(board_card_path(c), c->facts));
	agent->completed++;
	p->all.completed++;
	for (size_t i = 0; i < MEASURES; i++) {
		int64_t ms;
		bool is_negative;
		if (measure_of(c, (enum measure)i, &ms, &is_negative)) {
			add_sample(&agent->of[i], ms);
			add_sample(&p->all.of[i], ms);
			if (i == LEAD) {
				p->slow = xgrow(p->slow, p->slow_count, &p->slow_capacity,
					sizeof(*p->slow));
				p->slow[p->slow_count++] = (struct slow){c, ms};
			}
		}
		p->bad += is_negative;
	}
}

static void take_card(struct past *p, const struct board_card *c)
{
	static const enum board_time counted[] = {
		BOARD_CREATED_AT, BOARD_ASSIGNED_AT, BOARD_COMPLETED_AT};
	for (size_t i = 0; i < ARRAY_SIZE(counted); i++) {
		int64_t ms = time_of(c, counted[i]);
		if (is_in(p, ms)) {
			count_day(p, ms, counted[i]);
		}
	}
	if (is_in(p, time_of(c, BOARD_COMPLETED_AT))) {
		add_completed(p, c);
	}
}

static int compare_slow(const void *a, const void *b)
{
	const struct slow *x = a, *y = b;
	if (x->ms != y->ms) {
		return x->ms < y->ms ? 1 : -1;
	}
	return board_compare_texts(board_shown_id(board_card_path(x->card), x->card->facts),
		board_shown_id(board_card_path(y->card), y->card->facts));
}

/* ---- the answer */

static void name_day(struct json_writer *j, const char *name, int64_t day)
{
	struct buf text;
	buf_init(&text, 64);
	local_day_append(&text, day);
	json_name_str(j, name, buf_str(&text));
	buf_finish(&text);
}

static void write_agents(struct json_writer *j, struct past *p)
{
	json_name(j, "by_agent");
	json_array_begin(j);
	for (size_t i = 0; i < p->agent_count; i++) {
		json_object_begin(j);
		json_name_str(j, "agent", p->agents[i].agent);
		json_name_int(j, "completed", (int64_t)p->agents[i].completed);
		write_samples(j, &p->agents[i]);
		json_object_end(j);
	}
	json_array_end(j);
}

static void write_days(struct json_writer *j, const struct past *p)
{
	json_name(j, "by_day");
	json_array_begin(j);
	for (size_t i = 0; i < p->day_count; i++) {
		const struct day *d = &p->days[i];
		json_object_begin(j);
		name_day(j, "date", d->day);
		json_name_int(j, "created", (int64_t)d->counts[BOARD_CREATED_AT]);
		json_name_int(j, "assigned", (int64_t)d->counts[BOARD_ASSIGNED_AT]);
		json_name_int(j, "completed", (int64_t)d->counts[BOARD_COMPLETED_AT]);
		json_object_end(j);
	}
	json_array_end(j);
}

static void write_slowest(struct json_writer *j, struct past *p)
{
	if (p->slow_count > 1) {
		qsort(p->slow, p->slow_count, sizeof(*p->slow), compare_slow);
	}
	json_name(j, "slowest");
	json_array_begin(j);
	for (size_t i = 0; i < min_size(p->slow_count, SLOWEST); i++) {
		const struct board_card *c = p->slow[i].card;
		struct str path = board_card_path(c);
		json_object_begin(j);
		json_name_str(j, "id", board_shown_id(path, c->facts));
		json_name_str(j, "title", board_shown_title(path, c->facts));
		json_name_str(j, "agent", board_shown_agent(path, c->facts));
		name_seconds(j, measures[LEAD].name, true, p->slow[i].ms);
		json_object_end(j);
	}
	json_array_end(j);
}

void board_answer_history(const struct board_asked *a, struct json_writer *j)
{
	struct past p = {.from_day = a->request->from_day, .to_day = a->request->to_day};
	p.from_ms = local_day_begin_ms(p.from_day);
	p.to_ms = local_day_begin_ms(local_day_plus(p.to_day, 1));
	make_days(&p);
	for (size_t i = 0; i < a->board->count; i++) {
		take_card(&p, a->board->cards[i]);
	}
	json_object_begin(j);
	name_day(j, "from", p.from_day);
	name_day(j, "to", p.to_day);
	json_name_int(j, "completed", (int64_t)p.all.completed);
	json_name_int(j, "bad_times", (int64_t)p.bad);
	write_samples(j, &p.all);
	write_agents(j, &p);
	write_days(j, &p);
	write_slowest(j, &p);
	json_object_end(j);
	for (size_t i = 0; i < p.agent_count; i++) {
		samples_finish(&p.agents[i]);
	}
	samples_finish(&p.all);
	free(p.agents);
	free(p.days);
	free(p.slow);
}

/* ---- as CSV */

static void add_cell(struct buf *out, struct str text, bool is_last)
{
	csv_append(out, text);
	buf_append_char(out, is_last ? '\n' : ',');
}

static void add_time(struct buf *out, const struct board_card *c, enum board_time time)
{
	int64_t ms = time_of(c, time);
	if (ms != BOARD_NO_TIME) {
		instant_append_utc(out, ms);
	}
	buf_append_char(out, ',');
}

static void add_lead(struct buf *out, const struct board_card *c)
{
	struct json_writer j;
	int64_t ms;
	bool is_negative;
	if (measure_of(c, LEAD, &ms, &is_negative)) {
		json_writer_init(&j, out);
		json_billionths(&j, ms * 1000000);
	}
	buf_append_char(out, ',');
}

static void add_waiting(const struct board_asked *a, struct buf *out, const struct board_card *c)
{
	struct buf ids;
	struct board_shown shown = board_shown_of(c);
	struct board_needs needs = board_needs_of(a->board, &shown);
	struct str id;
	buf_init(&ids, BOARD_MEMBER_BYTES);
	while ((id = board_needs_next(&needs)).data != NULL) {
		if (board_waits_for(a->board, &shown, id)) {
			buf_append_str(&ids, ids.size > 0 ? STR(" ") : STR(""));
			buf_append_str(&ids, id);
		}
	}
	add_cell(out, buf_str(&ids), true);
	buf_finish(&ids);
}

static void add_row(const struct board_asked *a, struct buf *out, const struct board_card *c)
{
	struct str path = board_card_path(c);
	const struct board_facts *f = c->facts;
	const struct str cells[] = {board_shown_id(path, f), board_shown_title(path, f),
		board_shown_agent(path, f), board_shown_priority(f), board_shown_status(path, f),
		str_from(board_lane_name(c->lane)), path};
	for (size_t i = 0; i < ARRAY_SIZE(cells); i++) {
		add_cell(out, cells[i], false);
	}
	for (size_t i = 0; i < BOARD_TIMES; i++) {
		add_time(out, c, (enum board_time)i);
	}
	add_lead(out, c);
	add_waiting(a, out, c);
}

void board_answer_csv(const struct board_asked *a, struct buf *out)
{
	buf_append_str(out, STR("id,title,agent,priority,status,lane,path,created_at,assigned_at,"
				"started_at,completed_at,lead_time_s,waiting_for\n"));
	for (size_t i = 0; i < a->board->count && !out->overflowed; i++) {
		const struct board_card *c = a->board->cards[i];
		enum board_lane lane = c->lane;
		if ((lane != BOARD_ARCHIVE || a->request->with_archive) &&
			board_is_asked_for(a->request, c)) {
			add_row(a, out, c);
		}
	}
}
