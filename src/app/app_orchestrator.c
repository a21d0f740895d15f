#include "app/app_orchestrator.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "app/app_history.h"
#include "app/app_notify.h"
#include "base/json_write.h"
#include "base/log.h"
#include "config/config.h"
#include "orchestrator/orchestrator_news.h"
#include "orchestrator/orchestrator_thread.h"
#include "sink/sink_encode.h"
#include "sink/sink_hub.h"
#include "store/store.h"

enum { STOP_MS = 1000, FIRST_MS = 100, NUMBER_BYTES = 32 };

/* ---- what comes up */

/* {"taskId","attempts","label"} or {"taskId","decision","reason"}, and where it is from. */
static void post(struct app_orchestrator *o, const struct orchestrator_news *n, const char *source,
	struct instant now)
{
	struct json_writer j;
	buf_clear(&o->line);
	json_writer_init(&j, &o->line);
	json_object_begin(&j);
	json_name_str(&j, "taskId", n->task_id);
	if (n->is_loop) {
		orchestrator_name_number(&j, "attempts", n->attempts);
		json_name_str(&j, "label", n->text);
		json_name_bool(&j, "infiniteLoopFlag", true);
	} else {
		json_name_str(&j, "decision", n->decision);
		json_name_str(&j, "reason", n->text);
	}
	json_name_str(&j, "source", str_from(source));
	json_name_time(&j, "timestamp", now.wall_ms);
	json_object_end(&j);
	buf_append_char(&o->line, '\n');
	if (!o->line.overflowed) {
		sink_hub_post(o->hub, &(const struct sink_message){
					      .type = n->is_loop ? SINK_LOOP : SINK_GATE,
					      .line = buf_str(&o->line),
				      });
	}
}

/* A row of the feed: which task, and its state. Reasons are a user's text and stay out. */
static void note(struct app_orchestrator *o, const struct orchestrator_news *n, const char *source,
	struct instant now)
{
	char attempts[NUMBER_BYTES] = "";
	if (!isnan(n->attempts)) {
		(void)snprintf(attempts, sizeof(attempts), "%.0f", n->attempts);
	}
	struct store_event event = {
		.kind = n->is_loop ? STR("loop") : STR("gate"),
		.details = {{"task_id", n->task_id}, {"source", str_from(source)}},
	};
	if (n->is_loop) {
		event.details[2].key = "attempts";
		event.details[2].value = str_from(attempts);
	} else {
		event.details[2].key = "decision";
		event.details[2].value = n->decision;
	}
	app_history_note_event(o->history, &event, now);
}

static void report(
	struct app_orchestrator *o, const struct orchestrator_news *n, const char *source)
{
	struct instant now = instant_at(uv_now(o->web.loop));
	post(o, n, source, now);
	note(o, n, source, now);
	if (n->is_loop) {
		app_notify_loop(o->notify, n->task_id, n->attempts);
	} else if (orchestrator_news_is_escalation(n)) {
		app_notify_gate(o->notify, n->task_id);
	}
}

static void on_news(const struct orchestrator_news *n, void *data)
{
	report(data, n, "state-dir");
}

/* Of the sessions that the daemon watches. */
static void on_loop(const struct orchestrator_loop_event *e, void *data)
{
	if (e->is_endless) {
		report(data,
			&(const struct orchestrator_news){
				.is_loop = true,
				.task_id = e->task_id,
				.text = e->label,
				.attempts = (double)e->attempts,
			},
			"own");
	}
}

/* ---- what is read */

/* Each way to fail once for each file: writers come and go. */
static void log_state(struct app_orchestrator *o, enum orchestrator_file file,
	const struct orchestrator_reading *reading)
{
	unsigned bit = 1U << reading->state;
	bool is_fine = reading->state == ORCHESTRATOR_OK || reading->state == ORCHESTRATOR_MISSING;
	if (!is_fine && (o->logged[file] & bit) == 0) {
		o->logged[file] |= bit;
		log_warn("state file \"%s\" is %s: %s", orchestrator_file_path(file),
			orchestrator_state_name(reading->state),
			log_shown(str_from(reading->error)));
	}
}

static void on_read(enum orchestrator_file file, struct orchestrator_reading *reading,
	bool is_first, void *data)
{
	struct app_orchestrator *o = data;
	log_state(o, file, reading);
	if (!is_first) {
		orchestrator_find_news(&o->web.state, file, reading, on_news, o);
	}
	orchestrator_put(&o->web.state, file, reading, instant_at(uv_now(o->web.loop)));
}

static void on_wake(uv_async_t *wake)
{
	struct app_orchestrator *o = wake->data;
	orchestrator_thread_dispatch(o->web.thread);
}

/* From the thread. */
static void wake_loop(void *data)
{
	struct app_orchestrator *o = data;
	(void)uv_async_send(&o->wake);
}

/* ---- beginning and end */

void app_orchestrator_open(struct app_orchestrator *o, struct instant now)
{
	buf_init(&o->line, SINK_MAX_LINE_BYTES);
	o->web.dir = o->config->state_dir;
	o->web.interval_ms = o->config->stream_interval_ms;
	web_orchestrator_open(&o->web, now);
	o->web.own.on_event = on_loop;
	o->web.own.data = o;
	if (o->web.dir == NULL) {
		return;
	}
	uv_async_init(o->web.loop, &o->wake, on_wake);
	uv_unref((uv_handle_t *)&o->wake);
	o->wake.data = o;
	o->web.thread = orchestrator_thread_start(&(const struct orchestrator_settings){
		.dir = o->web.dir,
		.wake = wake_loop,
		.on_read = on_read,
		.data = o,
	});
	orchestrator_thread_wait(o->web.thread, FIRST_MS);
}

void app_orchestrator_close(struct app_orchestrator *o)
{
	web_orchestrator_close(&o->web);
	if (o->web.thread != NULL) {
		orchestrator_thread_stop(o->web.thread, STOP_MS);
		o->web.thread = NULL;
		uv_close((uv_handle_t *)&o->wake, NULL);
	}
}

void app_orchestrator_finish(struct app_orchestrator *o)
{
	web_orchestrator_finish(&o->web);
	buf_finish(&o->line);
}
