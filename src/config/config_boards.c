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
};

const struct config_section config_boards = {"boards", options, ARRAY_SIZE(options)};
