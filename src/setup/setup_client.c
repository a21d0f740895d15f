/* The settings are those of Claude Code 1.0 to 2.1, Codex 0.58 to 0.169, Gemini CLI 0.61, Qwen Code
 * 0.24, Copilot CLI 1.0 and opencode 1.18. */
#include "setup/setup_client.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define QUOTED(text) "\"" text "\""
#define ENV(name)                                                                                  \
	{                                                                                          \
		"env", name                                                                        \
	}

/* ---- Claude Code */

static const struct setup_member claude_members[] = {
	{ENV("CLAUDE_CODE_ENABLE_TELEMETRY"), QUOTED("1"), SETUP_ALWAYS, SETUP_EQUAL,
		"true|yes|on"},
	{ENV("OTEL_LOGS_EXPORTER"), QUOTED("otlp"), SETUP_ALWAYS, SETUP_LISTED, NULL},
	{ENV("OTEL_METRICS_EXPORTER"), QUOTED("otlp"), SETUP_ALWAYS, SETUP_ANY, NULL},
	{ENV("OTEL_EXPORTER_OTLP_PROTOCOL"), QUOTED("http/protobuf"), SETUP_ALWAYS, SETUP_EQUAL,
		"http/json"},
	{ENV("OTEL_EXPORTER_OTLP_ENDPOINT"), QUOTED("@"), SETUP_ALWAYS, SETUP_URL, NULL},
	{ENV("OTEL_LOGS_EXPORT_INTERVAL"), QUOTED("1000"), SETUP_WITH_FAST, SETUP_ANY, NULL},
	{ENV("CLAUDE_CODE_ENHANCED_TELEMETRY_BETA"), QUOTED("1"), SETUP_WITH_TRACES, SETUP_EQUAL,
		"true|yes|on"},
	{ENV("OTEL_TRACES_EXPORTER"), QUOTED("otlp"), SETUP_WITH_TRACES, SETUP_LISTED, NULL},
	{ENV("OTEL_TRACES_EXPORT_INTERVAL"), QUOTED("1000"), SETUP_WITH_TRACES, SETUP_ANY, NULL},
	{ENV("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"), QUOTED("@/v1/logs"), SETUP_IF_THERE, SETUP_URL,
		NULL},
	{ENV("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL"), QUOTED("http/protobuf"), SETUP_IF_THERE,
		SETUP_EQUAL, "http/json"},
	{.path = {NULL}},
};

/* One that is not known makes Claude Code drop all of the file. */
static const struct setup_event claude_events[] = {{"SessionStart", 0}, {"UserPromptSubmit", 0},
	{"PreToolUse", 0}, {"PostToolUse", 0}, {"Notification", 0}, {"SubagentStop", 0},
	{"Stop", 0}, {"SessionEnd", 0}, {"PreCompact", 0}, // older than SessionEnd
	{"PermissionRequest", SETUP_VERSION(2, 0, 50)}, {"SubagentStart", SETUP_VERSION(2, 0, 50)},
	{"PostCompact", SETUP_VERSION(2, 1, 76)}, {"PermissionDenied", SETUP_VERSION(2, 1, 89)},
	{"PostToolUseFailure", SETUP_VERSION(2, 1, 197)}, {"StopFailure", SETUP_VERSION(2, 1, 197)},
	{"CwdChanged", SETUP_VERSION(2, 1, 197)}, {NULL, 0}};

static const struct setup_switch claude_switches[] = {
	{{"disableAllHooks"}, "true"},
	{{"allowManagedHooksOnly"}, "true"},
	{.path = {NULL}},
};

static const struct setup_file claude_settings = {
	.format = SETUP_JSON,
	.places = {{"CLAUDE_CONFIG_DIR", ".claude", "settings.json"}},
	.members = claude_members,
	.events = claude_events,
	.timeout = "\"timeout\": 5",
	.switches = claude_switches,
};

/* ---- Codex: what its notify program would be told, its Stop hook and its telemetry tell too; only
 * its traces and its hooks tell the directory, and hooks it runs once its user trusts them; older
 * ones do not start without the headers */

