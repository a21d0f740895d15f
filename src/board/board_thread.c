#include "board/board_thread.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/poll_thread.h"
#include "board/board_index.h"
#include "board/board_tree.h"
#include "board/board_write.h"

enum { QUESTIONS = 64, NOTICES = 100000, LOGGED = 100 };

struct question {
	struct list link;
	struct board_request request;
	board_answered *answered;
	void *data;
	struct buf body;
	int result;
};

struct notice { // a board_notice that owns its texts
	struct list link;
	enum board_event_kind kind; // BOARD_EVENT_KINDS: only for the log
	struct buf payload;
	char *task_id, *path, *agent, *message;
	int64_t line, column, wall_ms;
	enum board_lane lane;
	bool is_error;
};

struct board_thread {
	struct board_settings settings;
	char *roots[BOARD_ROOTS]; // owned
	struct poll_thread thread;

	struct list asked, answers; // question::link; under the lock, like the next four
	struct list notices;        // notice::link
	size_t question_count, notice_count;
	struct board_report report;

	struct board_tree tree; // owned by the thread
	const char *root_names[BOARD_ROOTS];
};

/* ---- notices */

static void notice_free(struct notice *n)
{
	buf_finish(&n->payload);
	free(n->task_id);
	free(n->path);
	free(n->agent);
	free(n->message);
	free(n);
}

static bool says_error(const struct board_facts *f)
{
	return f != NULL && str_equal(f->fields[BOARD_STATUS], STR("error"));
}

static struct notice *make_notice(const struct board_event *e, struct buf *payload)
{
	struct str path = str_from(e->path);
	struct notice *n = xcalloc(1, sizeof(*n));
	n->kind = e->kind;
	n->payload = *payload;
	n->task_id = str_dup(board_shown_id(path, e->facts));
	n->path = xstrdup(e->path);
	n->agent = str_dup(board_shown_agent(path, e->facts));
	n->message = str_dup(e->kind == BOARD_EVENT_ERROR ? e->facts->message : STR(""));
	n->line = e->facts->line;
	n->column = e->facts->column;
	n->lane = board_shown_lane(path, e->facts);
	n->wall_ms = e->wall_ms;
	n->is_error = e->kind != BOARD_EVENT_DELETED &&
		      (e->facts->is_broken || (says_error(e->facts) && !says_error(e->old)));
	return n;
}

/* Queues a notice for the loop; drops it if the loop has fallen behind. */
static void add_notice(struct board_thread *t, struct notice *n)
{
	poll_thread_lock(&t->thread);
	bool has_room = t->notice_count < NOTICES;
	if (has_room) {
		list_append(&t->notices, &n->link);
		t->notice_count++;
	}
	poll_thread_unlock(&t->thread);
	if (!has_room) {
		notice_free(n);
	}
}

/* Files that were unreadable at the start raise no event; they are logged. */
static void take_first_errors(struct board_thread *t)
{
	const struct board *b = &t->tree.board;
	size_t logged = 0;
	for (size_t i = 0; i < b->count && logged < LOGGED; i++) {
		struct board_card *c = b->cards[i];
		if (c->facts->is_broken) {
			struct buf none;
			const struct board_event e = {
				.kind = BOARD_EVENT_ERROR, .path = c->path, .facts = c->facts};
			buf_init(&none, 0);
			struct notice *n = make_notice(&e, &none);
			n->kind = BOARD_EVENT_KINDS;
			add_notice(t, n);
			logged++;
		}
	}
}

/* Whether there was any. */
static bool take_notices(struct board_thread *t)
{
	struct board_event e;
	bool is_any = false;
	const struct board_writing how = {
		.board = &t->tree.board,
		.roots = t->tree.root_count > 1 ? t->root_names : NULL,
	};
	while (board_take_event(&t->tree.board, &e)) {
		struct buf payload;
		buf_init(&payload, BOARD_MEMBER_BYTES);
		if (board_write_event(&payload, &how, &e)) {
			add_notice(t, make_notice(&e, &payload));
			is_any = true;
		} else {
			buf_finish(&payload);
		}
		board_event_finish(&e);
	}
	return is_any;
}

