#include "app/app_board.h"

#include <inttypes.h>
#include <stdio.h>

#include "app/app_history.h"
#include "app/app_notify.h"
#include "base/log.h"
#include "board/board_thread.h"
#include "board/board_yaml.h"
#include "config/config.h"
#include "orchestrator/orchestrator_own.h"
#include "sink/sink_encode.h"
#include "sink/sink_hub.h"
#include "store/store.h"

enum { STOP_MS = 1000, KEPT_BYTES = 64 * 1024, PLACE_BYTES = 64 };

static void post(struct app_board *b, const struct board_notice *n)
{
	unsigned type = SINK_TASK_CREATED;
	while (type < SINK_TASK_ERROR &&
		!str_equal(str_from(sink_types[type].name), str_from(n->name))) {
		type++;
	}
	buf_clear(&b->line);
	buf_trim(&b->line, KEPT_BYTES);
	buf_append_str(&b->line, n->payload);
	buf_append_char(&b->line, '\n');
	sink_hub_post(b->hub, &(const struct sink_message){
				      .type = (enum sink_type)type,
				      .line = buf_str(&b->line),
			      });
}

/* A row of the feed: which task, and where; its content stays in its file. */
static void note(struct app_board *b, const struct board_notice *n)
{
	const struct store_event event = {
		.kind = str_from(n->name),
		.details = {{"task_id", n->task_id}, {"agent", n->agent},
			{"lane", str_from(n->lane)}, {"path", n->file_path}},
	};
	app_history_note_event(b->history, &event, instant_at(uv_now(b->loop)));
}

static void log_fault(const struct board_notice *n)
{
	char place[PLACE_BYTES] = "";
	if (n->line > 0) {
		(void)snprintf(place, sizeof(place), "line %" PRId64 ", column %" PRId64 ": ",
			n->line, n->column);
	}
	log_warn("task file \"%s\" cannot be read: %s%.*s", log_shown(n->file_path), place,
		STR_ARG(n->message));
}

static void on_notice(const struct board_notice *n, void *data)
{
	struct app_board *b = data;
	if (n->message.size > 0) {
		log_fault(n);
	}
	if (n->name == NULL) {
		return;
	}
	post(b, n);
	note(b, n);
	bool is_completed = str_equal(
		str_from(n->name), str_from(board_event_name(BOARD_EVENT_COMPLETED)));
	bool says_error = n->is_error && n->message.size == 0; // the file itself is fine
	if (is_completed || says_error) {
		orchestrator_own_note_task(b->own, is_completed, says_error, n->wall_ms);
	}
	if (n->is_error) {
		app_notify_task(b->notify, n->task_id, n->file_path);
	}
}

static void on_wake(uv_async_t *wake)
{
	struct app_board *b = wake->data;
	board_thread_dispatch(b->web.thread);
}

/* From the board's thread. */
static void wake_loop(void *data)
{
	struct app_board *b = data;
	(void)uv_async_send(&b->wake);
}

void app_board_open(struct app_board *b)
{
	const struct config_list *dirs = &b->config->tasks_dirs;
	b->web.is_built = board_yaml_is_built();
	buf_init(&b->line, SINK_MAX_LINE_BYTES);
	if (dirs->count == 0) {
		return;
	}
	b->web.roots = (const char *const *)dirs->items;
	if (!b->web.is_built) {
		log_warn("ignoring tasks-dir: this build has no task board (libyaml)");
		return;
	}
	if (dirs->count > BOARD_ROOTS) {
		log_warn("only the first %d directories of tasks-dir are watched", BOARD_ROOTS);
	}
	uv_async_init(b->loop, &b->wake, on_wake);
	uv_unref((uv_handle_t *)&b->wake);
	b->wake.data = b;
	b->web.thread = board_thread_start(&(const struct board_settings){
		.roots = b->web.roots,
		.root_count = dirs->count,
		.wake = wake_loop,
		.on_notice = on_notice,
		.data = b,
	});
}

void app_board_close(struct app_board *b)
{
	if (b->web.thread != NULL) {
		board_thread_stop(b->web.thread, STOP_MS);
		b->web.thread = NULL;
		uv_close((uv_handle_t *)&b->wake, NULL);
	}
}

void app_board_finish(struct app_board *b)
{
	buf_finish(&b->line);
}
