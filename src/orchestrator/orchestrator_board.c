#include "orchestrator/orchestrator_board.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_write.h"
#include "base/local_day.h"
#include "base/mem.h"
#include "board/board.h"
#include "board/board_arena.h"
#include "board/board_index.h"
#include "board/board_write.h"
#include "orchestrator/orchestrator_json.h"

struct counting {
	struct board *board;
	const struct orchestrator_board_question *q;
	struct orchestrator_task *tasks; // owned
	size_t count;
	size_t stages[ORCHESTRATOR_STAGES];
	struct board_arena_block *blocks; // of texts
};

/* ---- stages */

static bool waits(struct board *b, const struct board_card *c)
{
	struct board_shown shown = board_shown_of(c);
	struct board_needs needs = board_needs_of(b, &shown);
	struct str id;
	while ((id = board_needs_next(&needs)).data != NULL) {
		if (board_waits_for(b, &shown, id)) {
			return true;
		}
	}
	return false;
}

static enum orchestrator_stage stage_of(struct board *b, const struct board_card *c)
{
	static const struct {
		const char *status;
		enum orchestrator_stage stage;
	} rows[] = {
		{"blocked", ORCHESTRATOR_BLOCKED},
		{"error", ORCHESTRATOR_BLOCKED},
		{"assigned", ORCHESTRATOR_IN_PROGRESS},
		{"in_progress", ORCHESTRATOR_IN_PROGRESS},
	};
	struct str status = board_shown_status(board_card_path(c), c->facts);
	if (c->lane == BOARD_DONE) {
		return ORCHESTRATOR_DONE;
	}
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (str_equal(status, str_from(rows[i].status))) {
			return rows[i].stage;
		}
	}
	return waits(b, c) ? ORCHESTRATOR_PENDING : ORCHESTRATOR_READY;
}

/* ---- what is shown of a task */

/* Whether its details are on the page asked for. */
static bool is_chosen(
	const struct orchestrator_choice *choice, enum orchestrator_stage stage, size_t rank)
{
	switch (choice->form) {
	case ORCHESTRATOR_WHOLE: return rank < ORCHESTRATOR_PAGE;
	case ORCHESTRATOR_ONE_PAGE:
		return stage == choice->stage && rank >= choice->offset &&
		       rank - choice->offset < choice->limit;
	case ORCHESTRATOR_CSV: return choice->has_stage && stage == choice->stage;
	}
	return false;
}

static void take_labels(
	struct counting *k, struct orchestrator_task *t, const struct board_value *tags)
{
	t->has_labels = tags != NULL;
	if (tags == NULL) {
		return;
	}
	t->labels = board_arena_take(&k->blocks, tags->count * sizeof(struct str));
	for (size_t i = 0; i < tags->count; i++) {
		if (tags->items[i]->kind == BOARD_TEXT) {
			t->labels[t->label_count++] = board_arena_text(
				&k->blocks, "", tags->items[i]->text);
		}
	}
}

/* Looks in the keys that the board keeps as JSON. */
static void take_members(
	struct counting *k, struct orchestrator_task *t, const struct board_facts *f)
{
	struct orchestrator_document d;
	struct buf text;
	buf_init(&text, f->members.size + 2);
	buf_append_char(&text, '{');
	buf_append_str(&text, f->members);
	buf_append_char(&text, '}');
	orchestrator_document_read(&d, text.data, text.size);
	struct str milestone = orchestrator_find_text(NULL, d.top, "milestone");
	if (milestone.size > 0) {
		t->milestone = board_arena_text(&k->blocks, "", milestone);
	}
	take_labels(k, t, orchestrator_find(NULL, d.top, "tags", BOARD_LIST));
	orchestrator_document_finish(&d);
	buf_finish(&text);
}

static void add_card(struct counting *k, const struct board_card *c)
{
	struct str path = board_card_path(c), group = board_shown_group(path, c->facts);
	struct orchestrator_task *t = &k->tasks[k->count++];
	enum orchestrator_stage stage = stage_of(k->board, c);
	*t = (struct orchestrator_task){
		.id = board_shown_id(path, c->facts),
		.title = board_shown_title(path, c->facts),
		.status = board_shown_status(path, c->facts),
		.domain = group.data != NULL ? group : board_shown_agent(path, c->facts),
		.stage = stage,
	};
	if (is_chosen(&k->q->choice, stage, k->stages[stage]++)) {
		take_members(k, t, c->facts);
	}
}

/* ---- agents */

struct group {
	struct str name;
	bool works;
};

static int compare_groups(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	return board_compare_texts(x->name, y->name);
}

