#include "process/process_stat.h"

#include <stdio.h>
#include <string.h>

static const struct str place_names[PROCESS_PLACE_COUNT] = {
	[PROCESS_PLACE_TMUX] = STR_INIT("TMUX"),
	[PROCESS_PLACE_TMUX_PANE] = STR_INIT("TMUX_PANE"),
	[PROCESS_PLACE_STY] = STR_INIT("STY"),
	[PROCESS_PLACE_ZELLIJ_SESSION_NAME] = STR_INIT("ZELLIJ_SESSION_NAME"),
	[PROCESS_PLACE_ZELLIJ_PANE_ID] = STR_INIT("ZELLIJ_PANE_ID"),
	[PROCESS_PLACE_KITTY_WINDOW_ID] = STR_INIT("KITTY_WINDOW_ID"),
	[PROCESS_PLACE_KITTY_LISTEN_ON] = STR_INIT("KITTY_LISTEN_ON"),
	[PROCESS_PLACE_WEZTERM_PANE] = STR_INIT("WEZTERM_PANE"),
	[PROCESS_PLACE_WEZTERM_UNIX_SOCKET] = STR_INIT("WEZTERM_UNIX_SOCKET"),
	[PROCESS_PLACE_ALACRITTY_WINDOW_ID] = STR_INIT("ALACRITTY_WINDOW_ID"),
	[PROCESS_PLACE_KONSOLE_DBUS_SERVICE] = STR_INIT("KONSOLE_DBUS_SERVICE"),
	[PROCESS_PLACE_KONSOLE_DBUS_SESSION] = STR_INIT("KONSOLE_DBUS_SESSION"),
	[PROCESS_PLACE_GNOME_TERMINAL_SCREEN] = STR_INIT("GNOME_TERMINAL_SCREEN"),
	[PROCESS_PLACE_TERM_PROGRAM] = STR_INIT("TERM_PROGRAM"),
	[PROCESS_PLACE_WINDOWID] = STR_INIT("WINDOWID"),
};

const char *process_place_name(enum process_place place)
{
	return place_names[place].data;
}

/* ---- stat */

/* Cuts the first word off *rest; empty at the end. */
static struct str next_word(struct str *rest)
{
	struct str s = str_trim(*rest);
	const char *blank = s.size > 0 ? memchr(s.data, ' ', s.size) : NULL;
	struct str word = {s.data, blank != NULL ? (size_t)(blank - s.data) : s.size};
	*rest = str_skip(s, word.size);
	return word;
}

/* The fields behind the name; numbers as in proc(5). */
static bool parse_fields(struct str rest, struct process_stat *stat)
{
	enum { STATE = 3, PPID = 4, TTY_NR = 7, STARTTIME = 22 };
	for (int field = STATE; field <= STARTTIME; field++) {
		struct str word = next_word(&rest);
		int64_t number = 0;
		if (field == STATE ? word.size != 1 : !str_to_int64(word, &number)) {
			return false;
		}
		if (field == STATE) {
			stat->state = word.data[0];
		} else if (field == PPID) {
			stat->parent = number;
		} else if (field == TTY_NR) {
			stat->terminal = (uint32_t)number;
		} else if (field == STARTTIME) {
			stat->start_ticks = (uint64_t)number;
		}
	}
	return true;
}

bool process_stat_parse(struct str line, struct process_stat *ret)
{
	struct process_stat stat = {0};
	while (line.size > 0 && line.data[line.size - 1] == '\n') {
		line.size--;
	}
	const char *open = line.size > 0 ? memchr(line.data, '(', line.size) : NULL;
	const char *close = line.size > 0 ? memrchr(line.data, ')', line.size) : NULL;
	if (open == NULL || close == NULL || close < open) {
		return false;
	}
	struct str number = {line.data, (size_t)(open - line.data)};
	struct str rest = str_skip(line, (size_t)(close + 1 - line.data));
	if (!str_to_int64(str_trim(number), &stat.pid) || !parse_fields(rest, &stat)) {
		return false;
	}
	size_t size = (size_t)(close - open - 1);
	size = size < sizeof(stat.name) ? size : sizeof(stat.name) - 1;
	memcpy(stat.name, open + 1, size);
	*ret = stat;
	return true;
}

bool process_stat_has_ended(const struct process_stat *stat)
{
	return stat->state == 'Z' || stat->state == 'X' || stat->state == 'x';
}

/* ---- terminal */

bool process_stat_terminal(uint32_t terminal, char ret[PROCESS_TERMINAL_BYTES])
{
	/* devices.txt of the kernel: pts have eight major numbers, consoles and lines share one */
	enum { MAJOR_TTY = 4, MAJOR_PTS = 136, PTS_MAJORS = 8, FIRST_LINE = 64, LINES_END = 256 };
	unsigned major = (terminal >> 8) & 0xfff;
	unsigned minor = (terminal & 0xff) | ((terminal >> 12) & 0xfff00);
	if (major >= MAJOR_PTS && major < MAJOR_PTS + PTS_MAJORS) {
		unsigned number = minor < 256 ? (major - MAJOR_PTS) * 256 + minor : minor;
		(void)snprintf(ret, PROCESS_TERMINAL_BYTES, "/dev/pts/%u", number);
		return true;
	}
	if (major == MAJOR_TTY && minor > 0 && minor < FIRST_LINE) {
		(void)snprintf(ret, PROCESS_TERMINAL_BYTES, "/dev/tty%u", minor);
		return true;
	}
	if (major == MAJOR_TTY && minor >= FIRST_LINE && minor < LINES_END) {
		(void)snprintf(ret, PROCESS_TERMINAL_BYTES, "/dev/ttyS%u", minor - FIRST_LINE);
		return true;
	}
	return false;
}

/* ---- environment */

static void pick(struct str entry, struct str ret[PROCESS_PLACE_COUNT])
{
	const char *equals = entry.size > 0 ? memchr(entry.data, '=', entry.size) : NULL;
	if (equals == NULL) {
		return;
	}
	struct str name = {entry.data, (size_t)(equals - entry.data)};
	struct str value = str_skip(entry, name.size + 1);
	if (value.size == 0 || value.size > PROCESS_VALUE_BYTES) {
		return;
	}
	for (unsigned i = 0; i < PROCESS_PLACE_COUNT; i++) {
		if (ret[i].data == NULL && str_equal(name, place_names[i])) {
			ret[i] = value; // the first counts, as for getenv(3)
		}
	}
}

void process_stat_pick_places(struct str environment, struct str ret[PROCESS_PLACE_COUNT])
{
	memset(ret, 0, PROCESS_PLACE_COUNT * sizeof(*ret));
	const char *end;
	while (environment.size > 0 &&
		(end = memchr(environment.data, '\0', environment.size)) != NULL) {
		struct str entry = {environment.data, (size_t)(end - environment.data)};
		pick(entry, ret);
		environment = str_skip(environment, entry.size + 1);
	}
}
