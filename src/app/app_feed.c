#include "app/app_feed.h"

#include "base/log.h"
#include "config/config.h"
#include "feed/feed_entry.h"
#include "feed/feed_thread.h"
#include "sink/sink_encode.h"
#include "sink/sink_hub.h"

enum { STOP_MS = 1000, KEPT_BYTES = 64 * 1024 };

static void on_entry(const struct feed_entry *e, void *data)
{
	struct app_feed *f = data;
	buf_clear(&f->line);
	buf_trim(&f->line, KEPT_BYTES);
	buf_append_str(&f->line, e->json);
	buf_append_char(&f->line, '\n');
	if (!f->line.overflowed) {
		sink_hub_post(f->hub, &(const struct sink_message){
					      .type = SINK_METRIC, .line = buf_str(&f->line)});
	}
}

/* Logs an unreadable file once, not at every attempt. */
static void log_states(const struct app_feed *f, const enum feed_state *before)
{
	for (size_t i = 0; i < f->web.feed.file_count; i++) {
		const struct feed_file *file = &f->web.feed.files[i];
		if (file->state == FEED_UNREADABLE && before[i] != FEED_UNREADABLE) {
			log_warn("metrics file \"%s\" cannot be followed: %s",
				log_shown(str_from(file->path)), file->reason);
		}
	}
}

static void on_wake(uv_async_t *wake)
{
	struct app_feed *f = wake->data;
	enum feed_state before[FEED_FILES] = {0};
	for (size_t i = 0; i < f->web.feed.file_count; i++) {
		before[i] = f->web.feed.files[i].state;
	}
	uint64_t skipped = f->web.feed.skipped;
	feed_thread_dispatch(f->thread, &f->web.feed);
	log_states(f, before);
	if (skipped == 0 && f->web.feed.skipped > 0) {
		log_warn("a metrics file has lines that are not JSON objects; /api/metrics shows "
			 "where");
	}
}

/* From the feed's thread. */
static void wake_loop(void *data)
{
	struct app_feed *f = data;
	(void)uv_async_send(&f->wake);
}

void app_feed_open(struct app_feed *f)
{
	const struct config_list *files = &f->config->metrics_files;
	const char *const *paths = (const char *const *)files->items;
	feed_init(&f->web.feed, paths, files->count);
	buf_init(&f->line, SINK_MAX_LINE_BYTES);
	if (files->count == 0) {
		return;
	}
	if (files->count > FEED_FILES) {
		log_warn("only the first %d files of metrics-file are followed", FEED_FILES);
	}
	uv_async_init(f->loop, &f->wake, on_wake);
	uv_unref((uv_handle_t *)&f->wake);
	f->wake.data = f;
	f->thread = feed_thread_start(&(const struct feed_settings){
		.paths = paths,
		.path_count = files->count,
		.wake = wake_loop,
		.on_entry = on_entry,
		.data = f,
	});
}

void app_feed_close(struct app_feed *f)
{
	if (f->thread != NULL) {
		feed_thread_stop(f->thread, STOP_MS);
		f->thread = NULL;
		uv_close((uv_handle_t *)&f->wake, NULL);
	}
}

void app_feed_finish(struct app_feed *f)
{
	feed_finish(&f->web.feed);
	buf_finish(&f->line);
}