#define CODEX_EXPORTER(signal)                                                                     \
	"{ otlp-http = { endpoint = \"@/v1/" signal "\", protocol = \"binary\", headers = {} } }"

static const struct setup_member codex_members[] = {
	{{"otel", "exporter"}, CODEX_EXPORTER("logs"), SETUP_ALWAYS, SETUP_EXPORTER, NULL},
	{{"otel", "trace_exporter"}, CODEX_EXPORTER("traces"), SETUP_ALWAYS, SETUP_EXPORTER, NULL},
	{.path = {NULL}},
};

static const struct setup_event codex_events[] = {{"SessionStart", 0}, {"UserPromptSubmit", 0},
	{"PreToolUse", 0}, {"PermissionRequest", 0}, {"PostToolUse", 0}, {"SubagentStart", 0},
	{"SubagentStop", 0}, {"PreCompact", 0}, {"PostCompact", 0}, {"Stop", 0}, {"StopFailure", 0},
	{"Interrupt", 0}, {"SessionEnd", 0}, {NULL, 0}};

/* codex_hooks: its name while hooks were new. */
static const struct setup_switch codex_switches[] = {
	{{"features", "hooks"}, "false"},
	{{"features", "codex_hooks"}, "false"},
	{{"allow_managed_hooks_only"}, "true"},
	{.path = {NULL}},
};

static const struct setup_file codex_config = {
	.format = SETUP_TOML,
	.places = {{"CODEX_HOME", ".codex", "config.toml"}},
	.members = codex_members,
	.switches = codex_switches,
};

static const struct setup_file codex_hooks = {
	.format = SETUP_JSON,
	.places = {{"CODEX_HOME", ".codex", "hooks.json"}},
	.events = codex_events,
	.timeout = "\"timeout\": 5",
};

static const struct setup_file codex_requirements = {
	.format = SETUP_TOML,
	.switches = codex_switches,
};

/* ---- Gemini CLI and Qwen Code, which count milliseconds */

#define TELEMETRY(name)                                                                            \
	{                                                                                          \
		"telemetry", name                                                                  \
	}

static const struct setup_member gemini_members[] = {
	{TELEMETRY("enabled"), "true", SETUP_ALWAYS, SETUP_EQUAL, NULL},
	{TELEMETRY("target"), QUOTED("local"), SETUP_ALWAYS, SETUP_EQUAL, NULL},
	{TELEMETRY("otlpProtocol"), QUOTED("http"), SETUP_ALWAYS, SETUP_EQUAL, NULL},
	{TELEMETRY("otlpEndpoint"), QUOTED("@"), SETUP_ALWAYS, SETUP_URL, NULL},
	{TELEMETRY("logPrompts"), "false", SETUP_ALWAYS, SETUP_ANY, NULL},
	{TELEMETRY("outfile"), "\"\"", SETUP_IF_THERE, SETUP_EQUAL, NULL}, // would take it all
	{.path = {NULL}},
};

/* Not AfterModel: it comes for every piece of an answer. */
static const struct setup_event gemini_events[] = {{"SessionStart", 0}, {"BeforeAgent", 0},
	{"BeforeModel", 0}, {"BeforeTool", 0}, {"AfterTool", 0}, {"Notification", 0},
	{"AfterAgent", 0}, {"PreCompress", 0}, {"SessionEnd", 0}, {NULL, 0}};

/* Qwen Code has no CwdChanged. */
static const struct setup_event qwen_events[] = {{"SessionStart", 0}, {"UserPromptSubmit", 0},
	{"PreToolUse", 0}, {"PostToolUse", 0}, {"PostToolUseFailure", 0}, {"PermissionRequest", 0},
	{"PermissionDenied", 0}, {"Notification", 0}, {"SubagentStart", 0}, {"SubagentStop", 0},
	{"PreCompact", 0}, {"PostCompact", 0}, {"Stop", 0}, {"StopFailure", 0}, {"SessionEnd", 0},
	{NULL, 0}};

