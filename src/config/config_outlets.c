/* [outlets] and [bar] */
#include "base/mem.h"
#include "base/utf8.h"
#include "config/config_option.h"

enum { ICON_BYTES = 128 };

static const char *const stdout_words[] = {"auto", "yes", "no", NULL};
static const char *const tray_words[] = {"no", "yes", "symbolic", NULL};

static const struct config_option outlets[] = {
	{.name = "stdout",
		.variable = "OTEL_AI_STDOUT",
		.kind = &config_kind_choice,
		.offset = CONFIG_FIELD(stdout_mode),
		.limits = {.words = stdout_words},
		.standard = "auto",
		.bare = "yes",
		.negated = "no",
		.effect = CONFIG_AT_START,
		.value_name = "WHEN",
		.help = "write updates to standard output; auto does for a terminal, pipe or file, "
			"never for the journal"},
	{.name = "pipe",
		.variable = "OTEL_AI_PIPE",
		.kind = &config_kind_path,
		.offset = CONFIG_FIELD(pipe_path),
		.limits = {.min = 1, .max = CONFIG_PATH_BYTES},
		.negated = "none",
		.effect = CONFIG_AT_START,
		.value_name = "PATH",
		.help = "FIFO to write updates to; default otel-ai-monitor.pipe in "
			"$XDG_RUNTIME_DIR"},
	{.name = "notifications",
		.variable = "OTEL_AI_NOTIFICATIONS",
		.kind = &config_kind_switch,
		.offset = CONFIG_FIELD(notifications),
		.standard = "yes",
		.bare = "yes",
		.negated = "no",
		.help = "notify on the desktop when a session is done or needs you"},
	{.name = "tray",
		.variable = "OTEL_AI_TRAY",
		.kind = &config_kind_choice,
		.offset = CONFIG_FIELD(tray),
		.limits = {.words = tray_words},
		.standard = "no",
		.bare = "yes",
		.negated = "no",
		.value_name = "HOW",
		.help = "show an icon in the desktop's tray with a menu of the sessions; "
			"symbolic draws it in the tray's own colour"},
	{.name = "broadcast-interval",
		.variable = "OTEL_AI_BROADCAST_INTERVAL",
		.kind = &config_kind_seconds,
		.offset = CONFIG_FIELD(broadcast_interval_ms),
		.limits = {.min = 0, .max = CONFIG_DAY},
		.standard = "5",
		.value_name = "SECONDS",
		.help = "repeat the full list this often while there are sessions; 0 never"},
};

const struct config_section config_outlets = {"outlets", outlets, ARRAY_SIZE(outlets)};

/* A bar's line must stay one line. */
static bool is_shown(struct str text)
{
	for (size_t i = 0; i < text.size; i++) {
		if ((unsigned char)text.data[i] < ' ' || text.data[i] == 0x7f) {
			return false;
		}
	}
	return utf8_is_valid(text);
}

#define ICON(state, flag, name_of_variable, icon, about)                                           \
	{                                                                                          \
		.name = flag, .variable = name_of_variable, .kind = &config_kind_texts,            \
		.offset = CONFIG_FIELD(bar_icons[state]),                                          \
		.limits = {.min = 1,                                                               \
			.max = ICON_BYTES,                                                         \
			.is_allowed = is_shown,                                                    \
			.allowed = "texts separated by commas, or none"},                          \
		.standard = icon, .negated = "none", .value_name = "ICON", .help = about,          \
	}

static const struct config_option bar[] = {
	ICON(CONFIG_BAR_ATTENTION, "icon-attention", "OTEL_AI_ICON_ATTENTION", "●",
		"shown in a bar before the number of sessions that need you"),
	ICON(CONFIG_BAR_WORKING, "icon-working", "OTEL_AI_ICON_WORKING",
		"⠋, ⠙, ⠹, ⠸, ⠼, ⠴, ⠦, ⠧, ⠇, ⠏",
		"before those that work; several, separated by commas, alternate every half second"),
	ICON(CONFIG_BAR_COMPLETED, "icon-completed", "OTEL_AI_ICON_COMPLETED", "✓",
		"before those that are done"),
	ICON(CONFIG_BAR_IDLE, "icon-idle", "OTEL_AI_ICON_IDLE", "○",
		"before those that are idle, when there are no others"),
	ICON(CONFIG_BAR_EMPTY, "icon-empty", "OTEL_AI_ICON_EMPTY", NULL,
		"when there are no sessions"),
	ICON(CONFIG_BAR_UNREACHABLE, "icon-unreachable", "OTEL_AI_ICON_UNREACHABLE", "✗",
		"when no daemon is running"),
	{.name = "show-cost",
		.variable = "OTEL_AI_SHOW_COST",
		.kind = &config_kind_switch,
		.offset = CONFIG_FIELD(show_cost),
		.standard = "no",
		.bare = "yes",
		.negated = "no",
		.help = "show today's cost: in bars, status and the tray, and as cost_today_usd "
			"in lists"},
};

const struct config_section config_bar = {"bar", bar, ARRAY_SIZE(bar)};
