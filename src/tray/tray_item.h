/* The icon itself: org.kde.StatusNotifierItem of freedesktop's specification. */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

struct tray_view;

#define TRAY_MENU_PATH "/MenuBar" // where the others have it, too

struct tray_item_settings {
	const char *icons_path; // a directory of icons besides the theme's; copied
	bool is_symbolic;
	void (*on_activate)(void *data); // it was clicked
	void *data;
};

struct tray_item;

/* Shows no sessions yet. bus is borrowed. NULL, with the reason logged, if its path is taken. */
struct tray_item *tray_item_create(GDBusConnection *bus, const struct tray_item_settings *settings);
void tray_item_destroy(struct tray_item *item);

/* Shows this view; notifies the tray of what has changed. */
void tray_item_show(struct tray_item *item, const struct tray_view *view);

/* The latest token from the tray that lets another program take the focus (xdg-activation), for the
 * caller to free; NULL if there was none since the last call. */
char *tray_item_take_token(struct tray_item *item);