static const struct setup_switch gemini_switches[] = {
	{{"hooksConfig", "enabled"}, "false"},
	{{"hooksConfig", "disabled"}, NULL},
	{{"hooks", "enabled"}, "false"}, // the names of these two in earlier versions
	{{"hooks", "disabled"}, NULL},
	{{"tools", "enableHooks"}, "false"},
	{.path = {NULL}},
};

static const struct setup_switch qwen_switches[] = {
	{{"disableAllHooks"}, "true"},
	{{"allowManagedHooksOnly"}, "true"},
	{{"hooksConfig", "enabled"}, "false"},
	{{"hooksConfig", "disabled"}, NULL},
	{.path = {NULL}},
};

static const struct setup_file gemini_settings = {
	.format = SETUP_JSON,
	.places = {{"GEMINI_CLI_HOME", "", ".gemini/settings.json"}},
	.members = gemini_members,
	.events = gemini_events,
	.timeout = "\"timeout\": 5000",
	.switches = gemini_switches,
};

static const struct setup_file qwen_settings = {
	.format = SETUP_JSON,
	.places = {{"QWEN_HOME", ".qwen", "settings.json"}},
	.members = gemini_members,
	.events = qwen_events,
	.timeout = "\"timeout\": 5000",
	.switches = qwen_switches,
};

/* ---- what only listens to the environment; that of the whole desktop would reach every program
 * that knows OpenTelemetry, an alias reaches this one */

static const struct setup_member copilot_members[] = {
	{{"COPILOT_OTEL_ENABLED"}, "true", SETUP_ALWAYS, SETUP_EQUAL, NULL},
	{{"OTEL_EXPORTER_OTLP_PROTOCOL"}, "http/protobuf", SETUP_ALWAYS, SETUP_EQUAL, NULL},
	{{"OTEL_EXPORTER_OTLP_ENDPOINT"}, "@", SETUP_ALWAYS, SETUP_URL, NULL},
	{.path = {NULL}},
};

/* One that is not known may make Copilot drop all of its hooks. Not PermissionRequest, which comes
 * before the rules that grant without asking; nor those of subagents, which not every agent has. */
static const struct setup_event copilot_events[] = {{"SessionStart", 0}, {"UserPromptSubmit", 0},
	{"PreToolUse", 0}, {"PostToolUse", 0}, {"Notification", 0}, {"Stop", 0}, {"SessionEnd", 0},
	{"PostToolUseFailure", SETUP_VERSION(1, 0, 102)}, {"PreCompact", SETUP_VERSION(1, 0, 102)},
	{NULL, 0}};

static const struct setup_switch copilot_switches[] = {
	{{"disableAllHooks"}, "true"},
	{.path = {NULL}},
};

static const struct setup_file copilot_settings = {
	.format = SETUP_JSON,
	.places = {{NULL, ".copilot", "settings.json"}},
	.events = copilot_events,
	.has_bare_hooks = true,
	.timeout = "\"timeoutSec\": 5",
	.switches = copilot_switches,
};

static const struct setup_file copilot_alias = {
	.format = SETUP_SHELL,
	.members = copilot_members,
};

static const struct setup_member opencode_members[] = {
	{{"experimental", "openTelemetry"}, "true", SETUP_ALWAYS, SETUP_EQUAL, NULL},
	{.path = {NULL}},
};

static const struct setup_file opencode_config = {
	.format = SETUP_JSON,
	.places = {{"XDG_CONFIG_HOME", ".config", "opencode/opencode.json"},
		{"XDG_CONFIG_HOME", ".config", "opencode/opencode.jsonc"},
		{"XDG_CONFIG_HOME", ".config", "opencode/config.json"}},
	.members = opencode_members,
};

static const struct setup_member opencode_variables[] = {
	{{"OTEL_EXPORTER_OTLP_PROTOCOL"}, "http/protobuf", SETUP_ALWAYS, SETUP_EQUAL, NULL},
	{{"OTEL_EXPORTER_OTLP_ENDPOINT"}, "@", SETUP_ALWAYS, SETUP_URL, NULL},
	{.path = {NULL}},
};

