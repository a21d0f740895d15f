/* X11: Extended Window Manager Hints 1.5, _NET_CLIENT_LIST, _NET_WM_PID and _NET_ACTIVE_WINDOW,
 * which i3, KWin, Mutter and most others keep. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/xcb.h>

#include "base/mem.h"
#include "base/str.h"
#include "focus/focus_window.h"

enum atom { CLIENT_LIST, WM_PID, ACTIVE_WINDOW, ATOM_COUNT };

enum { WINDOWS_MAX = 4096, FROM_PAGER = 2 }; // source indication: a direct action of the user

struct display {
	xcb_connection_t *connection;
	xcb_window_t root;
	xcb_atom_t atoms[ATOM_COUNT];
};

static int intern_atoms(struct display *d)
{
	static const struct str names[ATOM_COUNT] = {
		[CLIENT_LIST] = STR_INIT("_NET_CLIENT_LIST"),
		[WM_PID] = STR_INIT("_NET_WM_PID"),
		[ACTIVE_WINDOW] = STR_INIT("_NET_ACTIVE_WINDOW"),
	};
	for (int i = 0; i < ATOM_COUNT; i++) {
		xcb_intern_atom_cookie_t asked = xcb_intern_atom(
			d->connection, 0, (uint16_t)names[i].size, names[i].data);
		xcb_intern_atom_reply_t *reply = xcb_intern_atom_reply(d->connection, asked, NULL);
		if (reply == NULL) {
			return -EPROTO;
		}
		d->atoms[i] = reply->atom;
		free(reply);
	}
	return 0;
}

static int open_display(struct display *d, const struct process_env *place)
{
	const char *authority = place->variables[PROCESS_XAUTHORITY];
	int screen;
	if (authority != NULL) {
		setenv("XAUTHORITY", authority, 1);
	}
	d->connection = xcb_connect(place->variables[PROCESS_DISPLAY], &screen);
	if (xcb_connection_has_error(d->connection) != 0) {
		return -ECONNREFUSED;
	}
	xcb_screen_iterator_t it = xcb_setup_roots_iterator(xcb_get_setup(d->connection));
	while (it.rem > 1 && screen-- > 0) {
		xcb_screen_next(&it);
	}
	d->root = it.data->root;
	return intern_atoms(d);
}

/* The 32-bit values of a property, at most max of them. */
static size_t get_values(
	struct display *d, xcb_window_t window, enum atom property, uint32_t *ret, uint32_t max)
{
	xcb_get_property_cookie_t asked = xcb_get_property(
		d->connection, 0, window, d->atoms[property], XCB_GET_PROPERTY_TYPE_ANY, 0, max);
	xcb_get_property_reply_t *reply = xcb_get_property_reply(d->connection, asked, NULL);
	size_t size = 0;
	if (reply != NULL && reply->format == 32) {
		size = (size_t)xcb_get_property_value_length(reply);
		memcpy(ret, xcb_get_property_value(reply), size);
	}
	free(reply);
	return size / sizeof(*ret);
}

static xcb_window_t active_window(struct display *d)
{
	uint32_t window = XCB_WINDOW_NONE;
	(void)get_values(d, d->root, ACTIVE_WINDOW, &window, 1);
	return window;
}

/* The one its terminal named, among those of the nearest process; else the first of them. */
static xcb_window_t find_window(struct display *d, const struct process_env *place)
{
	const char *named = place->variables[PROCESS_WINDOWID];
	unsigned long wanted = named != NULL ? strtoul(named, NULL, 0) : 0;
	cleanup_free uint32_t *windows = xcalloc(WINDOWS_MAX, sizeof(*windows));
	size_t count = get_values(d, d->root, CLIENT_LIST, windows, WINDOWS_MAX);
	xcb_window_t found = XCB_WINDOW_NONE;
	int nearest = -1;
	for (size_t i = 0; i < count; i++) {
		uint32_t pid = 0;
		(void)get_values(d, windows[i], WM_PID, &pid, 1);
		int generation = process_env_generation(place, pid);
		bool nearer = generation >= 0 && (nearest < 0 || generation < nearest);
		if (nearer || (generation >= 0 && generation == nearest && windows[i] == wanted)) {
			found = windows[i];
			nearest = generation;
		}
	}
	return found;
}

static void activate(struct display *d, xcb_window_t window)
{
	xcb_client_message_event_t message = {
		.response_type = XCB_CLIENT_MESSAGE,
		.format = 32,
		.window = window,
		.type = d->atoms[ACTIVE_WINDOW],
		.data.data32 = {FROM_PAGER, XCB_CURRENT_TIME, active_window(d)},
	};
	xcb_send_event(d->connection, 0, d->root,
		XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY | XCB_EVENT_MASK_SUBSTRUCTURE_REDIRECT,
		(const char *)&message);
	/* what a closed connection still held may be lost: wait until the server has read it */
	free(xcb_get_input_focus_reply(d->connection, xcb_get_input_focus(d->connection), NULL));
}

static int ask(struct display *d, const struct process_env *place, enum focus_mode mode)
{
	xcb_window_t window = find_window(d, place);
	if (window == XCB_WINDOW_NONE) {
		return FOCUS_NOT_THERE;
	}
	if (mode == FOCUS_CHECK) {
		return window == active_window(d) ? FOCUS_YES : FOCUS_NO;
	}
	activate(d, window);
	return FOCUS_YES;
}

int focus_x11(const struct process_env *place, enum focus_mode mode)
{
	struct display d = {0};
	int r = open_display(&d, place);
	if (r == 0) {
		r = ask(&d, place, mode);
	}
	xcb_disconnect(d.connection);
	return r;
}
