/* KWin, on X11 and Wayland: a script (org.kde.kwin.Scripting) that is loaded over the session bus
 * by busctl(1), run and unloaded. It returns nothing: whether the window exists, or has the focus,
 * is unknown. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "focus/focus_ask.h"
#include "focus/focus_window.h"

enum { SCRIPT_BYTES = 4096, OUTPUT_BYTES = 4096 };

static const char name[] = "otel-ai-monitor-focus";

/* The properties have other names in KWin 5. */
static void write_script(struct buf *out, const struct process_env *place)
{
	buf_append_str(out, STR("(function () { var pids = ["));
	for (size_t i = 0; i < place->line_size; i++) {
		buf_printf(out, "%s%" PRId64, i == 0 ? "" : ", ", place->line[i]);
	}
	buf_append_str(out,
		STR("];\n"
		    "var isNew = typeof workspace.windowList == 'function';\n"
		    "var all = isNew ? workspace.windowList() : workspace.clientList();\n"
		    "for (var i = 0; i < pids.length; i++) for (var k = 0; k < all.length; k++)\n"
		    "if (all[k].pid == pids[i]) {\n"
		    "if (isNew) workspace.activeWindow = all[k]; else workspace.activeClient = "
		    "all[k];\n"
		    "return; } })();\n"));
}

/* The path, to be unlinked and freed by the caller; NULL if it cannot be written. */
static char *write_file(const struct process_env *place)
{
	const char *directory = place->variables[PROCESS_XDG_RUNTIME_DIR];
	char *path = xasprintf("%s/otel-ai-monitor-XXXXXX", directory != NULL ? directory : "/tmp");
	cleanup_close int fd = mkostemp(path, O_CLOEXEC);
	struct buf script;
	buf_init(&script, SCRIPT_BYTES);
	write_script(&script, place);
	bool is_written = fd >= 0 && write(fd, script.data, script.size) == (ssize_t)script.size;
	buf_finish(&script);
	if (!is_written) {
		if (fd >= 0) {
			unlink(path);
		}
		free(path);
		return NULL;
	}
	return path;
}

/* Calls a method with up to two texts. ret_output is NUL-terminated. */
static int call(const char *object, const char *interface, const char *method,
	const char *signature, const char *first, const char *second, struct buf *ret_output)
{
	const char *const argv[] = {"busctl", "--user", "call", "org.kde.KWin", object, interface,
		method, signature, first, second, NULL};
	buf_init(ret_output, OUTPUT_BYTES);
	int r = focus_ask_program(argv, ret_output);
	buf_append_char(ret_output, '\0');
	return r;
}

static int call_silently(const char *object, const char *interface, const char *method,
	const char *signature, const char *first)
{
	struct buf output;
	int r = call(object, interface, method, signature, first, NULL, &output);
	buf_finish(&output);
	return r;
}

static int run_script(const char *path)
{
	static const char scripting[] = "org.kde.kwin.Scripting", script[] = "org.kde.kwin.Script";
	struct buf output;
	int number = -1;
	int r = call("/Scripting", scripting, "loadScript", "ss", path, name, &output);
	if (r == 0 && (sscanf(output.data, "i %d", &number) != 1 || number < 0)) {
		r = -EPROTO;
	}
	buf_finish(&output);
	if (r < 0) {
		return r;
	}
	cleanup_free char *object = xasprintf("/Scripting/Script%d", number);
	cleanup_free char *old_object = xasprintf("/%d", number); // of KWin 5
	r = call_silently(object, script, "run", NULL, NULL);
	if (r < 0) {
		r = call_silently(old_object, script, "run", NULL, NULL);
	}
	(void)call_silently("/Scripting", scripting, "unloadScript", "s", name);
	return r;
}

int focus_kwin(const struct process_env *place, enum focus_mode mode)
{
	const char *bus = place->variables[PROCESS_DBUS_SESSION_BUS_ADDRESS];
	if (mode == FOCUS_CHECK) {
		return -EOPNOTSUPP;
	}
	if (bus != NULL) {
		setenv("DBUS_SESSION_BUS_ADDRESS", bus, 1);
	}
	char *path = write_file(place);
	if (path == NULL) {
		return -EIO;
	}
	int r = run_script(path);
	unlink(path);
	free(path);
	return r;
}