/* ---- the published state */

static void publish(struct board_thread *t)
{
	const struct board_tree *tree = &t->tree;
	struct board_report r = {
		.is_ready = true,
		.root_count = tree->root_count,
		.counts = board_index_of(&t->tree.board)->counts,
		.files = tree->board.count,
		.ignored = tree->board.ignored_total,
		.is_truncated = tree->board.is_truncated,
		.last_change_ms = tree->board.last_change_ms,
		.bytes = tree->board.bytes,
	};
	for (size_t i = 0; i < tree->root_count; i++) {
		r.states[i] = tree->roots[i].state;
		memcpy(r.reasons[i], tree->roots[i].reason, sizeof(r.reasons[i]));
	}
	poll_thread_lock(&t->thread);
	t->report = r;
	poll_thread_unlock(&t->thread);
}

struct board_report board_thread_report(struct board_thread *t)
{
	poll_thread_lock(&t->thread);
	struct board_report r = t->report;
	poll_thread_unlock(&t->thread);
	return r;
}

/* ---- questions, on the thread */

static struct question *next_question(struct board_thread *t)
{
	struct question *q = NULL;
	poll_thread_lock(&t->thread);
	if (!list_is_empty(&t->asked) && !poll_thread_is_stopping(&t->thread)) {
		q = list_entry(t->asked.next, struct question, link);
		list_remove(&q->link);
	}
	poll_thread_unlock(&t->thread);
	return q;
}

static bool answer_questions(struct board_thread *t)
{
	enum board_state states[BOARD_ROOTS];
	const char *reasons[BOARD_ROOTS];
	bool is_any = false;
	struct question *q;
	for (size_t i = 0; i < t->tree.root_count; i++) {
		const struct board_root *r = &t->tree.roots[i];
		states[i] = r->state;
		reasons[i] = r->reason[0] != '\0' ? r->reason : NULL;
	}
	const struct board_watching watching = {t->root_names, states, reasons, t->tree.root_count};
	while ((q = next_question(t)) != NULL) {
		const struct board_asked asked = {
			&t->tree.board, &watching, &q->request, board_tree_read_whole, &t->tree};
		q->result = board_answer(&asked, &q->body);
		poll_thread_lock(&t->thread);
		list_append(&t->answers, &q->link);
		poll_thread_unlock(&t->thread);
		is_any = true;
	}
	return is_any;
}

/* ---- the thread */

static int64_t deadline(void *data)
{
	const struct board_thread *t = data;
	return board_tree_next_deadline(&t->tree);
}

static int descriptor(void *data)
{
	const struct board_thread *t = data;
	return board_tree_fd(&t->tree);
}

static void begin(void *data)
{
	struct board_thread *t = data;
	board_tree_start(&t->tree, instant_now());
	take_first_errors(t);
	publish(t);
	t->settings.wake(t->settings.data);
}

static void work(bool is_readable, void *data)
{
	struct board_thread *t = data;
	if (is_readable) {
		board_tree_read(&t->tree, instant_now());
	}
	board_tree_tick(&t->tree, instant_now());
	bool is_any = take_notices(t);
	publish(t);
	if (answer_questions(t) || is_any) {
		t->settings.wake(t->settings.data);
	}
}

/* ---- the loop's side */

void board_request_finish(struct board_request *request)
{
	free(request->id);
	free(request->path);
	free(request->agent);
	free(request->priority);
	free(request->status);
	free(request->text);
	*request = (struct board_request){0};
}

static void question_free(struct question *q)
{
	board_request_finish(&q->request);
	buf_finish(&q->body);
	free(q);
}

