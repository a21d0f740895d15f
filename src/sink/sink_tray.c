#include "sink/sink_tray.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "session/session.h"
#include "sink/companion.h"
#include "sink/sink.h"
#include "sink/sink_hub.h"

struct sink_tray {
	struct sink sink;
	uv_loop_t *loop;
	uv_timer_t *retry; // after the program has ended; frees itself when closed
	struct companion *program;
	sink_tray_on_request *on_request;
	void *data;
	uint64_t shown;  // digest of what the program was sent last
	bool is_touched; // something changed since then
};

static uint64_t add_text(uint64_t digest, const char *text)
{
	return (digest ^ str_hash(str_from(text))) * 0x100000001b3u;
}

/* A digest of everything visible in the tray. Tokens, a session's cost and its activity are not,
 * and change all the time; today's cost changes by the cent. */
static uint64_t digest_of(const struct sink_hub *hub, struct instant now)
{
	static const int64_t cent_nano_usd = 10000000;
	bool has_cost = hub->shows_cost && hub->cost_today != NULL;
	int64_t cost = has_cost ? hub->cost_today(now, hub->cost_data).nano_usd / cent_nano_usd : 0;
	uint64_t digest = (uint64_t)hub->paused_until ^ (uint64_t)cost * 0x100000001b3u;
	const struct session *s;
	list_for_each(s, hub->sessions, link)
	{
		digest = add_text(digest, s->id);
		digest = add_text(digest, s->assistant_name);
		digest = add_text(digest, s->project);
		digest = add_text(digest, session_state_name(s->state));
		digest = add_text(digest, session_attention_name(s->attention));
		digest ^= s->muted;
		digest ^= (uint64_t)s->since_ms; // equally urgent ones stand in its order
	}
	return digest;
}

static void send_list(struct sink_tray *t, struct instant now)
{
	t->shown = digest_of(t->sink.hub, now);
	companion_send(t->program, sink_hub_snapshot(t->sink.hub, now));
}

static void tray_publish(struct sink *sink, const struct sink_event *event)
{
	struct sink_tray *t = container_of(sink, struct sink_tray, sink);
	(void)event; // a list may report a pause
	t->is_touched = true;
}

static void tray_flush(struct sink *sink, struct instant now)
{
	struct sink_tray *t = container_of(sink, struct sink_tray, sink);
	if (t->is_touched && digest_of(sink->hub, now) != t->shown) {
		send_list(t, now);
	}
	t->is_touched = false;
}

/* ---- the program */

static void on_retry(uv_timer_t *timer)
{
	struct sink_tray *t = timer->data;
	send_list(t, instant_at(uv_now(t->loop)));
}

static void on_end(uint64_t retry_ms, void *data)
{
	struct sink_tray *t = data;
	uv_timer_start(t->retry, on_retry, retry_ms, 0);
}

static void on_reply(char *line, size_t size, void *data)
{
	const struct sink_tray *t = data;
	struct tray_request request;
	if (tray_line_read(line, size, &request)) {
		t->on_request(&request, t->data);
	} else {
		log_warn("ignoring an invalid line from the tray program");
	}
}

/* ---- the whole */

static void on_timer_closed(uv_handle_t *handle)
{
	free(handle);
}

static void tray_close(struct sink *sink)
{
	struct sink_tray *t = container_of(sink, struct sink_tray, sink);
	list_remove(&sink->link);
	companion_close(t->program);
	uv_close((uv_handle_t *)t->retry, on_timer_closed);
	free(t);
}

struct sink *sink_tray_open(struct sink_hub *hub, uv_loop_t *loop, const char *program,
	const char *argument, sink_tray_on_request *on_request, void *data)
{
	struct sink_tray *t = xcalloc(1, sizeof(*t));
	const struct companion_settings settings = {
		.program = program,
		.argument = argument,
		.name = "tray program",
		.is_state = true,
		.on_reply = on_reply,
		.on_end = on_end,
		.data = t,
	};
	t->sink = (struct sink){.publish = tray_publish, .flush = tray_flush, .close = tray_close};
	t->loop = loop;
	t->on_request = on_request;
	t->data = data;
	t->retry = xcalloc(1, sizeof(*t->retry));
	uv_timer_init(loop, t->retry);
	t->retry->data = t;
	t->program = companion_create(loop, &settings);
	sink_hub_add(hub, &t->sink);
	send_list(t, instant_at(uv_now(loop)));
	return &t->sink;
}
