#include "tray/tray_menu.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tray/tray_icon.h"
#include "tray/tray_object.h"
#include "tray/tray_view.h"

#define INTERFACE "com.canonical.dbusmenu"

static const char definition[] =
	"<node><interface name='" INTERFACE "'>"
	"<property name='Version' type='u' access='read'/>"
	"<property name='TextDirection' type='s' access='read'/>"
	"<property name='Status' type='s' access='read'/>"
	"<property name='IconThemePath' type='as' access='read'/>"
	"<method name='GetLayout'><arg type='i' direction='in'/><arg type='i' direction='in'/>"
	"<arg type='as' direction='in'/><arg type='u' direction='out'/>"
	"<arg type='(ia{sv}av)' direction='out'/></method>"
	"<method name='GetGroupProperties'><arg type='ai' direction='in'/>"
	"<arg type='as' direction='in'/><arg type='a(ia{sv})' direction='out'/></method>"
	"<method name='GetProperty'><arg type='i' direction='in'/><arg type='s' direction='in'/>"
	"<arg type='v' direction='out'/></method>"
	"<method name='Event'><arg type='i' direction='in'/><arg type='s' direction='in'/>"
	"<arg type='v' direction='in'/><arg type='u' direction='in'/></method>"
	"<method name='EventGroup'><arg type='a(isvu)' direction='in'/>"
	"<arg type='ai' direction='out'/></method>"
	"<method name='AboutToShow'><arg type='i' direction='in'/><arg type='b' direction='out'/>"
	"</method>"
	"<method name='AboutToShowGroup'><arg type='ai' direction='in'/>"
	"<arg type='ai' direction='out'/><arg type='ai' direction='out'/></method>"
	"<signal name='LayoutUpdated'><arg type='u'/><arg type='i'/></signal>"
	"<signal name='ItemsPropertiesUpdated'><arg type='a(ia{sv})'/><arg type='a(ias)'/></signal>"
	"</interface></node>";

/* The entries that are no sessions. */
enum { ROOT, NOTHING, MORE, SEPARATOR, SEEN, PAUSE, RESUME, FIRST_SESSION = 100 };
enum { OTHERS = 4, ENTRIES = TRAY_ROWS + OTHERS, LABEL_BYTES = 1024, VERSION = 3 };

struct entry {
	int id;
	char *session_id; // owned; NULL: of no session
	char *label;      // owned, in the menu's spelling; NULL: a separator
	const char *icon; // NULL: none
	bool is_disabled;
};

struct tray_menu {
	GDBusConnection *bus;
	guint registration;
	struct tray_menu_settings settings;
	char *icons_path; // owned
	struct entry entries[ENTRIES];
	size_t count;
	int next_id;
	guint revision;
	GVariant *layout; // of all, as it was announced; NULL: not yet
};

/* ---- entries */

static void finish_entries(struct entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(entries[i].session_id);
		free(entries[i].label);
	}
}

static const struct entry *find_entry(const struct tray_menu *menu, int id)
{
	for (size_t i = 0; i < menu->count; i++) {
		if (menu->entries[i].id == id) {
			return &menu->entries[i];
		}
	}
	return NULL;
}

static int number_of(struct tray_menu *menu, const char *session_id)
{
	for (size_t i = 0; i < menu->count; i++) {
		const char *known = menu->entries[i].session_id;
		if (known != NULL && strcmp(known, session_id) == 0) {
			return menu->entries[i].id;
		}
	}
	return menu->next_id++;
}

/* An underscore would underline the letter behind it. */
static char *spell(const char *text)
{
	struct buf label;
	buf_init(&label, LABEL_BYTES);
	for (; *text != '\0'; text++) {
		buf_append_str(&label, *text == '_' ? STR("_") : STR(""));
		buf_append_char(&label, *text);
	}
	char *spelled = str_dup(buf_str(&label));
	buf_finish(&label);
	return spelled;
}

static struct entry make_entry(int id, const char *label, bool is_disabled)
{
	return (struct entry){
		.id = id,
		.label = label != NULL ? xstrdup(label) : NULL,
		.is_disabled = is_disabled,
	};
}

