#include "focus/focus.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "focus/focus_window.h"

enum { NESTING_MAX = 4 }; // multiplexers inside each other

static const struct focus_pane_keeper pane_keepers[] = {
	{"tmux", {PROCESS_TMUX, PROCESS_TMUX_PANE}, focus_tmux},
	{"kitty", {PROCESS_KITTY_LISTEN_ON, PROCESS_KITTY_WINDOW_ID}, focus_kitty},
	{"WezTerm", {PROCESS_WEZTERM_UNIX_SOCKET, PROCESS_WEZTERM_PANE}, focus_wezterm},
};

static const struct focus_window_manager managers[] = {
	{"sway", PROCESS_SWAYSOCK, focus_sway},
	{"Hyprland", PROCESS_HYPRLAND_INSTANCE_SIGNATURE, focus_hyprland},
	{"niri", PROCESS_NIRI_SOCKET, focus_niri},
	{"X11", PROCESS_DISPLAY, focus_x11},
	{"KWin", PROCESS_KDE_SESSION_VERSION, focus_kwin},
};

static void note(struct buf *why, const char *name, int r)
{
	buf_printf(why, "%s%s: %s", why->size > 0 ? "; " : "", name,
		r < 0 ? strerror(-r) : "not found there");
}

/* Asks only the innermost one: what a multiplexer's panes inherited from its surroundings may be
 * outdated. */
static int ask_pane(
	const struct process_env *place, enum focus_mode mode, int64_t *ret_outer, struct buf *why)
{
	for (size_t i = 0; i < ARRAY_SIZE(pane_keepers); i++) {
		const struct focus_pane_keeper *k = &pane_keepers[i];
		if (place->variables[k->variables[0]] != NULL &&
			place->variables[k->variables[1]] != NULL) {
			int r = k->ask(place, mode, ret_outer);
			if (r < 0 || r == FOCUS_NOT_THERE) {
				note(why, k->name, r);
			}
			return r;
		}
	}
	return FOCUS_YES;
}

static int ask_windows(const struct process_env *place, enum focus_mode mode, struct buf *why)
{
	for (size_t i = 0; i < ARRAY_SIZE(managers); i++) {
		const struct focus_window_manager *m = &managers[i];
		if (place->variables[m->variable] == NULL) {
			continue;
		}
		int r = m->ask(place, mode);
		if (r == FOCUS_YES || r == FOCUS_NO) {
			return r;
		}
		note(why, m->name, r);
	}
	if (why->size == 0) {
		buf_append_str(why, STR("it runs under no supported desktop"));
	}
	return FOCUS_NOT_THERE;
}

static int ask_all(int64_t pid, enum focus_mode mode, int nesting, struct buf *why)
{
	struct process_env place;
	int64_t outer = 0;
	int r = process_env_read(pid, &place);
	if (r < 0) {
		buf_printf(why, "process %" PRId64 ": %s", pid, strerror(-r));
		return r;
	}
	r = ask_pane(&place, mode, &outer, why);
	if (r != FOCUS_NO && outer == 0) {
		r = ask_windows(&place, mode, why);
	}
	process_env_finish(&place);
	if (r == FOCUS_YES && outer != 0) {
		return nesting > 0 ? ask_all(outer, mode, nesting - 1, why) : FOCUS_NOT_THERE;
	}
	return r;
}

int focus_process(int64_t pid, enum focus_mode mode, struct buf *why)
{
	return ask_all(pid, mode, NESTING_MAX, why);
}
