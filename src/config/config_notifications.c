/* [notifications] */
#include "base/instant.h"
#include "base/mem.h"
#include "config/config_option.h"
#include "config/notify_kind.h"

enum { KIND_BYTES = 16, SOUND_BYTES = 96, HOURS_BYTES = 16 };

static const char *const delay_words[] = {"auto", NULL};

static bool is_kind_and_sound(struct str text)
{
	enum notify_kind kind;
	struct str sound;
	return notify_kind_read_sound(text, &kind, &sound);
}

static bool is_hours(struct str text)
{
	struct quiet_hours ignored;
	return instant_read_hours(text, &ignored);
}

static const struct config_option notifications[] = {
	{.name = "notify-kinds",
		.variable = "OTEL_AI_NOTIFY_KINDS",
		.kind = &config_kind_list,
		.offset = CONFIG_FIELD(notify_kinds),
		.limits = {.max = KIND_BYTES, .word = notify_kind_word},
		.standard = "done, permission, question, error, limit, stalled, budget",
		.value_name = "KIND",
		.help = "what to notify about"},
	{.name = "notify-min-duration",
		.variable = "OTEL_AI_NOTIFY_MIN_DURATION",
		.kind = &config_kind_seconds,
		.offset = CONFIG_FIELD(notify_min_duration_ms),
		.limits = {.min = 0, .max = CONFIG_DAY},
		.standard = "10",
		.value_name = "SECONDS",
		.help = "do not notify when a shorter turn is done"},
	{.name = "notify-delay",
		.variable = "OTEL_AI_NOTIFY_DELAY",
		.kind = &config_kind_delay,
		.offset = CONFIG_FIELD(notify_delay_ms),
		.limits = {.min = 0, .max = CONFIG_DAY, .words = delay_words},
		.standard = "auto",
		.value_name = "SECONDS",
		.help = "delay before notifying; nothing is shown if the state changes meanwhile; "
			"auto, the default, is 1.5 for permission and question, else 0"},
	{.name = "notify-sound",
		.variable = "OTEL_AI_NOTIFY_SOUND",
		.kind = &config_kind_list,
		.offset = CONFIG_FIELD(notify_sounds),
		.limits = {.max = SOUND_BYTES,
			.is_allowed = is_kind_and_sound,
			.allowed =
				"KIND:SOUND pairs such as done:complete, separated by commas, or "
				"none"},
		.standard = "done:complete, permission:dialog-question, question:dialog-question, "
			    "error:dialog-error, limit:dialog-warning, stalled:dialog-warning, "
			    "budget:dialog-warning, task_error:dialog-error, "
			    "loop:dialog-warning, gate:dialog-question",
		.negated = "none",
		.value_name = "KIND:SOUND",
		.help = "sounds for the notification server to play, by their names in the sound "
			"theme"},
	{.name = "notify-focused",
		.variable = "OTEL_AI_NOTIFY_FOCUSED",
		.kind = &config_kind_switch,
		.offset = CONFIG_FIELD(notify_focused),
		.standard = "no",
		.bare = "yes",
		.negated = "no",
		.help = "notify even while the session's terminal has the focus, instead of waiting"},
	{.name = "quiet-hours",
		.variable = "OTEL_AI_QUIET_HOURS",
		.kind = &config_kind_path,
		.offset = CONFIG_FIELD(quiet_hours),
		.limits = {.min = 1,
			.max = HOURS_BYTES,
			.is_allowed = is_hours,
			.allowed = "two times of the day such as 22:00-07:00, or none"},
		.negated = "none",
		.value_name = "FROM-TO",
		.help = "time of the day without notifications"},
	{.name = "notify-command",
		.variable = "OTEL_AI_NOTIFY_COMMAND",
		.kind = &config_kind_words,
		.offset = CONFIG_FIELD(notify_command),
		.negated = "none",
		.value_name = "COMMAND",
		.help = "run with every notification, without a shell; {summary}, {body}, "
			"{session_id}, {tool}, {project}, {cwd}, {pid}, {state} and {attention} "
			"are filled in"},
	{.name = "focus-command",
		.variable = "OTEL_AI_FOCUS_COMMAND",
		.kind = &config_kind_words,
		.offset = CONFIG_FIELD(focus_command),
		.negated = "none",
		.value_name = "COMMAND",
		.help = "run instead of looking for the window, without a shell; {session_id}, "
			"{tool}, {project}, {cwd}, {pid}, {state} and {attention} are filled in"},
};

const struct config_section config_notifications = {
	"notifications", notifications, ARRAY_SIZE(notifications)};
