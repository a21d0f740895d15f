#include "notifier/notifier_screen.h"

#include <libnotify/notify.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/log.h"
#include "process/process_env.h"
#include "sink/notify_line.h"

enum { ANSWER_BYTES = 64 * 1024 };

static GHashTable *shown; // id → NotifyNotification, both owned
static bool complained;   // of the server, since it last answered

static void answer(const struct notify_reply *reply)
{
	struct buf line;
	buf_init(&line, ANSWER_BYTES);
	notify_line_write_reply(&line, reply);
	if (!line.overflowed) {
		(void)fd_write_all(STDOUT_FILENO, buf_str(&line));
	}
	buf_finish(&line);
}

static void on_closed(NotifyNotification *notification, gpointer data)
{
	(void)data;
	int reason = notify_notification_get_closed_reason(notification);
	const char *found = g_object_get_data(G_OBJECT(notification), "session");
	char *id = g_strdup(found);
	bool is_dismissed = reason == NOTIFY_CLOSED_REASON_DISMISSED;
	answer(&(struct notify_reply){.id = str_from(id),
		.action = is_dismissed ? NOTIFY_ACTION_DISMISS : NOTIFY_ACTION_NONE});
	g_hash_table_remove(shown, id);
	g_free(id);
}

static void drop_notification(gpointer data)
{
	g_signal_handlers_disconnect_by_func(data, (gpointer)on_closed, NULL);
	g_object_unref(data);
}

/* What libnotify says to stderr, note_server() says better and once. */
static void on_library_message(
	const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data)
{
	(void)domain;
	(void)level;
	(void)message;
	(void)data;
}

void notifier_screen_init(void)
{
	g_log_set_handler("libnotify", G_LOG_LEVEL_WARNING, on_library_message, NULL);
	notify_init("otel-ai-monitor");
	shown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, drop_notification);
}

bool notifier_screen_check(void)
{
	char *name, *vendor, *version, *specification;
	g_log_set_handler("libnotify", G_LOG_LEVEL_WARNING, on_library_message, NULL);
	notify_init("otel-ai-monitor");
	bool found = notify_get_server_info(&name, &vendor, &version, &specification);
	if (found) {
		g_print("%s %s\n", name, version);
		g_free(name);
		g_free(vendor);
		g_free(version);
		g_free(specification);
	}
	notify_uninit();
	return found;
}

void notifier_screen_finish(void)
{
	g_hash_table_destroy(shown);
	notify_uninit();
}

static void note_server(GError *error)
{
	if (error == NULL) {
		complained = false;
		return;
	}
	if (!complained) {
		log_warn("no desktop notification was shown: %s; trying again with the next",
			log_shown(str_from(error->message)));
		complained = true;
	}
	g_error_free(error);
}

/* What the server can do: Desktop Notifications Specification, "GetCapabilities". Asked each time,
 * as another server may have taken over. */
struct capabilities {
	bool body_markup, actions;
	bool shows_default; // the action of a click has a button as well
	unsigned buttons;   // that it has room for
};

/* What a server does with many actions; others hide them in a menu, or wrap. */
struct server {
	const char *name;
	bool shows_default;
	unsigned buttons;
};

static struct server get_server(void)
{
	static const struct server servers[] = {
		{"Xfce Notify Daemon", true, 3},
		{"lxqt-notificationd", true, 3},
		{"gnome-shell", false, 3},
	};
	struct server found = {NULL, false, UINT_MAX};
	char *name = NULL, *vendor = NULL, *version = NULL, *specification = NULL;
	if (notify_get_server_info(&name, &vendor, &version, &specification)) {
		for (size_t i = 0; i < G_N_ELEMENTS(servers); i++) {
			found = strcmp(name, servers[i].name) == 0 ? servers[i] : found;
		}
	}
	g_free(name);
	g_free(vendor);
	g_free(version);
	g_free(specification);
	return found;
}

static struct capabilities get_capabilities(void)
{
	GList *names = notify_get_server_caps();
	const struct server server = get_server();
	struct capabilities can = {
		.body_markup = g_list_find_custom(names, "body-markup", (GCompareFunc)strcmp) !=
			       NULL,
		.actions = g_list_find_custom(names, "actions", (GCompareFunc)strcmp) != NULL,
		.shows_default = server.shows_default,
		.buttons = server.buttons,
	};
	g_list_free_full(names, g_free);
	return can;
}

/* ---- actions */

static const struct {
	const char *key, *label;
	enum notify_action action;
	bool is_click;        // on the notification itself
	bool repeats_default; // a button for what that does
} actions[] = {
	{"default", "Show", NOTIFY_ACTION_FOCUS, true, false},
	{"focus", "Show", NOTIFY_ACTION_FOCUS, false, true},
	{"dismiss", "Dismiss", NOTIFY_ACTION_DISMISS, false, false},
	{"mute", "Mute this session", NOTIFY_ACTION_MUTE, false, false},
	/* last, as it is left out where there is no room */
	{"details", "Show details", NOTIFY_ACTION_DETAILS, false, false},
};

