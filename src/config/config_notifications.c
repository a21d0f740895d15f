/* [notifications] */
#include "base/mem.h"
#include "base/quiet_hours.h"
#include "config/config_bounds.h"
#include "config/config_option.h"

enum { KIND_BYTES = 16, HOURS_BYTES = 16 };

static const char *kind_word(size_t i)
{
	enum session_attention attention = (enum session_attention)(SESSION_ATTENTION_NONE + 1 + i);
	return attention < SESSION_ATTENTION_COUNT ? session_attention_name(attention) : NULL;
}

static bool is_hours(struct str text)
{
	struct quiet_hours ignored;
	return quiet_hours_read(text, &ignored);
}

static const struct config_option notifications[] = {
	{.name = "notify-kinds",
		.variable = "OTEL_AI_NOTIFY_KINDS",
		.kind = &config_kind_list,
		.offset = CONFIG_FIELD(notify_kinds),
		.limits = {.max = KIND_BYTES, .word = kind_word},
		.standard = "done, permission, question, error, limit, stalled",
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
		.kind = &config_kind_seconds,
		.offset = CONFIG_FIELD(notify_delay_ms),
		.limits = {.min = 0, .max = CONFIG_DAY},
		.standard = "0",
		.value_name = "SECONDS",
		.help = "delay before notifying; nothing is shown if the state changes meanwhile"},
	{.name = "notify-focused",
		.variable = "OTEL_AI_NOTIFY_FOCUSED",
		.kind = &config_kind_switch,
		.offset = CONFIG_FIELD(notify_focused),
		.standard = "no",
		.bare = "yes",
		.negated = "no",
		.help = "notify even while the session's terminal has the focus"},
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
