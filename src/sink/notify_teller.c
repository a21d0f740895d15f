#include "sink/notify_teller.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "process/process_launch.h"
#include "process/process_view.h"
#include "sink/notify_child.h"
#include "sink/notify_line.h"
#include "sink/notify_words.h"
#include "sink/sink_clock.h"

enum { LINE_BYTES = 32 * 1024, TEXT_BYTES = 1024, PID_BYTES = 24 };

/* How long until it is looked again whether a terminal is still in view: half as long again each
 * time. */
enum { LOOK_MIN_MS = 2000, LOOK_MAX_MS = 15000 };

/* Whoever had the end of a turn in view for so long has seen it, unless they had left. */
enum { SEEN_MS = 60000, LOOK_SEEN_MS = 60000 };

/* Clients send the tokens of a turn so long after its end. */
enum { SETTLED_MS = 6000 };

/* ---- the screen */

static void send_line(struct notify_teller *t, const struct notify_command *command)
{
	if (t->child != NULL) {
		buf_clear(&t->line);
		notify_line_write(&t->line, command);
		notify_child_send(t->child, buf_str(&t->line));
	}
}

void notify_teller_take_off(struct notify_teller *t, struct notify_note *note)
{
	if (note->on_screen) {
		send_line(t, &(struct notify_command){.id = str_from(note->session_id),
				     .closes = true,
				     .number = note->number});
	}
	note->on_screen = false;
	note->number = 0;
}

static void show(struct notify_teller *t, struct notify_note *note, bool is_quiet, bool settled)
{
	const struct notify_kind_row *row = &notify_kinds[note->kind];
	cleanup_free char *category = xasprintf("x-otel-ai-monitor.%s", row->name);
	struct buf body;
	buf_init(&body, TEXT_BYTES);
	notify_words_append_body(&body, note, settled);
	send_line(t, &(struct notify_command){.id = str_from(note->session_id),
			     .number = note->on_screen ? note->number : 0,
			     .summary = str_from(note->summary),
			     .body = buf_str(&body),
			     .category = str_from(category),
			     .sound = str_from(t->rules.sounds[note->kind]),
			     .urgency = row->urgency,
			     .pid = note->pid,
			     .can_focus = note->can_focus,
			     .is_quiet = is_quiet});
	buf_finish(&body);
	note->on_screen = t->child != NULL;
	free(note->shown);
	note->shown = notify_words_shown(note, settled);
}

static bool is_settled(const struct notify_teller *t, const struct notify_note *note)
{
	return uv_now(t->loop) - note->kind_ms >= SETTLED_MS;
}

void notify_teller_show(struct notify_teller *t, struct notify_note *note, bool is_quiet)
{
	show(t, note, is_quiet, is_settled(t, note));
}

/* ---- time */

static void on_due(uv_timer_t *timer);

static void arm(struct notify_teller *t)
{
	const struct notify_note *note;
	uint64_t first_ms = UINT64_MAX;
	list_for_each(note, &t->notes.all, link)
	{
		if (note->due_ms != 0 && note->due_ms < first_ms) {
			first_ms = note->due_ms;
		}
	}
	if (first_ms == UINT64_MAX) {
		uv_timer_stop(t->due);
	} else {
		uint64_t now_ms = uv_now(t->loop);
		uv_timer_start(t->due, on_due, first_ms > now_ms ? first_ms - now_ms : 0, 0);
	}
}

static void set_due(
	struct notify_teller *t, struct notify_note *note, enum notify_step step, uint64_t due_ms)
{
	note->step = step;
	note->due_ms = due_ms;
	arm(t);
}

void notify_teller_mend_later(struct notify_teller *t, struct notify_note *note)
{
	uint64_t now_ms = uv_now(t->loop), settled_ms = note->kind_ms + SETTLED_MS;
	if (note->on_screen && !note->is_pending && note->due_ms == 0 &&
		notify_words_would_change(note, true)) {
		set_due(t, note, NOTIFY_STEP_MEND,
			settled_ms > now_ms ? settled_ms : now_ms + SETTLED_MS);
	}
}

/* ---- telling, or holding back */

static void tell(struct notify_teller *t, struct notify_note *note)
{
	notify_note_drop(note);
	note->was_told = true;
	notify_teller_show(t, note, false);
	if (note->command != NULL) {
		(void)process_launch(
			t->launcher, (const char *const *)note->command, NULL, NULL, NULL);
	}
	if (notify_kinds[note->kind].ends_turn && !note->is_gone) {
		notify_teller_mend_later(t, note);
	}
}

void notify_teller_release(struct notify_teller *t, struct notify_note *note)
{
	if (note->is_gone && !note->is_pending && !note->is_asking) {
		notify_notes_remove(&t->notes, note);
	}
}

static bool was_seen(const struct notify_teller *t, const struct notify_note *note)
{
	return notify_kinds[note->kind].ends_turn && note->held_ms != 0 &&
	       uv_now(t->loop) - note->held_ms >= SEEN_MS;
}

