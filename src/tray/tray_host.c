#include "tray/tray_host.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

#define WATCHER "org.kde.StatusNotifierWatcher"

struct tray_host {
	char *name;           // well-known, as the specification has it
	guint owner, watcher; // GLib's numbers
	GCancellable *end;
};

static void on_registered(GObject *source, GAsyncResult *result, gpointer data)
{
	(void)data;
	GError *error = NULL;
	GVariant *answer = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
	if (answer != NULL) {
		g_variant_unref(answer);
		return;
	}
	if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
		log_warn("the tray does not take the icon: %s; trying again when it restarts",
			log_shown(str_from(error->message)));
	}
	g_error_free(error);
}

/* By the connection's unique name: of the other one, GNOME's AppIndicator extension may hear only
 * after it has read the item's properties, takes it for a new owner's, and drops the item. */
static void on_watcher(GDBusConnection *bus, const gchar *name, const gchar *owner, gpointer data)
{
	const struct tray_host *h = data;
	(void)name;
	g_dbus_connection_call(bus, owner, "/StatusNotifierWatcher", WATCHER,
		"RegisterStatusNotifierItem",
		g_variant_new("(s)", g_dbus_connection_get_unique_name(bus)), NULL,
		G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, h->end, on_registered, NULL);
}

static void on_no_watcher(GDBusConnection *bus, const gchar *name, gpointer data)
{
	(void)bus;
	(void)data;
	log_info("no tray on the desktop (%s); waiting for one", name);
}

struct tray_host *tray_host_create(GDBusConnection *bus)
{
	struct tray_host *h = xcalloc(1, sizeof(*h));
	h->name = xasprintf("org.kde.StatusNotifierItem-%ld-1", (long)getpid());
	h->end = g_cancellable_new();
	h->owner = g_bus_own_name_on_connection(
		bus, h->name, G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);
	h->watcher = g_bus_watch_name_on_connection(
		bus, WATCHER, G_BUS_NAME_WATCHER_FLAGS_NONE, on_watcher, on_no_watcher, h, NULL);
	return h;
}

void tray_host_destroy(struct tray_host *h)
{
	g_cancellable_cancel(h->end);
	g_object_unref(h->end);
	g_bus_unwatch_name(h->watcher);
	g_bus_unown_name(h->owner);
	free(h->name);
	free(h);
}
