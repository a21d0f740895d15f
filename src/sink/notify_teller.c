#include "sink/notify_teller.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/instant.h"
#include "base/mem.h"
#include "process/process_env.h"
#include "process/process_launch.h"
#include "sink/companion.h"
#include "sink/notify_line.h"
#include "sink/notify_words.h"

enum { LINE_BYTES = 32 * 1024, TEXT_BYTES = 1024, PID_BYTES = 24 };

/* How long until the next check whether a terminal is still in view: 1.5 times as long each time.
 */
enum { LOOK_MIN_MS = 2000, LOOK_MAX_MS = 15000 };

/* A user who had the end of a turn in view for this long has seen it, unless away. */
enum { SEEN_MS = 60000, LOOK_SEEN_MS = 60000 };

/* How long after the end of a turn clients send its tokens. */
enum { SETTLED_MS = 6000 };

/* ---- the screen */

static void send_line(struct notify_teller *t, const struct notify_command *command)
{
	if (t->child != NULL) {
		buf_clear(&t->line);
		notify_line_write(&t->line, command);
		companion_send(t->child, buf_str(&t->line));
	}
}

void notify_teller_take_off(struct notify_teller *t, struct notification *notification)
{
	if (notification->on_screen) {
		send_line(t, &(struct notify_command){.id = str_from(notification->session_id),
				     .closes = true,
				     .number = notification->number});
	}
	notification->on_screen = false;
	notification->number = 0;
}

static void show(
	struct notify_teller *t, struct notification *notification, bool is_quiet, bool settled)
{
	const struct notify_kind_row *row = &notify_kinds[notification->kind];
	cleanup_free char *category = xasprintf("x-otel-ai-monitor.%s", row->name);
	struct buf body;
	buf_init(&body, TEXT_BYTES);
	notify_words_append_body(&body, notification, settled);
	send_line(t, &(struct notify_command){.id = str_from(notification->session_id),
			     .number = notification->on_screen ? notification->number : 0,
			     .summary = str_from(notification->summary),
			     .body = buf_str(&body),
			     .category = str_from(category),
			     .sound = str_from(t->rules.sounds[notification->kind]),
			     .urgency = row->urgency,
			     .pid = notification->pid,
			     .can_focus = notification->can_focus,
			     .has_details = notification->has_details,
			     .is_quiet = is_quiet});
	buf_finish(&body);
	notification->on_screen = t->child != NULL;
	free(notification->shown);
	notification->shown = notify_words_shown(notification, settled);
}

static bool is_settled(const struct notify_teller *t, const struct notification *notification)
{
	return uv_now(t->loop) - notification->kind_ms >= SETTLED_MS;
}

void notify_teller_show(struct notify_teller *t, struct notification *notification, bool is_quiet)
{
	show(t, notification, is_quiet, is_settled(t, notification));
}

/* ---- time */

static void on_due(uv_timer_t *timer);

static void arm(struct notify_teller *t)
{
	const struct notification *notification;
	uint64_t first_ms = UINT64_MAX;
	list_for_each(notification, &t->notifications.all, link)
	{
		if (notification->due_ms != 0 && notification->due_ms < first_ms) {
			first_ms = notification->due_ms;
		}
	}
	if (first_ms == UINT64_MAX) {
		uv_timer_stop(t->due);
	} else {
		uint64_t now_ms = uv_now(t->loop);
		uv_timer_start(t->due, on_due, first_ms > now_ms ? first_ms - now_ms : 0, 0);
	}
}

static void set_due(struct notify_teller *t, struct notification *notification,
	enum notify_step step, uint64_t due_ms)
{
	notification->step = step;
	notification->due_ms = due_ms;
	arm(t);
}

void notify_teller_mend_later(struct notify_teller *t, struct notification *notification)
{
	uint64_t now_ms = uv_now(t->loop), settled_ms = notification->kind_ms + SETTLED_MS;
	if (notification->on_screen && !notification->is_pending && notification->due_ms == 0 &&
		notify_words_would_change(notification, true)) {
		set_due(t, notification, NOTIFY_STEP_MEND,
			settled_ms > now_ms ? settled_ms : now_ms + SETTLED_MS);
	}
}

/* ---- telling, or holding back */

static void tell(struct notify_teller *t, struct notification *notification)
{
	notification_drop(notification);
	notification->was_told = true;
	notify_teller_show(t, notification, false);
	if (notification->command != NULL) {
		(void)process_launch(
			t->launcher, (const char *const *)notification->command, NULL, NULL, NULL);
	}
	if (notify_kinds[notification->kind].ends_turn && !notification->is_gone) {
		notify_teller_mend_later(t, notification);
	}
}

void notify_teller_release(struct notify_teller *t, struct notification *notification)
{
	if (notification->is_gone && !notification->is_pending && !notification->is_asking) {
		notifications_remove(&t->notifications, notification);
	}
}

static bool was_seen(const struct notify_teller *t, const struct notification *notification)
{
	return notify_kinds[notification->kind].ends_turn && notification->held_ms != 0 &&
	       uv_now(t->loop) - notification->held_ms >= SEEN_MS;
}

