#include "app/app_notify.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/self.h"
#include "config/config.h"
#include "http/http_server.h"
#include "meter/budget.h"
#include "process/process_launch.h"
#include "session/session_tracker.h"
#include "sink/sink.h"
#include "sink/sink_notify.h"
#include "version.h"

/* Runs the same commands that people use: they ask us for the session. */
static int run_command(const struct app_notify *n, enum notify_action action, struct str session_id,
	struct str token, process_launch_on_end *on_end, void *data)
{
	bool is_focus = action == NOTIFY_ACTION_FOCUS;
	cleanup_free char *variable = xasprintf("XDG_ACTIVATION_TOKEN=%.*s", STR_ARG(token));
	cleanup_free char *id = str_dup(session_id);
	cleanup_free char *option = xasprintf("--session=%s", id);
	const char *file = n->config->config_path, *socket = n->config->socket_path;
	bool has_file = file != NULL && access(file, F_OK) == 0; // the default one may be missing
	char port[8];
	(void)snprintf(port, sizeof(port), "%u", (unsigned)http_server_port(n->server));
	const char *const argv[] = {"/proc/self/exe", is_focus ? "focus" : "dashboard", "--port",
		port, "--socket", socket != NULL ? socket : "none", "--config",
		has_file ? file : "none", is_focus ? "--" : option, is_focus ? id : NULL, NULL};
	return process_launch(n->launcher, argv, token.size > 0 ? variable : NULL, on_end, data);
}

int app_notify_focus(const struct app_notify *n, struct str session_id,
	process_launch_on_end *on_end, void *data)
{
	return run_command(n, NOTIFY_ACTION_FOCUS, session_id, STR(""), on_end, data);
}

/* Looking at a session does not answer its question; the tracker knows. */
void app_notify_act(const struct app_notify *n, struct str session_id, enum notify_action action,
	struct str token)
{
	if (action == NOTIFY_ACTION_MUTE) {
		(void)session_tracker_mute(n->tracker, session_id, true);
	} else {
		(void)session_tracker_acknowledge(
			n->tracker, session_id, instant_at(uv_now(n->loop)));
	}
	if (action == NOTIFY_ACTION_FOCUS || action == NOTIFY_ACTION_DETAILS) {
		(void)run_command(n, action, session_id, token, NULL, NULL);
	}
	n->on_change(n->data);
}

static void on_action(
	struct str session_id, enum notify_action action, struct str token, void *data)
{
	app_notify_act(data, session_id, action, token);
}

static struct notify_rules rules_of(const struct config *config)
{
	struct notify_rules rules = {
		.min_duration_ms = config->notify_min_duration_ms,
		.delay_ms = config->notify_delay_ms,
		.even_focused = config->notify_focused,
	};
	(void)instant_read_hours(str_from(config->quiet_hours), &rules.quiet);
	for (size_t i = 0; i < config->notify_kinds.count; i++) {
		rules.kinds |= 1u << notify_kind_find(str_from(config->notify_kinds.items[i]));
	}
	for (size_t i = 0; i < config->notify_sounds.count; i++) {
		enum notify_kind kind;
		struct str sound;
		if (notify_kind_read_sound(
			    str_from(config->notify_sounds.items[i]), &kind, &sound)) {
			(void)snprintf(rules.sounds[kind], sizeof(rules.sounds[kind]), "%.*s",
				STR_ARG(sound));
		}
	}
	return rules;
}

static struct sink_notify_settings settings_of(
	const struct config *config, const char *notifier, const char *focus)
{
	struct sink_notify_settings settings = {
		.focus_path = access(focus, X_OK) == 0 ? focus : NULL, // it is optional
		.has_focus_command = config->focus_command.count > 0,
		.has_page = config->listen.count > 0, // browsers need TCP
		.is_flat = config->plan == CONFIG_PLAN_SUBSCRIPTION,
		.rules = rules_of(config),
		.command = (const char *const *)config->notify_command.items,
		.command_size = config->notify_command.count,
	};
	if (config->notifications) {
		settings.notifier_path = notifier;
	}
	return settings;
}

