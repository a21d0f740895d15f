#include "tray/tray_object.h"

#include "base/log.h"

guint tray_object_register(GDBusConnection *bus, const char *path, const char *definition,
	const GDBusInterfaceVTable *handlers, void *data)
{
	GError *error = NULL;
	guint number = 0;
	GDBusNodeInfo *node = g_dbus_node_info_new_for_xml(definition, &error);
	if (node != NULL) {
		number = g_dbus_connection_register_object(
			bus, path, node->interfaces[0], handlers, data, NULL, &error);
		g_dbus_node_info_unref(node);
	}
	if (number == 0) {
		log_error("cannot offer %s on the session bus: %s", path, error->message);
		g_error_free(error);
	}
	return number;
}
