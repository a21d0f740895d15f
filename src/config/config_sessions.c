/* [sessions] */
#include "base/mem.h"
#include "config/config_bounds.h"
#include "config/config_option.h"

static const struct config_option sessions[] = {
	{.name = "quiet-period",
		.variable = "OTEL_AI_QUIET_PERIOD",
		.kind = &config_kind_seconds,
		.offset = CONFIG_FIELD(sessions.quiet_period_ms),
		.limits = {.min = 50, .max = CONFIG_HOUR},
		.standard = "3",
		.value_name = "SECONDS",
		.help = "silence after which a turn is over, for clients that do not report its "
			"end"},
	{.name = "session-timeout",
		.variable = "OTEL_AI_SESSION_TIMEOUT",
		.kind = &config_kind_seconds,
		.offset = CONFIG_FIELD(sessions.session_timeout_ms),
		.limits = {.min = 50, .max = 7 * CONFIG_DAY},
		.standard = "300",
		.value_name = "SECONDS",
		.help = "expire a session that is not working after this long without telemetry"},
	{.name = "completed-timeout",
		.variable = "OTEL_AI_COMPLETED_TIMEOUT",
		.kind = &config_kind_seconds,
		.offset = CONFIG_FIELD(sessions.completed_timeout_ms),
		.limits = {.min = 50, .max = 7 * CONFIG_DAY},
		.standard = "30",
		.value_name = "SECONDS",
		.help = "call a completed session idle after this long"},
	{.name = "stall-timeout",
		.variable = "OTEL_AI_STALL_TIMEOUT",
		.kind = &config_kind_seconds,
		.offset = CONFIG_FIELD(sessions.stall_timeout_ms),
		.limits = {.min = 50, .max = 7 * CONFIG_DAY},
		.standard = "300",
		.value_name = "SECONDS",
		.help = "call work stalled after this long without telemetry"},
	{.name = "max-sessions",
		.variable = "OTEL_AI_MAX_SESSIONS",
		.kind = &config_kind_count,
		.offset = CONFIG_FIELD(sessions.max_sessions),
		.limits = {.min = 1, .max = 100000},
		.standard = "1000",
		.effect = CONFIG_AT_START,
		.value_name = "COUNT",
		.help = "maximum number of sessions; the least recently active is dropped first"},
};

const struct config_section config_sessions = {"sessions", sessions, ARRAY_SIZE(sessions)};
