#include "tray/tray_icon.h"

#include <math.h>
#include <stdint.h>

#include "base/mem.h"

static const struct {
	const char *name, *symbolic;
	uint8_t color[3];
	double inner; // of a ring, as a part of its radius; 0: a disc
} icons[CONFIG_BAR_STATE_COUNT] = {
	[CONFIG_BAR_ATTENTION] = {"otel-ai-monitor-attention", "otel-ai-monitor-attention-symbolic",
		{0xf3, 0x8b, 0xa8}, 0},
	[CONFIG_BAR_WORKING] = {"otel-ai-monitor-working", "otel-ai-monitor-working-symbolic",
		{0x89, 0xb4, 0xfa}, 0.5},
	[CONFIG_BAR_COMPLETED] = {"otel-ai-monitor-done", "otel-ai-monitor-done-symbolic",
		{0xa6, 0xe3, 0xa1}, 0},
	[CONFIG_BAR_IDLE] = {"otel-ai-monitor-idle", "otel-ai-monitor-idle-symbolic",
		{0xa3, 0xb1, 0xc9}, 0.75},
	[CONFIG_BAR_EMPTY] = {"otel-ai-monitor-idle", "otel-ai-monitor-idle-symbolic",
		{0xa3, 0xb1, 0xc9}, 0.75},
	[CONFIG_BAR_UNREACHABLE] = {"otel-ai-monitor-idle", "otel-ai-monitor-idle-symbolic",
		{0xa3, 0xb1, 0xc9}, 0.75},
};

const char *tray_icon_name(enum config_bar_state state, bool is_symbolic)
{
	return is_symbolic ? icons[state].symbolic : icons[state].name;
}

/* How much of a pixel lies inside of an edge that it is so far away from. */
static double coverage(double inside)
{
	return fmin(1, fmax(0, inside + 0.5));
}

/* ARGB in the order of the network, a disc or a ring with soft edges. */
static GVariant *draw(enum config_bar_state state, int size)
{
	gsize bytes = (gsize)size * (gsize)size * 4;
	uint8_t *pixels = g_malloc(bytes), *at = pixels;
	double center = size / 2.0, radius = size * 0.4, inner = radius * icons[state].inner;
	for (int y = 0; y < size; y++) {
		for (int x = 0; x < size; x++) {
			double distance = hypot(x + 0.5 - center, y + 0.5 - center);
			double alpha = coverage(radius - distance);
			alpha *= inner > 0 ? coverage(distance - inner) : 1;
			*at++ = (uint8_t)(alpha * 255 + 0.5);
			for (unsigned i = 0; i < 3; i++) {
				*at++ = icons[state].color[i];
			}
		}
	}
	return g_variant_new_from_data(
		G_VARIANT_TYPE_BYTESTRING, pixels, bytes, TRUE, g_free, pixels);
}

GVariant *tray_icon_pictures(enum config_bar_state state)
{
	static const int sizes[] = {24, 48};
	GVariantBuilder pictures;
	g_variant_builder_init(&pictures, G_VARIANT_TYPE("a(iiay)"));
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		g_variant_builder_add(
			&pictures, "(ii@ay)", sizes[i], sizes[i], draw(state, sizes[i]));
	}
	return g_variant_builder_end(&pictures);
}
