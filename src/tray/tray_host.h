/* Registers the item with the desktop's StatusNotifierWatcher, which passes it to the trays; also
 * with one that starts later, or again. */
#pragma once

#include <gio/gio.h>

struct tray_host;

/* bus is borrowed, and already has the item. */
struct tray_host *tray_host_create(GDBusConnection *bus);
void tray_host_destroy(struct tray_host *h);
