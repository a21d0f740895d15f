#include "sink/sink_notify.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/words.h"
#include "event/event_tool.h"
#include "process/process_launch.h"
#include "sink/notify_child.h"
#include "sink/notify_note.h"
#include "sink/notify_text.h"
#include "sink/sink.h"
#include "sink/sink_clock.h"
#include "sink/sink_hub.h"

enum { LINE_BYTES = 32 * 1024, TEXT_BYTES = 1024, PID_BYTES = 24 };

struct sink_notify {
	struct sink sink;
	uv_loop_t *loop;
	uv_timer_t *due; // at the first note's time, while one waits; frees itself when closed
	struct notify_rules rules;
	char *focus_path, **command; // command: NULL if there is none
	bool has_focus_command;
	size_t command_size;
	struct notify_child *child; // NULL: nothing on the screen
	struct process_launcher *launcher;
	struct notify_notes notes;
	struct buf line;
	sink_notify_on_wish *on_wish;
	void *data;
};

/* ---- telling */

static void send_line(struct sink_notify *n, struct str line)
{
	if (n->child != NULL) {
		notify_child_send(n->child, line);
	}
}

static void take_off_screen(struct sink_notify *n, struct notify_note *note)
{
	if (note->on_screen) {
		buf_clear(&n->line);
		notify_line_write(
			&n->line, &(struct notify_command){.id = str_from(note->session_id),
					  .closes = true,
					  .number = note->number});
		send_line(n, buf_str(&n->line));
	}
	note->on_screen = false;
	note->number = 0;
}

static void tell(struct sink_notify *n, struct notify_note *note)
{
	send_line(n, str_from(note->line));
	note->on_screen = n->child != NULL;
	if (note->command != NULL) {
		(void)process_launch(
			n->launcher, (const char *const *)note->command, NULL, NULL, NULL);
	}
	notify_note_drop(note);
}

/* ---- waiting: for the delay, for the answer whether the session has the focus */

static void free_if_over(struct sink_notify *n, struct notify_note *note)
{
	if (note->is_gone && note->line == NULL && !note->is_asking) {
		notify_notes_remove(&n->notes, note);
	}
}

static void on_checked(int exit_status, void *data)
{
	struct notify_note *note = data;
	struct sink_notify *n = note->sink;
	note->is_asking = false;
	if (note->due_ms != 0) {
		return; // what came since is asked for when its own time has come
	}
	if (note->line != NULL && exit_status != EXIT_SUCCESS) {
		tell(n, note);
	}
	notify_note_drop(note);
	free_if_over(n, note);
}

/* False if it will not be known. */
static bool ask_for_focus(struct sink_notify *n, struct notify_note *note)
{
	char pid[PID_BYTES];
	const char *argv[5] = {n->focus_path, "--check"};
	if (n->rules.even_focused || n->focus_path == NULL) {
		return false;
	}
	if (note->pid > 0) {
		(void)snprintf(pid, sizeof(pid), "%" PRId64, note->pid);
		argv[2] = pid;
	} else if (note->program != NULL) {
		argv[2] = note->program;
		argv[3] = note->cwd;
	} else {
		return false;
	}
	note->is_asking = process_launch(n->launcher, argv, NULL, on_checked, note) == 0;
	return note->is_asking;
}

static void come_due(struct sink_notify *n, struct notify_note *note)
{
	note->due_ms = 0;
	if (!note->is_asking && !ask_for_focus(n, note)) {
		tell(n, note);
	}
}

static void on_due(uv_timer_t *timer);

static void arm(struct sink_notify *n)
{
	const struct notify_note *note;
	uint64_t first_ms = UINT64_MAX;
	list_for_each(note, &n->notes.all, link)
	{
		if (note->due_ms != 0 && note->due_ms < first_ms) {
			first_ms = note->due_ms;
		}
	}
	if (first_ms == UINT64_MAX) {
		uv_timer_stop(n->due);
	} else {
		uint64_t now_ms = uv_now(n->loop);
		uv_timer_start(n->due, on_due, first_ms > now_ms ? first_ms - now_ms : 0, 0);
	}
}

static void on_due(uv_timer_t *timer)
{
	struct sink_notify *n = timer->data;
	struct notify_note *note, *next;
	list_for_each_safe(note, next, &n->notes.all, link)
	{
		if (note->due_ms != 0 && note->due_ms <= uv_now(n->loop)) {
			come_due(n, note);
			free_if_over(n, note);
		}
	}
	arm(n);
}

/* ---- what is to be told */

static char **fill_command(
	const struct sink_notify *n, const struct session *s, struct str summary, struct str body)
{
	char pid[PID_BYTES] = "";
	if (s->pid > 0) {
		(void)snprintf(pid, sizeof(pid), "%" PRId64, s->pid);
	}
	const struct words_value values[] = {
		{"summary", summary},
		{"body", body},
		{"session_id", str_from(s->id)},
		{"tool", str_from(s->tool_name)},
		{"state", str_from(session_state_name(s->state))},
		{"attention", str_from(session_attention_name(notify_text_attention(s)))},
		{"project", str_from(s->project)},
		{"cwd", str_from(s->cwd)},
		{"pid", str_from(pid)},
	};
	return n->command_size == 0 ? NULL
				    : words_fill((const char *const *)n->command, n->command_size,
					      values, ARRAY_SIZE(values));
}