static size_t make_sessions(
	struct tray_menu *menu, const struct tray_view *view, struct entry *entries)
{
	size_t count = 0;
	for (; count < view->row_count; count++) {
		const struct tray_row *row = &view->rows[count];
		entries[count] = (struct entry){
			.id = number_of(menu, row->session_id),
			.session_id = xstrdup(row->session_id),
			.label = spell(row->label),
			.icon = tray_icon_name(row->state, menu->settings.is_symbolic),
		};
	}
	if (count == 0) {
		entries[count++] = make_entry(NOTHING, "No AI sessions", true);
	} else if (view->more > 0) {
		cleanup_free char *more = xasprintf("… and %zu more", view->more);
		entries[count++] = make_entry(MORE, more, true);
	}
	return count;
}

static void fill(struct tray_menu *menu, const struct tray_view *view)
{
	struct entry entries[ENTRIES];
	size_t count = make_sessions(menu, view, entries);
	entries[count++] = make_entry(SEPARATOR, NULL, false);
	entries[count++] = make_entry(SEEN, "Mark all as seen", !view->has_unseen);
	entries[count++] = view->paused_until_s == 0
				   ? make_entry(PAUSE, "Pause notifications for an hour", false)
				   : make_entry(RESUME, "Resume notifications", false);
	finish_entries(menu->entries, menu->count);
	memcpy(menu->entries, entries, count * sizeof(*entries));
	menu->count = count;
}

static void choose(const struct tray_menu *menu, int id)
{
	static const enum tray_action actions[] = {
		[SEEN] = TRAY_ACTION_SEEN,
		[PAUSE] = TRAY_ACTION_PAUSE,
		[RESUME] = TRAY_ACTION_RESUME,
	};
	const struct entry *entry = find_entry(menu, id);
	if (entry == NULL) {
		return; // of a session that has gone
	}
	enum tray_action action = entry->session_id != NULL ? TRAY_ACTION_FOCUS : actions[id];
	if (action != TRAY_ACTION_NONE && !entry->is_disabled) {
		menu->settings.on_choose(action, entry->session_id, menu->settings.data);
	}
}

/* ---- as D-Bus has them */

/* No names: all of them. */
static void add_property(
	GVariantBuilder *out, const gchar *const *names, const char *name, GVariant *value)
{
	g_variant_ref_sink(value);
	if (names == NULL || names[0] == NULL || g_strv_contains(names, name)) {
		g_variant_builder_add(out, "{sv}", name, value);
	}
	g_variant_unref(value);
}

/* entry NULL: the root. */
static GVariant *properties_of(const struct entry *entry, const gchar *const *names)
{
	GVariantBuilder out;
	g_variant_builder_init(&out, G_VARIANT_TYPE_VARDICT);
	if (entry == NULL) {
		add_property(&out, names, "children-display", g_variant_new_string("submenu"));
	} else if (entry->label == NULL) {
		add_property(&out, names, "type", g_variant_new_string("separator"));
	} else {
		add_property(&out, names, "label", g_variant_new_string(entry->label));
	}
	if (entry != NULL && entry->is_disabled) {
		add_property(&out, names, "enabled", g_variant_new_boolean(FALSE));
	}
	if (entry != NULL && entry->icon != NULL) {
		add_property(&out, names, "icon-name", g_variant_new_string(entry->icon));
	}
	return g_variant_builder_end(&out);
}

static GVariant *layout_of(const struct tray_menu *menu, const struct entry *entry, int depth,
	const gchar *const *names)
{
	GVariantBuilder children;
	g_variant_builder_init(&children, G_VARIANT_TYPE("av"));
	for (size_t i = 0; entry == NULL && depth != 0 && i < menu->count; i++) {
		g_variant_builder_add(&children, "v", layout_of(menu, &menu->entries[i], 0, names));
	}
	return g_variant_new("(i@a{sv}av)", entry != NULL ? entry->id : ROOT,
		properties_of(entry, names), &children);
}

/* Whether there is an entry of that number; *ret is NULL of the root. */
static bool look_up(const struct tray_menu *menu, int id, const struct entry **ret)
{
	*ret = id == ROOT ? NULL : find_entry(menu, id);
	return id == ROOT || *ret != NULL;
}