static enum notify_action mode_of(const char *key)
{
	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
		if (strcmp(actions[i].key, key) == 0) {
			return actions[i].action;
		}
	}
	return NOTIFY_ACTION_NONE;
}

/* Not every server takes it off the screen then. */
static void on_action(NotifyNotification *notification, char *key, gpointer data)
{
	(void)data;
	const char *found = g_object_get_data(G_OBJECT(notification), "session");
	const char *token = notify_notification_get_activation_token(notification);
	char *id = g_strdup(found);
	answer(&(struct notify_reply){
		.id = str_from(id), .action = mode_of(key), .token = str_from(token)});
	g_object_ref(notification);
	g_hash_table_remove(shown, id);
	notify_notification_close(notification, NULL);
	g_object_unref(notification);
	g_free(id);
}

/* What cannot be shown is not offered: a click then only sends it away. */
static bool is_possible(const struct notify_command *command, enum notify_action action)
{
	return (command->can_focus || action != NOTIFY_ACTION_FOCUS) &&
	       (command->has_details || action != NOTIFY_ACTION_DETAILS);
}

static void set_actions(NotifyNotification *notification, const struct notify_command *command,
	const struct capabilities *can)
{
	unsigned buttons = 0;
	notify_notification_clear_actions(notification);
	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
		bool is_button = !actions[i].is_click || can->shows_default;
		if (!is_possible(command, actions[i].action) ||
			(can->shows_default && actions[i].repeats_default) ||
			(is_button && buttons == can->buttons)) {
			continue;
		}
		buttons += is_button;
		notify_notification_add_action(
			notification, actions[i].key, actions[i].label, on_action, NULL, NULL);
	}
}

/* ---- showing */

static NotifyNotification *find_or_create(const char *id, uint32_t number)
{
	NotifyNotification *notification = g_hash_table_lookup(shown, id);
	if (notification == NULL) {
		notification = g_object_new(NOTIFY_TYPE_NOTIFICATION, "id", (int)number, NULL);
		g_object_set_data_full(G_OBJECT(notification), "session", g_strdup(id), g_free);
		notify_notification_set_hint(
			notification, "desktop-entry", g_variant_new_string("otel-ai-monitor"));
		/* No x-dunst-stack-tag: the number already says what to replace, and mako 1.6 to
		 * 1.11 crashes when both name the same notification. */
		g_signal_connect(notification, "closed", G_CALLBACK(on_closed), NULL);
		g_hash_table_insert(shown, g_strdup(id), notification);
	}
	return notification;
}

/* Whose it is, so that a desktop can find the window, and how it sounds. A text that is mended
 * makes no sound. */
static void set_hints(NotifyNotification *notification, const struct notify_command *command)
{
	int64_t terminal = process_env_terminal(command->pid);
	bool sounds = command->sound.size > 0 && !command->is_quiet;
	char *sound = str_dup(command->sound);
	notify_notification_set_hint(
		notification, "sender-pid", terminal > 0 ? g_variant_new_int64(terminal) : NULL);
	notify_notification_set_hint(
		notification, "sound-name", sounds ? g_variant_new_string(sound) : NULL);
	notify_notification_set_hint(notification, "suppress-sound",
		command->is_quiet ? g_variant_new_boolean(TRUE) : NULL);
	free(sound);
}

static void dress(NotifyNotification *notification, const struct notify_command *command)
{
	const struct capabilities can = get_capabilities();
	char *summary = str_dup(command->summary);
	char *category = str_dup(command->category), *plain = str_dup(command->body);
	char *markup = g_markup_escape_text(plain, -1);
	notify_notification_update(
		notification, summary, can.body_markup ? markup : plain, "otel-ai-monitor");
	notify_notification_set_urgency(notification, (NotifyUrgency)command->urgency);
	notify_notification_set_category(notification, category);
	set_hints(notification, command);
	if (can.actions) {
		set_actions(notification, command, &can);
	}
	free(summary);
	free(category);
	free(plain);
	g_free(markup);
}

static void show(const struct notify_command *command, const char *id)
{
	NotifyNotification *notification = find_or_create(id, command->number);
	GError *error = NULL;
	dress(notification, command);
	if (notify_notification_show(notification, &error)) {
		gint number = 0;
		g_object_get(notification, "id", &number, NULL);
		answer(&(struct notify_reply){command->id, (uint32_t)number});
	} else {
		answer(&(struct notify_reply){command->id});
		g_hash_table_remove(shown, id);
	}
	note_server(error);
}

static void take_away(const struct notify_command *command, const char *id)
{
	bool known = g_hash_table_contains(shown, id);
	if (!known && command->number == 0) {
		return;
	}
	GError *error = NULL;
	notify_notification_close(find_or_create(id, command->number), &error);
	g_hash_table_remove(shown, id);
	note_server(error);
}

bool notifier_screen_is_empty(void)
{
	return g_hash_table_size(shown) == 0;
}

void notifier_screen_handle(const struct notify_command *command)
{
	char *id = str_dup(command->id);
	if (command->closes) {
		take_away(command, id);
	} else {
		show(command, id);
	}
	free(id);
}