/* Agents with a task in progress, among those with one assigned. */
static double wip_of(struct board *b)
{
	struct group *all = xcalloc(b->count + 1, sizeof(*all));
	size_t count = 0;
	double groups = 0, working = 0;
	for (size_t i = 0; i < b->count; i++) {
		const struct board_card *c = b->cards[i];
		if (c->lane == BOARD_ASSIGNED) {
			all[count++] = (struct group){
				.name = board_shown_group(board_card_path(c), c->facts),
				.works = stage_of(b, c) == ORCHESTRATOR_IN_PROGRESS,
			};
		}
	}
	if (count > 1) {
		qsort(all, count, sizeof(*all), compare_groups);
	}
	for (size_t i = 0; i < count;) {
		struct str name = all[i].name;
		bool works = false;
		for (; i < count && str_equal(all[i].name, name); i++) {
			works |= all[i].works;
		}
		groups++;
		working += works;
	}
	free(all);
	return groups > 0 ? working / groups : NAN;
}

/* ---- the answer */

static void append_answer(const struct orchestrator_board_question *q,
	const struct orchestrator_work *work, struct buf *out)
{
	struct json_writer j;
	json_writer_init(&j, out);
	switch (q->choice.form) {
	case ORCHESTRATOR_WHOLE: orchestrator_write_work(&j, work); break;
	case ORCHESTRATOR_ONE_PAGE: orchestrator_write_page(&j, work, &q->choice); break;
	case ORCHESTRATOR_CSV: orchestrator_append_csv(out, work, &q->choice); break;
	}
}

static double completed_on(const struct board *b, int64_t day)
{
	double count = 0;
	for (size_t i = 0; i < b->count; i++) {
		const struct board_card *c = b->cards[i];
		int64_t told = c->facts->times_ms[BOARD_COMPLETED_AT];
		int64_t ms = told != BOARD_NO_TIME ? told : c->seen_ms[BOARD_COMPLETED_AT];
		bool is_done = c->lane == BOARD_DONE || c->lane == BOARD_ARCHIVE;
		count += is_done && ms != BOARD_NO_TIME && local_day_of(ms) == day;
	}
	return count;
}

static void find_tasks(struct counting *k)
{
	static const enum board_lane lanes[] = {BOARD_INBOX, BOARD_ASSIGNED, BOARD_DONE};
	k->tasks = xcalloc(k->board->count + 1, sizeof(*k->tasks));
	for (size_t l = 0; l < ARRAY_SIZE(lanes); l++) {
		for (size_t i = 0; i < k->board->count; i++) {
			if (k->board->cards[i]->lane == lanes[l]) {
				add_card(k, k->board->cards[i]);
			}
		}
	}
}

void orchestrator_ask_board(struct board *b, struct orchestrator_board_question *q, struct buf *out)
{
	struct counting k = {.board = b, .q = q};
	q->completed_today = completed_on(b, local_day_of(q->now_ms));
	if (!q->wants_work) {
		return;
	}
	find_tasks(&k);
	struct orchestrator_work work = {
		.running = q->running,
		.queue_depth = (double)(k.stages[ORCHESTRATOR_PENDING] +
					k.stages[ORCHESTRATOR_READY]),
		.last_hour = q->rates.last_hour,
		.last_5min = q->rates.last_5min,
		.wip = wip_of(b),
		.success = q->rates.success,
		.retry = q->rates.retry,
		.has_tasks = true,
		.tasks = k.tasks,
		.count = k.count,
	};
	struct buf changed;
	buf_init(&changed, ORCHESTRATOR_ERROR_BYTES);
	if (b->last_change_ms != 0) {
		instant_append_utc(&changed, b->last_change_ms);
	}
	work.updated_at = buf_str(&changed);
	for (size_t i = 0; i < ORCHESTRATOR_STAGES; i++) {
		work.stages[i] = (double)k.stages[i];
	}
	append_answer(q, &work, out);
	buf_finish(&changed);
	free(k.tasks);
	board_arena_finish(&k.blocks);
}

void orchestrator_ask_no_board(struct orchestrator_board_question *q, struct buf *out)
{
	struct orchestrator_work work = {
		.running = q->running,
		.queue_depth = NAN,
		.last_hour = NAN,
		.last_5min = NAN,
		.wip = NAN,
		.success = NAN,
		.retry = NAN,
	};
	for (size_t i = 0; i < ORCHESTRATOR_STAGES; i++) {
		work.stages[i] = NAN;
	}
	q->completed_today = NAN;
	if (q->wants_work) {
		append_answer(q, &work, out);
	}
}