/* ---- methods: the answer, or NULL if an entry is not there */

static GVariant *get_layout(struct tray_menu *menu, GVariant *parameters)
{
	gint32 id, depth;
	const struct entry *entry;
	g_autofree const gchar **names = NULL;
	g_variant_get(parameters, "(ii^a&s)", &id, &depth, &names);
	return look_up(menu, id, &entry) ? g_variant_new("(u@(ia{sv}av))", menu->revision,
						   layout_of(menu, entry, depth, names))
					 : NULL;
}

static GVariant *get_group_properties(struct tray_menu *menu, GVariant *parameters)
{
	GVariantIter *ids;
	g_autofree const gchar **names = NULL;
	GVariantBuilder out;
	gint32 id;
	g_variant_get(parameters, "(ai^a&s)", &ids, &names);
	g_variant_builder_init(&out, G_VARIANT_TYPE("a(ia{sv})"));
	bool is_all = g_variant_iter_n_children(ids) == 0;
	for (size_t i = 0; is_all && i < menu->count; i++) {
		const struct entry *entry = &menu->entries[i];
		g_variant_builder_add(&out, "(i@a{sv})", entry->id, properties_of(entry, names));
	}
	while (g_variant_iter_next(ids, "i", &id)) {
		const struct entry *entry;
		if (look_up(menu, id, &entry)) {
			g_variant_builder_add(&out, "(i@a{sv})", id, properties_of(entry, names));
		}
	}
	g_variant_iter_free(ids);
	return g_variant_new("(a(ia{sv}))", &out);
}

static GVariant *get_one_property(struct tray_menu *menu, GVariant *parameters)
{
	gint32 id;
	const char *name;
	const struct entry *entry;
	g_variant_get(parameters, "(i&s)", &id, &name);
	if (!look_up(menu, id, &entry)) {
		return NULL;
	}
	GVariant *all = g_variant_ref_sink(properties_of(entry, NULL));
	GVariant *value = g_variant_lookup_value(all, name, NULL);
	GVariant *answer = value != NULL ? g_variant_new("(v)", value) : NULL;
	if (value != NULL) {
		g_variant_unref(value);
	}
	g_variant_unref(all);
	return answer;
}

static GVariant *take_event(struct tray_menu *menu, GVariant *parameters)
{
	gint32 id;
	const char *event;
	g_variant_get(parameters, "(i&svu)", &id, &event, NULL, NULL);
	if (strcmp(event, "clicked") == 0) {
		choose(menu, id);
	}
	return g_variant_new_tuple(NULL, 0);
}

static GVariant *take_events(struct tray_menu *menu, GVariant *parameters)
{
	GVariantIter *events;
	GVariant *event;
	g_variant_get(parameters, "(a(isvu))", &events);
	while ((event = g_variant_iter_next_value(events)) != NULL) {
		g_variant_unref(g_variant_ref_sink(take_event(menu, event)));
		g_variant_unref(event);
	}
	g_variant_iter_free(events);
	return g_variant_new("(@ai)", g_variant_new_array(G_VARIANT_TYPE_INT32, NULL, 0));
}

/* Nothing has to be prepared: what is shown is always announced. */
static GVariant *say_no_update(struct tray_menu *menu, GVariant *parameters)
{
	(void)menu;
	(void)parameters;
	return g_variant_new("(b)", FALSE);
}

static GVariant *say_no_updates(struct tray_menu *menu, GVariant *parameters)
{
	(void)menu;
	(void)parameters;
	return g_variant_new("(@ai@ai)", g_variant_new_array(G_VARIANT_TYPE_INT32, NULL, 0),
		g_variant_new_array(G_VARIANT_TYPE_INT32, NULL, 0));
}

static const struct {
	const char *name;
	GVariant *(*handle)(struct tray_menu *menu, GVariant *parameters);
} methods[] = {
	{"GetLayout", get_layout},
	{"GetGroupProperties", get_group_properties},
	{"GetProperty", get_one_property},
	{"Event", take_event},
	{"EventGroup", take_events},
	{"AboutToShow", say_no_update},
	{"AboutToShowGroup", say_no_updates},
};

