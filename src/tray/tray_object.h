/* An object on the session bus. */
#pragma once

#include <gio/gio.h>

/* Offers the object: definition is the XML of its one interface, data what the handlers get. GLib's
 * number of it, for g_dbus_connection_unregister_object(); 0, with the reason logged, if it cannot
 * be. */
guint tray_object_register(GDBusConnection *bus, const char *path, const char *definition,
	const GDBusInterfaceVTable *handlers, void *data);