void app_notify_apply(struct app_notify *n)
{
	cleanup_free char *notifier = self_companion("otel-ai-monitor-notifier", NOTIFIER_PATH);
	cleanup_free char *focus = self_companion("otel-ai-monitor-focus", FOCUS_PATH);
	const struct config *config = n->config;
	struct sink_notify_settings settings = settings_of(config,
		config->notifier_path != NULL ? config->notifier_path : notifier,
		config->focus_path != NULL ? config->focus_path : focus);
	bool is_wanted = n->config->notifications || n->config->notify_command.count > 0;
	if (n->launcher == NULL) {
		n->launcher = process_launcher_create(n->loop);
	}
	if (is_wanted && n->sink == NULL) {
		n->sink = sink_notify_open(n->hub, n->loop, &settings, on_action, n);
	} else if (is_wanted) {
		sink_notify_set(n->sink, &settings);
	} else if (n->sink != NULL) {
		n->sink->close(n->sink);
		n->sink = NULL;
	}
}

void app_notify_budget(
	struct app_notify *n, const struct budget_alarm *alarm, const struct session *session)
{
	static const char *const whose[BUDGET_PERIOD_COUNT] = {
		[BUDGET_DAY] = "today's budget",
		[BUDGET_MONTH] = "this month's budget",
		[BUDGET_SESSION] = "the budget of a session",
	};
	if (n->sink == NULL) {
		return;
	}
	bool is_flat = n->config->plan == CONFIG_PLAN_SUBSCRIPTION;
	cleanup_free char *id = xasprintf("budget/%s%s%s", budget_period_name(alarm->period),
		session != NULL ? "/" : "", session != NULL ? session->id : "");
	cleanup_free char *summary = xasprintf(
		"%u %% of %s is spent", alarm->percent, whose[alarm->period]);
	cleanup_free char *body = xasprintf("$%.2f of $%.2f%s%s%s",
		(double)alarm->spent_nano_usd / 1e9, (double)alarm->limit_nano_usd / 1e9,
		is_flat ? ", API-equivalent" : "",
		session != NULL && session->project != NULL ? " · " : "",
		session != NULL && session->project != NULL ? session->project : "");
	sink_notify_of(n->sink, str_from(id), NOTIFY_BUDGET, str_from(summary), str_from(body));
}

void app_notify_task(struct app_notify *n, struct str id, struct str where)
{
	if (n->sink != NULL) {
		cleanup_free char *key = xasprintf("task/%.*s", STR_ARG(where));
		cleanup_free char *summary = xasprintf("Task %s has an error", log_shown(id));
		cleanup_free char *body = xasprintf("%s", log_shown(where));
		sink_notify_of(n->sink, str_from(key), NOTIFY_TASK_ERROR, str_from(summary),
			str_from(body));
	}
}

void app_notify_loop(struct app_notify *n, struct str task_id, double attempts)
{
	if (n->sink == NULL) {
		return;
	}
	cleanup_free char *id = xasprintf("loop/%.*s", STR_ARG(task_id));
	cleanup_free char *summary = xasprintf("Task %s goes in circles", log_shown(task_id));
	cleanup_free char *body = attempts > 0 ? xasprintf("%.0f attempts", attempts)
					       : xstrdup("no end in sight");
	sink_notify_of(n->sink, str_from(id), NOTIFY_LOOP, str_from(summary), str_from(body));
}

void app_notify_gate(struct app_notify *n, struct str task_id)
{
	if (n->sink == NULL) {
		return;
	}
	cleanup_free char *id = xasprintf("gate/%.*s", STR_ARG(task_id));
	cleanup_free char *summary = xasprintf("Task %s needs your decision", log_shown(task_id));
	sink_notify_of(n->sink, str_from(id), NOTIFY_GATE, str_from(summary),
		STR("its quality gate was escalated"));
}

void app_notify_stop(struct app_notify *n)
{
	process_launcher_close(n->launcher);
	n->launcher = NULL;
}
