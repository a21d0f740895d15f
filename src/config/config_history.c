/* [history] */
#include "base/mem.h"
#include "config/config_option.h"

static const char *const plan_words[] = {"api", "subscription", NULL};

#define BUDGET(flag, name_of_variable, period, about)                                              \
	{                                                                                          \
		.name = flag, .variable = name_of_variable, .kind = &config_kind_usd,              \
		.offset = CONFIG_FIELD(budget_nano_usd[period]),                                   \
		.limits = {.min = 0, .max = CONFIG_BUDGET_NANO_USD}, .standard = "0",              \
		.value_name = "USD", .help = about,                                                \
	}

static const struct config_option options[] = {
	{.name = "store",
		.variable = "OTEL_AI_STORE",
		.kind = &config_kind_path,
		.offset = CONFIG_FIELD(store_path),
		.limits = {.min = 1, .max = CONFIG_PATH_BYTES},
		.negated = "none",
		.effect = CONFIG_AT_START,
		.value_name = "PATH",
		.help = "database for history and cost; default telemetry.db in "
			"$XDG_STATE_HOME/otel-ai-monitor"},
	{.name = "retention",
		.variable = "OTEL_AI_RETENTION",
		.kind = &config_kind_count,
		.offset = CONFIG_FIELD(retention_days),
		.limits = {.min = 0, .max = 36500},
		.standard = "90",
		.effect = CONFIG_AT_START,
		.value_name = "DAYS",
		.help = "keep history this long; 0 for ever; sums by day are always kept"},
	BUDGET("budget-day", "OTEL_AI_BUDGET_DAY", BUDGET_DAY,
		"alert at 80 % and 100 % of this cost a day; 0 no budget"),
	BUDGET("budget-month", "OTEL_AI_BUDGET_MONTH", BUDGET_MONTH,
		"the same for a calendar month"),
	BUDGET("budget-session", "OTEL_AI_BUDGET_SESSION", BUDGET_SESSION,
		"the same for each session"),
	{.name = "plan",
		.variable = "OTEL_AI_PLAN",
		.kind = &config_kind_choice,
		.offset = CONFIG_FIELD(plan),
		.limits = {.words = plan_words},
		.standard = "api",
		.value_name = "PLAN",
		.help = "api: costs are what you pay; subscription: you pay a flat rate, and costs "
			"are called API-equivalent"},
};

const struct config_section config_history = {"history", options, ARRAY_SIZE(options)};
