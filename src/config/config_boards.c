/* [boards] */
#include "base/mem.h"
#include "config/config_option.h"

static const struct config_option options[] = {
	{.name = "tasks-dir",
		.variable = "OTEL_AI_TASKS_DIR",
		.kind = &config_kind_paths,
		.offset = CONFIG_FIELD(tasks_dirs),
		.limits = {.min = 1, .max = CONFIG_PATH_BYTES},
		.negated = "none",
		.effect = CONFIG_AT_START,
		.value_name = "DIR",
		.help = "show the task files (YAML) below this directory; it is only read; "
			"several are one board"},
	{.name = "metrics-file",
		.variable = "OTEL_AI_METRICS_FILE",
		.kind = &config_kind_paths,
		.offset = CONFIG_FIELD(metrics_files),
		.limits = {.min = 1, .max = CONFIG_PATH_BYTES},
		.negated = "none",
		.effect = CONFIG_AT_START,
		.value_name = "FILE",
		.help = "follow the lines of JSON that programs append to this file; "
			"several are one feed"},
	{.name = "state-dir",
		.variable = "OTEL_AI_STATE_DIR",
		.kind = &config_kind_path,
		.offset = CONFIG_FIELD(state_dir),
		.limits = {.min = 1, .max = CONFIG_PATH_BYTES},
		.negated = "none",
		.effect = CONFIG_AT_START,
		.value_name = "DIR",
		.help = "show the state that an orchestrator writes below this directory, or its "
			"state/; it is only read"},
	{.name = "stream-interval",
		.variable = "OTEL_AI_STREAM_INTERVAL",
		.kind = &config_kind_seconds,
		.offset = CONFIG_FIELD(stream_interval_ms),
		.limits = {.min = CONFIG_SECOND / 10, .max = 60 * CONFIG_SECOND},
		.standard = "1",
		.effect = CONFIG_AT_START,
		.value_name = "SECONDS",
		.help = "how often /api/metrics/stream sends while it has readers"},
};

const struct config_section config_boards = {"boards", options, ARRAY_SIZE(options)};