static const struct setup_file opencode_alias = {
	.format = SETUP_SHELL,
	.members = opencode_variables,
};

/* ---- all of them */

const struct setup_client setup_clients[] = {
	{
		.word = "claude-code",
		.title = "Claude Code",
		.program = "claude",
		.home = {"CLAUDE_CONFIG_DIR", ".claude", ""},
		.files = {&claude_settings},
		.signals = SETUP_LOGS | SETUP_METRICS,
		.is_versioned = true,
		.managed = "/etc/claude-code/managed-settings.json",
		.rules = &claude_settings,
		.switch_variable = "CLAUDE_CODE_ENABLE_TELEMETRY",
	},
	{
		.word = "codex",
		.title = "Codex",
		.program = "codex",
		.home = {"CODEX_HOME", ".codex", ""},
		.files = {&codex_config, &codex_hooks},
		.signals = SETUP_LOGS | SETUP_TRACES,
		.trust = "trusted_hash",
		.managed = "/etc/codex/requirements.toml",
		.rules = &codex_requirements,
	},
	{
		.word = "gemini",
		.title = "Gemini CLI",
		.program = "gemini",
		.home = {"GEMINI_CLI_HOME", "", ".gemini"},
		.files = {&gemini_settings},
		.signals = SETUP_LOGS | SETUP_TRACES | SETUP_METRICS,
		.managed = "/etc/gemini-cli/settings.json",
		.managed_variable = "GEMINI_CLI_SYSTEM_SETTINGS_PATH",
		.rules = &gemini_settings,
	},
	{
		.word = "qwen",
		.title = "Qwen Code",
		.program = "qwen",
		.home = {"QWEN_HOME", ".qwen", ""},
		.files = {&qwen_settings},
		.signals = SETUP_LOGS | SETUP_TRACES | SETUP_METRICS,
		.managed = "/etc/qwen-code/settings.json",
		.managed_variable = "QWEN_CODE_SYSTEM_SETTINGS_PATH",
		.rules = &qwen_settings,
	},
	{
		.word = "copilot",
		.title = "Copilot CLI",
		.program = "copilot",
		.home = {NULL, "", ".copilot"},
		.files = {&copilot_alias, &copilot_settings},
		.signals = SETUP_TRACES | SETUP_METRICS,
		.is_versioned = true,
		.switch_variable = "OTEL_EXPORTER_OTLP_ENDPOINT",
	},
	{
		.word = "opencode",
		.title = "opencode",
		.program = "opencode",
		.home = {"XDG_CONFIG_HOME", ".config", "opencode"},
		.files = {&opencode_config, &opencode_alias},
		.signals = SETUP_TRACES,
	},
};

const size_t setup_client_count = ARRAY_SIZE(setup_clients);

const struct setup_client *setup_client_find(struct str word)
{
	for (size_t i = 0; i < setup_client_count; i++) {
		if (str_equal(word, str_from(setup_clients[i].word))) {
			return &setup_clients[i];
		}
	}
	return NULL;
}

int setup_client_version(const char *text)
{
	int major, minor, patch;
	const char *digit = strpbrk(text, "0123456789");
	if (digit == NULL || sscanf(digit, "%3d.%3d.%3d", &major, &minor, &patch) != 3) {
		return 0;
	}
	return SETUP_VERSION(major, minor, patch);
}

bool setup_client_shell_path(const char *shell, struct setup_path *ret)
{
	static const struct {
		const char *name;
		struct setup_path place;
	} shells[] = {
		{"bash", {NULL, "", ".bashrc"}},
		{"zsh", {"ZDOTDIR", "", ".zshrc"}},
		{"fish", {"XDG_CONFIG_HOME", ".config", "fish/config.fish"}},
	};
	const char *slash = shell != NULL ? strrchr(shell, '/') : NULL;
	for (size_t i = 0; slash != NULL && i < ARRAY_SIZE(shells); i++) {
		if (strcmp(slash + 1, shells[i].name) == 0) {
			*ret = shells[i].place;
			return true;
		}
	}
	return false;
}
