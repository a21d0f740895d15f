#include "tray/tray_item.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tray/tray_icon.h"
#include "tray/tray_object.h"
#include "tray/tray_view.h"

#define INTERFACE "org.kde.StatusNotifierItem"

static const char path[] = "/StatusNotifierItem"; // where a watcher looks
static const char definition[] =
	"<node><interface name='" INTERFACE "'>"
	"<property name='Category' type='s' access='read'/>"
	"<property name='Id' type='s' access='read'/>"
	"<property name='Title' type='s' access='read'/>"
	"<property name='Status' type='s' access='read'/>"
	"<property name='WindowId' type='i' access='read'/>"
	"<property name='IconThemePath' type='s' access='read'/>"
	"<property name='IconName' type='s' access='read'/>"
	"<property name='IconPixmap' type='a(iiay)' access='read'/>"
	"<property name='OverlayIconName' type='s' access='read'/>"
	"<property name='AttentionIconName' type='s' access='read'/>"
	"<property name='AttentionIconPixmap' type='a(iiay)' access='read'/>"
	"<property name='ToolTip' type='(sa(iiay)ss)' access='read'/>"
	"<property name='ItemIsMenu' type='b' access='read'/>"
	"<property name='Menu' type='o' access='read'/>"
	"<method name='Activate'><arg type='i' direction='in'/><arg type='i' direction='in'/>"
	"</method>"
	"<method name='SecondaryActivate'><arg type='i' direction='in'/>"
	"<arg type='i' direction='in'/></method>"
	"<method name='ProvideXdgActivationToken'><arg type='s' direction='in'/></method>"
	"<signal name='NewIcon'/><signal name='NewToolTip'/>"
	"<signal name='NewStatus'><arg type='s'/></signal>"
	"</interface></node>";

struct tray_item {
	GDBusConnection *bus;
	guint registration;
	struct tray_item_settings settings;
	char *icons_path; // owned, as the next three
	char *title, *details;
	char *token; // NULL: none
	enum config_bar_state state;
};

/* ---- properties */

static const char *status_of(enum config_bar_state state)
{
	return state == CONFIG_BAR_ATTENTION ? "NeedsAttention"
	       : state >= CONFIG_BAR_EMPTY   ? "Passive"
					     : "Active";
}

static const char *icon_of(const struct tray_item *item, enum config_bar_state state)
{
	return tray_icon_name(state, item->settings.is_symbolic);
}

static GVariant *get_status(const struct tray_item *item)
{
	return g_variant_new_string(status_of(item->state));
}

static GVariant *get_icons_path(const struct tray_item *item)
{
	return g_variant_new_string(item->icons_path);
}

static GVariant *get_icon(const struct tray_item *item)
{
	return g_variant_new_string(icon_of(item, item->state));
}

static GVariant *get_pictures(const struct tray_item *item)
{
	return tray_icon_pictures(item->state);
}

static GVariant *get_attention_icon(const struct tray_item *item)
{
	return g_variant_new_string(icon_of(item, CONFIG_BAR_ATTENTION));
}

static GVariant *get_attention_pictures(const struct tray_item *item)
{
	(void)item;
	return tray_icon_pictures(CONFIG_BAR_ATTENTION);
}

/* Its text may hold markup, its title may not. */
static GVariant *get_tooltip(const struct tray_item *item)
{
	char *markup = g_markup_escape_text(item->details, -1);
	GVariant *tooltip = g_variant_new("(s@a(iiay)ss)", "",
		g_variant_new_array(G_VARIANT_TYPE("(iiay)"), NULL, 0), item->title, markup);
	g_free(markup);
	return tooltip;
}

static GVariant *get_no_window(const struct tray_item *item)
{
	(void)item;
	return g_variant_new_int32(0);
}

static GVariant *get_is_menu(const struct tray_item *item)
{
	(void)item;
	return g_variant_new_boolean(FALSE);
}

static GVariant *get_menu(const struct tray_item *item)
{
	(void)item;
	return g_variant_new_object_path(TRAY_MENU_PATH);
}