static void compose(struct sink_notify *n, struct notify_note *note, const struct session *s)
{
	struct buf summary, body;
	buf_clear(&n->line);
	const char *program = event_tool_program(str_from(s->tool_name));
	bool is_findable = n->focus_path != NULL && (s->pid > 0 || program != NULL);
	bool can_focus = is_findable || n->has_focus_command;
	notify_text_write(&n->line, s, can_focus, note->on_screen ? note->number : 0);
	buf_init(&summary, TEXT_BYTES);
	buf_init(&body, TEXT_BYTES);
	notify_text_summary(&summary, s);
	notify_text_body(&body, s);
	note->line = str_dup(buf_str(&n->line));
	note->command = fill_command(n, s, buf_str(&summary), buf_str(&body));
	note->pid = s->pid;
	note->program = program;
	note->cwd = s->cwd != NULL ? xstrdup(s->cwd) : NULL;
	buf_finish(&summary);
	buf_finish(&body);
}

static int minute_of_day(const struct sink_notify *n)
{
	time_t now = (time_t)(sink_clock_now(n->loop).wall_ms / 1000);
	struct tm local = {0};
	(void)localtime_r(&now, &local);
	return local.tm_hour * 60 + local.tm_min;
}

static void consider(struct sink_notify *n, struct notify_note *note, const struct session *s)
{
	enum session_attention attention = notify_text_attention(s);
	if (note->decided == attention) {
		return;
	}
	note->decided = attention;
	notify_note_drop(note);
	if (note->is_muted ||
		!notify_rules_allow(&n->rules, attention, s->worked_ms, minute_of_day(n))) {
		take_off_screen(n, note);
		return;
	}
	compose(n, note, s);
	if (n->rules.delay_ms > 0) {
		note->due_ms = uv_now(n->loop) + (uint64_t)n->rules.delay_ms;
		arm(n);
	} else {
		come_due(n, note);
	}
}

static void take_back(struct sink_notify *n, struct notify_note *note)
{
	note->decided = SESSION_ATTENTION_NONE;
	notify_note_drop(note);
	take_off_screen(n, note);
}

static void notify_publish(struct sink *sink, const struct sink_event *event)
{
	if (event->kind != SINK_EVENT_UPDATE) {
		return;
	}
	struct sink_notify *n = container_of(sink, struct sink_notify, sink);
	const struct session *s = event->change->session;
	struct notify_note *note = notify_notes_find_or_add(&n->notes, str_from(s->id));
	bool is_gone = s->state == SESSION_EXPIRED;
	enum notify_action action = notify_text_action(s);
	if (action == NOTIFY_SHOW) {
		consider(n, note, s);
	} else if (action == NOTIFY_CLOSE && !(is_gone && notify_text_outlives(note->decided))) {
		take_back(n, note);
	}
	if (is_gone) {
		notify_notes_detach(&n->notes, note);
		free_if_over(n, note);
	}
}

/* ---- what the user makes of it */

static void on_reply(char *line, size_t size, void *data)
{
	struct sink_notify *n = data;
	struct notify_reply reply;
	if (!notify_line_read_reply(line, size, &reply)) {
		return;
	}
	struct notify_note *note = notify_notes_find(&n->notes, reply.id);
	if (note == NULL || !note->on_screen) {
		return;
	}
	note->number = reply.number;
	note->on_screen = reply.number != 0;
	if (reply.wish == NOTIFY_WISH_MUTE) {
		note->is_muted = true;
	} else if (reply.wish != NOTIFY_WISH_NONE) {
		n->on_wish(reply.id, reply.wish, reply.token, n->data);
	}
}

/* ---- the whole */

static void on_timer_closed(uv_handle_t *timer)
{
	free(timer);
}

static void notify_close(struct sink *sink)
{
	struct sink_notify *n = container_of(sink, struct sink_notify, sink);
	list_remove(&sink->link);
	notify_child_close(n->child);
	process_launcher_close(n->launcher);
	uv_close((uv_handle_t *)n->due, on_timer_closed);
	notify_notes_finish(&n->notes);
	words_free(n->command);
	free(n->focus_path);
	buf_finish(&n->line);
	free(n);
}

static void set_notifier(struct sink_notify *n, const char *path)
{
	if (path != NULL && n->child == NULL) {
		n->child = notify_child_create(n->loop, path, on_reply, n);
	} else if (path == NULL && n->child != NULL) {
		notify_child_close(n->child);
		n->child = NULL;
		struct notify_note *note;
		list_for_each(note, &n->notes.all, link)
		{
			note->on_screen = false;
		}
	}
}

void sink_notify_set(struct sink *sink, const struct sink_notify_settings *settings)
{
	struct sink_notify *n = container_of(sink, struct sink_notify, sink);
	words_free(n->command);
	free(n->focus_path);
	n->rules = settings->rules;
	n->focus_path = settings->focus_path != NULL ? xstrdup(settings->focus_path) : NULL;
	n->has_focus_command = settings->has_focus_command;
	n->command_size = settings->command_size;
	n->command = words_fill(settings->command, settings->command_size, NULL, 0);
	set_notifier(n, settings->notifier_path);
}

struct sink *sink_notify_open(struct sink_hub *hub, uv_loop_t *loop,
	const struct sink_notify_settings *settings, sink_notify_on_wish *on_wish, void *data)
{
	struct sink_notify *n = xcalloc(1, sizeof(*n));
	n->sink = (struct sink){.publish = notify_publish, .close = notify_close};
	n->loop = loop;
	n->on_wish = on_wish;
	n->data = data;
	n->launcher = process_launcher_create(loop);
	n->due = xcalloc(1, sizeof(*n->due));
	uv_timer_init(loop, n->due);
	n->due->data = n;
	notify_notes_init(&n->notes, n);
	buf_init(&n->line, LINE_BYTES);
	sink_notify_set(&n->sink, settings);
	sink_hub_add(hub, &n->sink);
	return &n->sink;
}
