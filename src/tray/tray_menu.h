/* The menu of the icon: com.canonical.dbusmenu, as libdbusmenu has it. An entry for each session,
 * and a few for all of them. An entry keeps its number as long as its session has one, so that a
 * click on a menu that has just changed means what was read. */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

#include "sink/tray_line.h"

struct tray_view;

struct tray_menu_settings {
	const char *path;       // of the object; a literal
	const char *icons_path; // a directory of icons beside the theme's; copied
	bool is_symbolic;
	/* An entry was chosen; session_id of FOCUS, else NULL. */
	void (*on_choose)(enum tray_action action, const char *session_id, void *data);
	void *data;
};

struct tray_menu;

/* Shows no sessions yet. bus is borrowed. NULL, with the reason logged, if it is taken there. */
struct tray_menu *tray_menu_create(GDBusConnection *bus, const struct tray_menu_settings *settings);
void tray_menu_destroy(struct tray_menu *menu);

/* Shows this from now on; tells the tray if anything is different. */
void tray_menu_show(struct tray_menu *menu, const struct tray_view *view);