/* Its terminal is in view: waits until that changes. */
static void hold_back(struct notify_teller *t, struct notification *notification)
{
	if (notification->held_ms == 0) {
		notification->held_ms = uv_now(t->loop);
		notification->wait_ms = LOOK_MIN_MS;
	} else {
		notification->wait_ms += notification->wait_ms / 2;
	}
	if (was_seen(t, notification)) {
		notification->wait_ms = LOOK_SEEN_MS;
	} else if (notification->wait_ms > LOOK_MAX_MS) {
		notification->wait_ms = LOOK_MAX_MS;
	}
	set_due(t, notification, NOTIFY_STEP_TELL, uv_now(t->loop) + notification->wait_ms);
}

static void act_on_view(struct notify_teller *t, struct notification *notification, int view)
{
	if (view == PROCESS_IN_VIEW && !notification->is_gone) {
		hold_back(t, notification);
	} else if (view == PROCESS_IN_VIEW ||
		   (view != PROCESS_UNATTENDED && was_seen(t, notification))) {
		notification_drop(notification);
	} else {
		tell(t, notification);
	}
}

static void on_looked(int exit_status, void *data)
{
	struct notification *notification = data;
	struct notify_teller *t = notification->teller;
	notification->is_asking = false;
	if (notification->is_pending && notification->due_ms == 0) { // else it is checked when due
		act_on_view(t, notification, exit_status);
	}
	notify_teller_release(t, notification);
}

static bool can_look(const struct notify_teller *t, const struct notification *notification)
{
	return !t->rules.even_focused && t->focus_path != NULL &&
	       (notification->pid > 0 || notification->program != NULL);
}

/* Finds out whether its terminal is in view; false if that cannot be asked now. */
static bool look(struct notify_teller *t, struct notification *notification)
{
	char pid[PID_BYTES];
	const char *argv[5] = {t->focus_path, "--check", notification->program, notification->cwd};
	if (notification->pid > 0) {
		(void)snprintf(pid, sizeof(pid), "%" PRId64, notification->pid);
		argv[2] = pid;
		argv[3] = NULL;
	}
	notification->is_asking = process_launch(
					  t->launcher, argv, NULL, on_looked, notification) == 0;
	return notification->is_asking;
}

static int minute_of_day(const struct notify_teller *t)
{
	time_t now = (time_t)(instant_at(uv_now(t->loop)).wall_ms / 1000);
	struct tm local = {0};
	(void)localtime_r(&now, &local);
	return local.tm_hour * 60 + local.tm_min;
}

static void come_due(struct notify_teller *t, struct notification *notification)
{
	notification->due_ms = 0;
	notification->is_paused = t->resumes_ms > uv_now(t->loop);
	if (notification->is_paused) {
		set_due(t, notification, NOTIFY_STEP_TELL, t->resumes_ms);
	} else if (notify_rules_are_quiet(&t->rules, minute_of_day(t))) {
		notification_drop(notification);
		notify_teller_take_off(t, notification);
	} else if (!can_look(t, notification)) {
		tell(t, notification);
	} else if (!notification->is_asking && !look(t, notification)) {
		if (notification->held_ms != 0) {
			hold_back(t, notification);
		} else {
			tell(t, notification);
		}
	}
}

void notify_teller_mend(struct notify_teller *t, struct notification *notification)
{
	notification->due_ms = 0;
	if (notification->on_screen && notify_words_would_change(notification, true)) {
		show(t, notification, true, true);
	}
}

static void on_due(uv_timer_t *timer)
{
	struct notify_teller *t = timer->data;
	struct notification *notification, *next;
	list_for_each_safe(notification, next, &t->notifications.all, link)
	{
		if (notification->due_ms != 0 && notification->due_ms <= uv_now(t->loop)) {
			if (notification->step == NOTIFY_STEP_TELL) {
				come_due(t, notification);
			} else {
				notify_teller_mend(t, notification);
			}
			notify_teller_release(t, notification);
		}
	}
	arm(t);
}

void notify_teller_tell(struct notify_teller *t, struct notification *notification)
{
	int64_t delay_ms = notify_rules_delay_ms(&t->rules, notification->kind);
	notification->is_pending = true;
	if (delay_ms > 0) {
		set_due(t, notification, NOTIFY_STEP_TELL, uv_now(t->loop) + (uint64_t)delay_ms);
	} else {
		come_due(t, notification);
	}
}

void notify_teller_pause(struct notify_teller *t, uint64_t resumes_ms)
{
	struct notification *notification;
	if (resumes_ms == t->resumes_ms) {
		return;
	}
	t->resumes_ms = resumes_ms;
	list_for_each(notification, &t->notifications.all, link)
	{
		if (notification->is_paused) {
			notification->due_ms = resumes_ms != 0 ? resumes_ms : uv_now(t->loop);
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
	notifications_init(&t->notifications, t);
	buf_init(&t->line, LINE_BYTES);
}

void notify_teller_close(struct notify_teller *t)
{
	companion_close(t->child);
	process_launcher_close(t->launcher);
	uv_close((uv_handle_t *)t->due, on_timer_closed);
	notifications_finish(&t->notifications);
	free(t->focus_path);
	buf_finish(&t->line);
}
