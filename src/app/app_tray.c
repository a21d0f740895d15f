#include "app/app_tray.h"

#include <stdbool.h>
#include <unistd.h>

#include "app/app_notify.h"
#include "base/instant.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/self.h"
#include "config/config.h"
#include "session/session.h"
#include "session/session_tracker.h"
#include "sink/sink.h"
#include "sink/sink_hub.h"
#include "sink/sink_tray.h"
#include "version.h"

enum { PAUSE_MS = 60 * 60 * 1000 };

static void mark_all_as_seen(const struct app_tray *t)
{
	struct session *s, *next;
	struct instant now = instant_at(uv_now(t->loop));
	list_for_each_safe(s, next, session_tracker_sessions(t->tracker), link)
	{
		if (s->attention != SESSION_ATTENTION_NONE || s->state == SESSION_COMPLETED) {
			(void)session_tracker_acknowledge(t->tracker, str_from(s->id), now);
		}
	}
}

static void on_request(const struct tray_request *request, void *data)
{
	const struct app_tray *t = data;
	switch (request->action) {
	case TRAY_ACTION_FOCUS:
		app_notify_act(t->notify, request->id, NOTIFY_ACTION_FOCUS, request->token);
		break;
	case TRAY_ACTION_SEEN: mark_all_as_seen(t); break;
	case TRAY_ACTION_PAUSE:
		sink_hub_pause(t->hub, PAUSE_MS, instant_at(uv_now(t->loop)));
		break;
	case TRAY_ACTION_RESUME: sink_hub_pause(t->hub, 0, instant_at(uv_now(t->loop))); break;
	case TRAY_ACTION_NONE:
	case TRAY_ACTION_COUNT: return;
	}
	t->on_change(t->data);
}

/* Without one the program would exit at once, again and again. */
static bool has_session_bus(const struct config *config)
{
	const char *directory = config_variable(config, "XDG_RUNTIME_DIR");
	cleanup_free char *socket = directory != NULL ? xasprintf("%s/bus", directory) : NULL;
	return config_variable(config, "DBUS_SESSION_BUS_ADDRESS") != NULL ||
	       (socket != NULL && access(socket, F_OK) == 0);
}

static void open_tray(struct app_tray *t)
{
	cleanup_free char *installed = self_companion("otel-ai-monitor-tray", TRAY_PATH);
	const struct config *config = t->config;
	const char *program = config->tray_path != NULL ? config->tray_path : installed;
	if (access(program, X_OK) != 0) {
		log_warn("no tray icon: cannot run '%s'; install it, or set tray = no", program);
	} else if (!has_session_bus(config)) {
		log_warn("no tray icon: there is no session bus (DBUS_SESSION_BUS_ADDRESS is not "
			 "set); restart the daemon within the desktop session");
	} else {
		t->sink = sink_tray_open(t->hub, t->loop, program,
			config->tray == CONFIG_TRAY_SYMBOLIC ? "--symbolic" : NULL, on_request, t);
	}
}

void app_tray_apply(struct app_tray *t)
{
	if (t->sink != NULL && t->tray == t->config->tray) {
		return;
	}
	if (t->sink != NULL) {
		t->sink->close(t->sink);
		t->sink = NULL;
	}
	t->tray = t->config->tray;
	if (t->tray != CONFIG_TRAY_NO) {
		open_tray(t);
	}
}