int board_thread_ask(struct board_thread *t, struct board_request *request, size_t max_bytes,
	board_answered *answered, void *data)
{
	poll_thread_lock(&t->thread);
	bool is_full = t->question_count >= QUESTIONS;
	poll_thread_unlock(&t->thread);
	if (is_full) {
		return -EAGAIN;
	}
	struct question *q = xcalloc(1, sizeof(*q));
	q->request = *request;
	*request = (struct board_request){0};
	q->answered = answered;
	q->data = data;
	buf_init(&q->body, max_bytes);
	poll_thread_lock(&t->thread);
	t->question_count++;
	list_append(&t->asked, &q->link);
	poll_thread_unlock(&t->thread);
	poll_thread_wake(&t->thread);
	return 0;
}

/* Takes the whole queue. */
static void take_list(struct list *from, struct list *to)
{
	list_init(to);
	while (!list_is_empty(from)) {
		struct list *link = from->next;
		list_remove(link);
		list_append(to, link);
	}
}

static void give_notices(struct board_thread *t, struct list *notices)
{
	struct notice *n, *next;
	list_for_each_safe(n, next, notices, link)
	{
		const struct board_notice notice = {
			.name = n->kind < BOARD_EVENT_KINDS ? board_event_name(n->kind) : NULL,
			.payload = buf_str(&n->payload),
			.task_id = str_from(n->task_id),
			.file_path = str_from(n->path),
			.agent = str_from(n->agent),
			.message = str_from(n->message),
			.line = n->line,
			.column = n->column,
			.lane = board_lane_name(n->lane),
			.wall_ms = n->wall_ms,
			.is_error = n->is_error,
		};
		t->settings.on_notice(&notice, t->settings.data);
		list_remove(&n->link);
		notice_free(n);
	}
}

static void give_answers(struct list *answers)
{
	struct question *q, *next;
	list_for_each_safe(q, next, answers, link)
	{
		list_remove(&q->link);
		q->answered(q->result, &q->body, q->data);
		question_free(q);
	}
}

void board_thread_dispatch(struct board_thread *t)
{
	struct list notices, answers;
	struct list *link;
	poll_thread_lock(&t->thread);
	take_list(&t->notices, &notices);
	take_list(&t->answers, &answers);
	t->notice_count = 0;
	for (link = answers.next; link != &answers; link = link->next) {
		t->question_count--;
	}
	poll_thread_unlock(&t->thread);
	give_notices(t, &notices);
	give_answers(&answers);
}

struct board_thread *board_thread_start(const struct board_settings *settings)
{
	struct board_thread *t = xcalloc(1, sizeof(*t));
	t->settings = *settings;
	t->settings.root_count = min_size(settings->root_count, BOARD_ROOTS);
	for (size_t i = 0; i < t->settings.root_count; i++) {
		t->root_names[i] = t->roots[i] = xstrdup(settings->roots[i]);
	}
	t->settings.roots = t->root_names;
	list_init(&t->asked);
	list_init(&t->answers);
	list_init(&t->notices);
	board_tree_init(&t->tree, t->settings.roots, t->settings.root_count);
	poll_thread_start(&t->thread, &(const struct poll_thread_job){
					      .name = "the task board",
					      .begin = begin,
					      .descriptor = descriptor,
					      .deadline = deadline,
					      .work = work,
					      .data = t,
				      });
	return t;
}

static void cancel_questions(struct board_thread *t)
{
	struct list asked;
	struct question *q;
	poll_thread_lock(&t->thread);
	take_list(&t->asked, &asked);
	list_for_each(q, &asked, link)
	{
		q->result = -ECANCELED;
	}
	poll_thread_unlock(&t->thread);
	give_answers(&asked);
}

void board_thread_stop(struct board_thread *t, int64_t limit_ms)
{
	if (t == NULL) {
		return;
	}
	bool has_stopped = poll_thread_stop(&t->thread, limit_ms);
	cancel_questions(t);
	if (!has_stopped) {
		return; // leaked on purpose: the thread may still wake up
	}
	board_thread_dispatch(t);
	board_tree_finish(&t->tree);
	for (size_t i = 0; i < t->settings.root_count; i++) {
		free(t->roots[i]);
	}
	free(t);
}