static const struct {
	const char *name, *text; // text: one that never changes
	GVariant *(*get)(const struct tray_item *item);
} properties[] = {
	{"Category", "ApplicationStatus", NULL},
	{"Id", "otel-ai-monitor", NULL},
	{"Title", "AI sessions", NULL},
	{"OverlayIconName", "", NULL},
	{"Status", NULL, get_status},
	{"WindowId", NULL, get_no_window},
	{"IconThemePath", NULL, get_icons_path},
	{"IconName", NULL, get_icon},
	{"IconPixmap", NULL, get_pictures},
	{"AttentionIconName", NULL, get_attention_icon},
	{"AttentionIconPixmap", NULL, get_attention_pictures},
	{"ToolTip", NULL, get_tooltip},
	{"ItemIsMenu", NULL, get_is_menu},
	{"Menu", NULL, get_menu},
};

/* GLib asks for what the definition has, and for nothing else. */
static GVariant *on_property(GDBusConnection *bus, const gchar *sender, const gchar *object,
	const gchar *interface, const gchar *name, GError **error, gpointer data)
{
	(void)bus;
	(void)sender;
	(void)object;
	(void)interface;
	(void)error;
	size_t i = 0;
	while (strcmp(properties[i].name, name) != 0) {
		i++;
	}
	return properties[i].get != NULL ? properties[i].get(data)
					 : g_variant_new_string(properties[i].text);
}

/* ---- clicks */

static void on_call(GDBusConnection *bus, const gchar *sender, const gchar *object,
	const gchar *interface, const gchar *method, GVariant *parameters,
	GDBusMethodInvocation *call, gpointer data)
{
	(void)bus;
	(void)sender;
	(void)object;
	(void)interface;
	struct tray_item *item = data;
	if (strcmp(method, "ProvideXdgActivationToken") == 0) {
		const char *token;
		g_variant_get(parameters, "(&s)", &token);
		free(item->token);
		item->token = xstrdup(token);
	} else {
		item->settings.on_activate(item->settings.data);
	}
	g_dbus_method_invocation_return_value(call, NULL);
}

/* ---- the whole */

static void emit(const struct tray_item *item, const char *signal, GVariant *parameters)
{
	(void)g_dbus_connection_emit_signal(
		item->bus, NULL, path, INTERFACE, signal, parameters, NULL);
}

static bool set_text(char **text, const char *value)
{
	if (strcmp(*text, value) == 0) {
		return false;
	}
	free(*text);
	*text = xstrdup(value);
	return true;
}

void tray_item_show(struct tray_item *item, const struct tray_view *view)
{
	enum config_bar_state was = item->state;
	bool title_changed = set_text(&item->title, view->title);
	bool details_changed = set_text(&item->details, view->details);
	item->state = view->state;
	if (title_changed || details_changed) {
		emit(item, "NewToolTip", NULL);
	}
	if (view->state != was) {
		emit(item, "NewIcon", NULL);
	}
	if (strcmp(status_of(view->state), status_of(was)) != 0) {
		emit(item, "NewStatus", g_variant_new("(s)", status_of(view->state)));
	}
}

char *tray_item_take_token(struct tray_item *item)
{
	char *token = item->token;
	item->token = NULL;
	return token;
}

struct tray_item *tray_item_create(GDBusConnection *bus, const struct tray_item_settings *settings)
{
	struct tray_item *item = xcalloc(1, sizeof(*item));
	static const GDBusInterfaceVTable handlers = {
		.method_call = on_call, .get_property = on_property};
	item->bus = bus;
	item->settings = *settings;
	item->icons_path = xstrdup(settings->icons_path);
	item->title = xstrdup("");
	item->details = xstrdup("");
	item->state = CONFIG_BAR_EMPTY;
	item->registration = tray_object_register(bus, path, definition, &handlers, item);
	if (item->registration == 0) {
		tray_item_destroy(item);
		return NULL;
	}
	return item;
}

void tray_item_destroy(struct tray_item *item)
{
	if (item == NULL) {
		return;
	}
	if (item->registration != 0) {
		g_dbus_connection_unregister_object(item->bus, item->registration);
	}
	free(item->icons_path);
	free(item->title);
	free(item->details);
	free(item->token);
	free(item);
}
