#include "sink/sink_notify.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "sink/notify_child.h"
#include "sink/notify_line.h"
#include "sink/notify_text.h"
#include "sink/sink.h"
#include "sink/sink_hub.h"

enum { EXPECTED_SESSIONS = 64, LINE_BYTES = 32 * 1024 };

/* What is known of a session's notification; lives as long as the session does. */
struct note {
	struct list link;
	struct hash_node node;
	char *session_id;
	enum session_attention shown; // what was told last; NONE: nothing that would have to go
	bool on_screen;               // told, and nobody said that it has gone
	uint32_t number;              // the notification server's; 0 while unknown
	int64_t working_since_ms;     // wall clock; 0: never seen working
};

struct sink_notify {
	struct sink sink;
	struct notify_child *child;
	struct list notes;
	struct hash notes_by_id;
	struct buf line;
	sink_notify_on_dismissed *on_dismissed;
	void *data;
};

static struct note *find_note(const struct sink_notify *n, struct str id)
{
	struct hash_node *node = hash_first(&n->notes_by_id, str_hash(id));
	for (; node != NULL; node = hash_next(node)) {
		struct note *note = container_of(node, struct note, node);
		if (str_equal(str_from(note->session_id), id)) {
			return note;
		}
	}
	return NULL;
}

static struct note *find_or_add_note(struct sink_notify *n, struct str id)
{
	struct note *note = find_note(n, id);
	if (note == NULL) {
		note = xcalloc(1, sizeof(*note));
		note->session_id = str_dup(id);
		list_append(&n->notes, &note->link);
		hash_add(&n->notes_by_id, &note->node, str_hash(id));
	}
	return note;
}

static void free_note(struct sink_notify *n, struct note *note)
{
	list_remove(&note->link);
	hash_remove(&n->notes_by_id, &note->node);
	free(note->session_id);
	free(note);
}

static void show(struct sink_notify *n, struct note *note, const struct session *s)
{
	enum session_attention attention = notify_text_attention(s);
	if (note->shown == attention) {
		return;
	}
	bool has_worked = s->state == SESSION_COMPLETED && note->working_since_ms > 0;
	int64_t worked_ms = has_worked ? s->since_ms - note->working_since_ms : -1;
	buf_clear(&n->line);
	notify_text_write(&n->line, s, worked_ms, note->on_screen ? note->number : 0);
	if (!n->line.overflowed) {
		notify_child_send(n->child, buf_str(&n->line));
		note->on_screen = true;
	}
	note->shown = attention;
}

static void take_away(struct sink_notify *n, struct note *note)
{
	if (note->on_screen) {
		buf_clear(&n->line);
		notify_line_write(
			&n->line, &(struct notify_command){.id = str_from(note->session_id),
					  .closes = true,
					  .number = note->number});
		notify_child_send(n->child, buf_str(&n->line));
	}
	note->shown = SESSION_ATTENTION_NONE;
	note->on_screen = false;
	note->number = 0;
}

static void notify_publish(struct sink *sink, const struct sink_event *event)
{
	if (event->kind != SINK_EVENT_UPDATE) {
		return;
	}
	struct sink_notify *n = container_of(sink, struct sink_notify, sink);
	const struct session *s = event->change->session;
	struct note *note = find_or_add_note(n, str_from(s->id));
	if (s->state == SESSION_WORKING) {
		note->working_since_ms = s->since_ms;
	}
	bool is_gone = s->state == SESSION_EXPIRED;
	enum notify_action action = notify_text_action(s);
	if (action == NOTIFY_SHOW) {
		show(n, note, s);
	} else if (action == NOTIFY_CLOSE && !(is_gone && notify_text_outlives(note->shown))) {
		take_away(n, note);
	}
	if (is_gone) {
		free_note(n, note);
	}
}

static void on_reply(char *line, size_t size, void *data)
{
	struct sink_notify *n = data;
	struct notify_reply reply;
	if (!notify_line_read_reply(line, size, &reply)) {
		return;
	}
	struct note *note = find_note(n, reply.id);
	if (note == NULL || !note->on_screen) {
		return;
	}
	note->number = reply.number;
	note->on_screen = reply.number != 0;
	if (reply.dismissed) {
		n->on_dismissed(reply.id, n->data);
	}
}

static void notify_close(struct sink *sink)
{
	struct sink_notify *n = container_of(sink, struct sink_notify, sink);
	list_remove(&sink->link);
	notify_child_close(n->child);
	struct note *note, *next;
	list_for_each_safe(note, next, &n->notes, link)
	{
		free_note(n, note);
	}
	hash_finish(&n->notes_by_id);
	buf_finish(&n->line);
	free(n);
}

struct sink *sink_notify_open(struct sink_hub *hub, uv_loop_t *loop, const char *program,
	sink_notify_on_dismissed *on_dismissed, void *data)
{
	struct sink_notify *n = xcalloc(1, sizeof(*n));
	n->sink = (struct sink){.publish = notify_publish, .close = notify_close};
	n->child = notify_child_create(loop, program, on_reply, n);
	n->on_dismissed = on_dismissed;
	n->data = data;
	list_init(&n->notes);
	hash_init(&n->notes_by_id, EXPECTED_SESSIONS);
	buf_init(&n->line, LINE_BYTES);
	sink_hub_add(hub, &n->sink);
	return &n->sink;
}
