/* otel-ai-monitor-tray: the sessions as an icon in the desktop's tray. The daemon starts this
 * program and feeds it session lists through a pipe, one a line; what its user chooses goes back as
 * lines (sink/tray_line.h). Ends at the end of its input, and with the session bus. */
#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/self.h"
#include "sink/sink_encode.h"
#include "sink/tray_line.h"
#include "tray/tray_host.h"
#include "tray/tray_item.h"
#include "tray/tray_menu.h"
#include "tray/tray_view.h"
#include "version.h"

enum { CHUNK_BYTES = 64 * 1024, KEPT_BYTES = 64 * 1024, ANSWER_BYTES = 16 * 1024 };

struct tray {
	GMainLoop *loop;
	GDBusConnection *bus;
	struct tray_item *item;
	struct tray_menu *menu;
	struct tray_host *host; // NULL until there is something to show
	struct tray_view view;
	struct buf input;
	guint resume; // GLib's number of the timer that ends a pause; 0: none
	int status;
};

static void end(struct tray *t, int status)
{
	t->status = status;
	g_main_loop_quit(t->loop);
}

/* ---- what is shown */

static void show(struct tray *t)
{
	tray_item_show(t->item, &t->view);
	tray_menu_show(t->menu, &t->view);
	if (t->host == NULL) {
		t->host = tray_host_create(t->bus);
	}
}

/* The daemon says nothing when a pause is over. */
static gboolean on_resume(gpointer data)
{
	struct tray *t = data;
	t->resume = 0;
	t->view.paused_until_s = 0;
	show(t);
	return G_SOURCE_REMOVE;
}

static void set_resume(struct tray *t)
{
	int64_t wait_s = t->view.paused_until_s - g_get_real_time() / G_USEC_PER_SEC;
	if (t->resume != 0) {
		g_source_remove(t->resume);
		t->resume = 0;
	}
	if (t->view.paused_until_s != 0) {
		wait_s = CLAMP(wait_s, 0, G_MAXINT);
		t->resume = g_timeout_add_seconds((guint)wait_s, on_resume, t);
	}
}

static void handle_line(struct tray *t, char *line, size_t size)
{
	struct tray_view view;
	if (tray_view_read(&view, line, size) != 0) {
		log_warn("a line from the daemon makes no sense and is ignored");
		return;
	}
	tray_view_finish(&t->view);
	t->view = view;
	set_resume(t);
	show(t);
}

/* Each line says all there is: only the last one counts. */
static void handle_input(struct tray *t)
{
	char *last = memrchr(t->input.data, '\n', t->input.size);
	if (last == NULL) {
		return;
	}
	char *before = memrchr(t->input.data, '\n', (size_t)(last - t->input.data));
	char *line = before != NULL ? before + 1 : t->input.data;
	handle_line(t, line, (size_t)(last - line));
	buf_consume(&t->input, (size_t)(last - t->input.data) + 1);
	buf_trim(&t->input, KEPT_BYTES);
}

static gboolean on_input(gint fd, GIOCondition condition, gpointer data)
{
	(void)condition;
	struct tray *t = data;
	char chunk[CHUNK_BYTES];
	ssize_t size = read(fd, chunk, sizeof(chunk));
	if (size < 0 && errno == EINTR) {
		return G_SOURCE_CONTINUE;
	}
	if (size <= 0 || buf_append(&t->input, chunk, (size_t)size) != 0) {
		end(t, size == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
		return G_SOURCE_REMOVE;
	}
	handle_input(t);
	return G_SOURCE_CONTINUE;
}

/* ---- what is chosen */

static void answer(const struct tray_request *request)
{
	struct buf line;
	buf_init(&line, ANSWER_BYTES);
	tray_line_write(&line, request);
	if (!line.overflowed) {
		(void)fd_write_all(STDOUT_FILENO, buf_str(&line));
	}
	buf_finish(&line);
}

static void on_choose(enum tray_action action, const char *session_id, void *data)
{
	const struct tray *t = data;
	cleanup_free char *token = tray_item_take_token(t->item);
	bool is_focus = action == TRAY_ACTION_FOCUS;
	answer(&(struct tray_request){
		.action = action,
		.id = str_from(session_id),
		.token = str_from(is_focus ? token : NULL),
	});
}

static void on_activate(void *data)
{
	const struct tray *t = data;
	if (t->view.row_count > 0) {
		on_choose(TRAY_ACTION_FOCUS, t->view.rows[0].session_id, data);
	}
}

/* ---- the whole */

static void on_bus_closed(GDBusConnection *bus, gboolean by_peer, GError *error, gpointer data)
{
	(void)bus;
	(void)by_peer;
	(void)error;
	log_warn("the session bus is gone");
	end(data, EXIT_FAILURE);
}

static GDBusConnection *connect_bus(struct tray *t)
{
	GError *error = NULL;
	GDBusConnection *bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, &error);
	if (bus == NULL) {
		log_error("no tray icon: cannot reach the session bus: %s",
			log_shown(str_from(error->message)));
		g_error_free(error);
		return NULL;
	}
	g_dbus_connection_set_exit_on_close(bus, FALSE);
	g_signal_connect(bus, "closed", G_CALLBACK(on_bus_closed), t);
	return bus;
}

static bool begin(struct tray *t, bool is_symbolic)
{
	cleanup_free char *icons = self_companion("icons", ICONS_PATH);
	const struct tray_item_settings item = {.icons_path = icons,
		.is_symbolic = is_symbolic,
		.on_activate = on_activate,
		.data = t};
	const struct tray_menu_settings menu = {.path = TRAY_MENU_PATH,
		.icons_path = icons,
		.is_symbolic = is_symbolic,
		.on_choose = on_choose,
		.data = t};
	t->bus = connect_bus(t);
	t->item = t->bus != NULL ? tray_item_create(t->bus, &item) : NULL;
	t->menu = t->item != NULL ? tray_menu_create(t->bus, &menu) : NULL;
	return t->menu != NULL;
}

static void finish(struct tray *t)
{
	if (t->host != NULL) {
		tray_host_destroy(t->host);
	}
	tray_menu_destroy(t->menu);
	tray_item_destroy(t->item);
	if (t->bus != NULL) {
		g_signal_handlers_disconnect_by_data(t->bus, t);
		g_object_unref(t->bus);
	}
	tray_view_finish(&t->view);
	buf_finish(&t->input);
	g_main_loop_unref(t->loop);
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	log_set_name("otel-ai-monitor-tray");
	struct tray t = {.loop = g_main_loop_new(NULL, FALSE), .status = EXIT_FAILURE};
	buf_init(&t.input, SINK_MAX_LINE_BYTES + CHUNK_BYTES);
	tray_view_init(&t.view);
	if (begin(&t, argc == 2 && strcmp(argv[1], "--symbolic") == 0)) {
		g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, &t);
		g_main_loop_run(t.loop);
	}
	finish(&t);
	return t.status;
}
