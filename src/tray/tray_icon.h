/* The icons of the states: their names in the icon theme (data/icons), and simple pictures for
 * trays that cannot find those. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "config/config.h"

const char *tray_icon_name(enum config_bar_state state, bool is_symbolic);

/* As IconPixmap has them: "a(iiay)". A floating reference. */
GVariant *tray_icon_pictures(enum config_bar_state state);
