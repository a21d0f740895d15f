/* Where the item is announced: the desktop's StatusNotifierWatcher, which hands it to the trays.
 * One that is not there yet, or comes back, gets it as soon as it is. */
#pragma once

#include <gio/gio.h>

struct tray_host;

/* bus is borrowed, and holds what is announced already. */
struct tray_host *tray_host_create(GDBusConnection *bus);
void tray_host_destroy(struct tray_host *h);