/* GLib asks for what the definition has, and for nothing else. */
static void on_call(GDBusConnection *bus, const gchar *sender, const gchar *object,
	const gchar *interface, const gchar *method, GVariant *parameters,
	GDBusMethodInvocation *call, gpointer data)
{
	(void)bus;
	(void)sender;
	(void)object;
	(void)interface;
	size_t i = 0;
	while (strcmp(methods[i].name, method) != 0) {
		i++;
	}
	GVariant *answer = methods[i].handle(data, parameters);
	if (answer != NULL) {
		g_dbus_method_invocation_return_value(call, answer);
	} else {
		g_dbus_method_invocation_return_error_literal(call, G_DBUS_ERROR,
			G_DBUS_ERROR_INVALID_ARGS, "the menu has no such entry or property");
	}
}

static GVariant *on_property(GDBusConnection *bus, const gchar *sender, const gchar *object,
	const gchar *interface, const gchar *name, GError **error, gpointer data)
{
	(void)bus;
	(void)sender;
	(void)object;
	(void)interface;
	(void)error;
	const struct tray_menu *menu = data;
	if (strcmp(name, "Version") == 0) {
		return g_variant_new_uint32(VERSION);
	}
	if (strcmp(name, "IconThemePath") == 0) {
		const gchar *const directories[] = {menu->icons_path, NULL};
		return g_variant_new_strv(directories, -1);
	}
	return g_variant_new_string(strcmp(name, "Status") == 0 ? "normal" : "ltr");
}

/* ---- the whole */

/* A new layout alone does not refresh the entries that a tray has already (GNOME). */
static void announce_properties(const struct tray_menu *menu)
{
	GVariantBuilder updated, removed;
	g_variant_builder_init(&updated, G_VARIANT_TYPE("a(ia{sv})"));
	g_variant_builder_init(&removed, G_VARIANT_TYPE("a(ias)"));
	for (size_t i = 0; i < menu->count; i++) {
		const struct entry *entry = &menu->entries[i];
		g_variant_builder_add(&updated, "(i@a{sv})", entry->id, properties_of(entry, NULL));
		if (!entry->is_disabled) {
			static const gchar *const names[] = {"enabled", NULL};
			g_variant_builder_add(&removed, "(i^as)", entry->id, names);
		}
	}
	(void)g_dbus_connection_emit_signal(menu->bus, NULL, menu->settings.path, INTERFACE,
		"ItemsPropertiesUpdated", g_variant_new("(a(ia{sv})a(ias))", &updated, &removed),
		NULL);
}

void tray_menu_show(struct tray_menu *menu, const struct tray_view *view)
{
	fill(menu, view);
	GVariant *layout = g_variant_ref_sink(layout_of(menu, NULL, -1, NULL));
	if (menu->layout == NULL || !g_variant_equal(layout, menu->layout)) {
		menu->revision++;
		(void)g_dbus_connection_emit_signal(menu->bus, NULL, menu->settings.path, INTERFACE,
			"LayoutUpdated", g_variant_new("(ui)", menu->revision, ROOT), NULL);
		announce_properties(menu);
	}
	g_clear_pointer(&menu->layout, g_variant_unref);
	menu->layout = layout;
}

struct tray_menu *tray_menu_create(GDBusConnection *bus, const struct tray_menu_settings *settings)
{
	struct tray_menu *menu = xcalloc(1, sizeof(*menu));
	static const GDBusInterfaceVTable handlers = {
		.method_call = on_call, .get_property = on_property};
	menu->bus = bus;
	menu->settings = *settings;
	menu->icons_path = xstrdup(settings->icons_path);
	menu->next_id = FIRST_SESSION;
	menu->registration = tray_object_register(bus, settings->path, definition, &handlers, menu);
	if (menu->registration == 0) {
		tray_menu_destroy(menu);
		return NULL;
	}
	return menu;
}

void tray_menu_destroy(struct tray_menu *menu)
{
	if (menu == NULL) {
		return;
	}
	if (menu->registration != 0) {
		g_dbus_connection_unregister_object(menu->bus, menu->registration);
	}
	finish_entries(menu->entries, menu->count);
	g_clear_pointer(&menu->layout, g_variant_unref);
	free(menu->icons_path);
	free(menu);
}