/* Its terminal is in view: it is told when that has changed. */
static void hold_back(struct notify_teller *t, struct notify_note *note)
{
	if (note->held_ms == 0) {
		note->held_ms = uv_now(t->loop);
		note->wait_ms = LOOK_MIN_MS;
	} else {
		note->wait_ms += note->wait_ms / 2;
	}
	if (was_seen(t, note)) {
		note->wait_ms = LOOK_SEEN_MS;
	} else if (note->wait_ms > LOOK_MAX_MS) {
		note->wait_ms = LOOK_MAX_MS;
	}
	set_due(t, note, NOTIFY_STEP_TELL, uv_now(t->loop) + note->wait_ms);
}

static void act_on_view(struct notify_teller *t, struct notify_note *note, int view)
{
	if (view == PROCESS_IN_VIEW && !note->is_gone) {
		hold_back(t, note);
	} else if (view == PROCESS_IN_VIEW || (view != PROCESS_UNATTENDED && was_seen(t, note))) {
		notify_note_drop(note);
	} else {
		tell(t, note);
	}
}

static void on_looked(int exit_status, void *data)
{
	struct notify_note *note = data;
	struct notify_teller *t = note->teller;
	note->is_asking = false;
	if (note->is_pending && note->due_ms == 0) { // else it is looked when its time has come
		act_on_view(t, note, exit_status);
	}
	notify_teller_release(t, note);
}

static bool can_look(const struct notify_teller *t, const struct notify_note *note)
{
	return !t->rules.even_focused && t->focus_path != NULL &&
	       (note->pid > 0 || note->program != NULL);
}

/* Finds out whether its terminal is in view; false if that cannot be asked now. */
static bool look(struct notify_teller *t, struct notify_note *note)
{
	char pid[PID_BYTES];
	const char *argv[5] = {t->focus_path, "--check", note->program, note->cwd};
	if (note->pid > 0) {
		(void)snprintf(pid, sizeof(pid), "%" PRId64, note->pid);
		argv[2] = pid;
		argv[3] = NULL;
	}
	note->is_asking = process_launch(t->launcher, argv, NULL, on_looked, note) == 0;
	return note->is_asking;
}

static int minute_of_day(const struct notify_teller *t)
{
	time_t now = (time_t)(sink_clock_now(t->loop).wall_ms / 1000);
	struct tm local = {0};
	(void)localtime_r(&now, &local);
	return local.tm_hour * 60 + local.tm_min;
}

static void come_due(struct notify_teller *t, struct notify_note *note)
{
	note->due_ms = 0;
	note->is_paused = t->resumes_ms > uv_now(t->loop);
	if (note->is_paused) {
		set_due(t, note, NOTIFY_STEP_TELL, t->resumes_ms);
	} else if (notify_rules_are_quiet(&t->rules, minute_of_day(t))) {
		notify_note_drop(note);
		notify_teller_take_off(t, note);
	} else if (!can_look(t, note)) {
		tell(t, note);
	} else if (!note->is_asking && !look(t, note)) {
		if (note->held_ms != 0) {
			hold_back(t, note);
		} else {
			tell(t, note);
		}
	}
}

void notify_teller_mend(struct notify_teller *t, struct notify_note *note)
{
	note->due_ms = 0;
	if (note->on_screen && notify_words_would_change(note, true)) {
		show(t, note, true, true);
	}
}

static void on_due(uv_timer_t *timer)
{
	struct notify_teller *t = timer->data;
	struct notify_note *note, *next;
	list_for_each_safe(note, next, &t->notes.all, link)
	{
		if (note->due_ms != 0 && note->due_ms <= uv_now(t->loop)) {
			if (note->step == NOTIFY_STEP_TELL) {
				come_due(t, note);
			} else {
				notify_teller_mend(t, note);
			}
			notify_teller_release(t, note);
		}
	}
	arm(t);
}

void notify_teller_tell(struct notify_teller *t, struct notify_note *note)
{
	int64_t delay_ms = notify_rules_delay_ms(&t->rules, note->kind);
	note->is_pending = true;
	if (delay_ms > 0) {
		set_due(t, note, NOTIFY_STEP_TELL, uv_now(t->loop) + (uint64_t)delay_ms);
	} else {
		come_due(t, note);
	}
}

void notify_teller_pause(struct notify_teller *t, uint64_t resumes_ms)
{
	struct notify_note *note;
	if (resumes_ms == t->resumes_ms) {
		return;
	}
	t->resumes_ms = resumes_ms;
	list_for_each(note, &t->notes.all, link)
	{
		if (note->is_paused) {
			note->due_ms = resumes_ms != 0 ? resumes_ms : uv_now(t->loop);
		}
	}
	arm(t);
}

/* ---- the whole */

static void on_timer_closed(uv_handle_t *timer)
{
	free(timer);
}

void notify_teller_init(struct notify_teller *t, uv_loop_t *loop)
{
	*t = (struct notify_teller){.loop = loop};
	t->launcher = process_launcher_create(loop);
	t->due = xcalloc(1, sizeof(*t->due));
	uv_timer_init(loop, t->due);
	t->due->data = t;
	notify_notes_init(&t->notes, t);
	buf_init(&t->line, LINE_BYTES);
}

void notify_teller_close(struct notify_teller *t)
{
	notify_child_close(t->child);
	process_launcher_close(t->launcher);
	uv_close((uv_handle_t *)t->due, on_timer_closed);
	notify_notes_finish(&t->notes);
	free(t->focus_path);
	buf_finish(&t->line);
}
