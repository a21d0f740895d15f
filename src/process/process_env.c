#include "process/process_env.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "process/process_proc.h"

enum { ENVIRONMENT_BYTES = 128 * 1024 };

static const struct str names[PROCESS_VARIABLE_COUNT] = {
	[PROCESS_DBUS_SESSION_BUS_ADDRESS] = STR_INIT("DBUS_SESSION_BUS_ADDRESS"),
	[PROCESS_DISPLAY] = STR_INIT("DISPLAY"),
	[PROCESS_HYPRLAND_INSTANCE_SIGNATURE] = STR_INIT("HYPRLAND_INSTANCE_SIGNATURE"),
	[PROCESS_KDE_SESSION_VERSION] = STR_INIT("KDE_SESSION_VERSION"),
	[PROCESS_KITTY_LISTEN_ON] = STR_INIT("KITTY_LISTEN_ON"),
	[PROCESS_KITTY_WINDOW_ID] = STR_INIT("KITTY_WINDOW_ID"),
	[PROCESS_NIRI_SOCKET] = STR_INIT("NIRI_SOCKET"),
	[PROCESS_SWAYSOCK] = STR_INIT("SWAYSOCK"),
	[PROCESS_TMUX] = STR_INIT("TMUX"),
	[PROCESS_TMUX_PANE] = STR_INIT("TMUX_PANE"),
	[PROCESS_WEZTERM_PANE] = STR_INIT("WEZTERM_PANE"),
	[PROCESS_WEZTERM_UNIX_SOCKET] = STR_INIT("WEZTERM_UNIX_SOCKET"),
	[PROCESS_WINDOWID] = STR_INIT("WINDOWID"),
	[PROCESS_XAUTHORITY] = STR_INIT("XAUTHORITY"),
	[PROCESS_XDG_RUNTIME_DIR] = STR_INIT("XDG_RUNTIME_DIR"),
};

/* ---- environment */

static void pick(struct str entry, struct str ret[PROCESS_VARIABLE_COUNT])
{
	struct str name, value;
	if (!str_split(entry, '=', &name, &value) || value.size == 0 ||
		value.size > PROCESS_VALUE_BYTES) {
		return;
	}
	for (unsigned i = 0; i < PROCESS_VARIABLE_COUNT; i++) {
		if (ret[i].data == NULL && str_equal(name, names[i])) {
			ret[i] = value; // the first counts, as for getenv(3)
		}
	}
}

void process_env_pick(struct str environment, struct str ret[PROCESS_VARIABLE_COUNT])
{
	memset(ret, 0, PROCESS_VARIABLE_COUNT * sizeof(*ret));
	struct str entry;
	while (str_split(environment, '\0', &entry, &environment)) { // ignore one that was cut
		pick(entry, ret);
	}
}

static void read_variables(int process_fd, struct process_env *place)
{
	struct str values[PROCESS_VARIABLE_COUNT];
	cleanup_free char *text = xmalloc(ENVIRONMENT_BYTES);
	ssize_t size = process_proc_read(process_fd, "environ", text, ENVIRONMENT_BYTES);
	if (size <= 0) {
		return;
	}
	process_env_pick((struct str){text, (size_t)size}, values);
	for (unsigned i = 0; i < PROCESS_VARIABLE_COUNT; i++) {
		place->variables[i] = values[i].data != NULL ? str_dup(values[i]) : NULL;
	}
}

/* ---- the whole */

/* Its ancestors up to the first process that is not ours: a login manager, a session's supervisor.
 */
static void read_ancestors(int64_t pid, struct process_env *place)
{
	while (pid > 1 && place->line_size < PROCESS_ANCESTORS_MAX) {
		struct process_stat stat;
		cleanup_close int fd = process_proc_open("/proc", pid);
		if (fd < 0 || process_proc_stat(fd, &stat) < 0) {
			return;
		}
		place->line[place->line_size++] = pid;
		pid = stat.parent;
	}
}

int process_env_read(int64_t pid, struct process_env *ret)
{
	struct process_stat stat;
	cleanup_close int fd = process_proc_open("/proc", pid);
	int r = fd < 0 ? fd : process_proc_stat(fd, &stat);
	if (r < 0) {
		return r;
	}
	if (process_proc_is_elsewhere(fd)) {
		return -ESRCH;
	}
	struct process_env place = {0};
	read_variables(fd, &place);
	read_ancestors(pid, &place);
	*ret = place;
	return 0;
}

void process_env_finish(struct process_env *place)
{
	for (unsigned i = 0; i < PROCESS_VARIABLE_COUNT; i++) {
		free(place->variables[i]);
	}
	*place = (struct process_env){0};
}

int process_env_generation(const struct process_env *place, int64_t pid)
{
	for (size_t i = 0; i < place->line_size; i++) {
		if (place->line[i] == pid) {
			return (int)i;
		}
	}
	return -1;
}

/* ---- the program that shows what a process writes */

static bool read_stat(int64_t pid, struct process_stat *ret)
{
	cleanup_close int fd = process_proc_open("/proc", pid);
	return fd >= 0 && process_proc_stat(fd, ret) == 0;
}

int64_t process_env_terminal(int64_t pid)
{
	struct process_stat inner, outer;
	if (pid <= 1 || !read_stat(pid, &inner) || inner.terminal == 0) {
		return 0;
	}
	outer = inner;
	for (int i = 0; i < PROCESS_ANCESTORS_MAX && outer.parent > 1; i++) {
		if (!read_stat(outer.parent, &outer)) {
			return 0;
		}
		if (outer.terminal != inner.terminal) {
			return outer.pid;
		}
	}
	return 0;
}
