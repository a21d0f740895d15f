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
	{ENV("CLAUDE_CODE_ENABLE_TELEMETRY"), QUOTED("1"), QUOTED("true"), SETUP_ALWAYS},
	{ENV("OTEL_LOGS_EXPORTER"), QUOTED("otlp"), NULL, SETUP_ALWAYS},
	{ENV("OTEL_METRICS_EXPORTER"), QUOTED("otlp"), "*", SETUP_ALWAYS},
	{ENV("OTEL_EXPORTER_OTLP_PROTOCOL"), QUOTED("http/protobuf"), QUOTED("http/json"),
		SETUP_ALWAYS},
	{ENV("OTEL_EXPORTER_OTLP_ENDPOINT"), QUOTED("@"), "\"~\"|\"@/\"|\"~/\"", SETUP_ALWAYS},
	{ENV("OTEL_LOGS_EXPORT_INTERVAL"), QUOTED("1000"), "*", SETUP_WITH_FAST},
	{ENV("CLAUDE_CODE_ENHANCED_TELEMETRY_BETA"), QUOTED("1"), QUOTED("true"),
		SETUP_WITH_TRACES},
	{ENV("OTEL_TRACES_EXPORTER"), QUOTED("otlp"), NULL, SETUP_WITH_TRACES},
	{ENV("OTEL_TRACES_EXPORT_INTERVAL"), QUOTED("1000"), "*", SETUP_WITH_TRACES},
	{ENV("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"), QUOTED("@/v1/logs"), QUOTED("~/v1/logs"),
		SETUP_IF_THERE},
	{ENV("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL"), QUOTED("http/protobuf"), QUOTED("http/json"),
		SETUP_IF_THERE},
	{{NULL}},
};

static const struct setup_event claude_events[] = {{"SessionStart", 0}, {"UserPromptSubmit", 0},
	{"PreToolUse", 0}, {"PostToolUse", 0}, {"Notification", 0}, {"SubagentStop", 0},
	{"Stop", 0}, {"SessionEnd", 0}, {"PermissionRequest", SETUP_VERSION(2, 0, 50)},
	{"SubagentStart", SETUP_VERSION(2, 0, 50)},
	{"PostToolUseFailure", SETUP_VERSION(2, 1, 197)}, {"StopFailure", SETUP_VERSION(2, 1, 197)},
	{"CwdChanged", SETUP_VERSION(2, 1, 197)}, {NULL, 0}};

static const struct setup_file claude_settings = {
	.format = SETUP_JSON,
	.places = {{"CLAUDE_CONFIG_DIR", ".claude", "settings.json"}},
	.members = claude_members,
	.events = claude_events,
};

/* ---- Codex: what its notify program would be told, its Stop hook and its telemetry tell too; only
 * its traces and its hooks tell the directory, and hooks it runs once its user trusts them; older
 * ones do not start without the headers */

#define CODEX_EXPORTER(signal)                                                                     \
	"{ otlp-http = { endpoint = \"@/v1/" signal "\", protocol = \"binary\", headers = {} } }"

static const struct setup_member codex_members[] = {
	{{"otel", "exporter"}, CODEX_EXPORTER("logs"), NULL, SETUP_ALWAYS},
	{{"otel", "trace_exporter"}, CODEX_EXPORTER("traces"), NULL, SETUP_ALWAYS},
	{{NULL}},
};

static const struct setup_event codex_events[] = {{"SessionStart", 0}, {"UserPromptSubmit", 0},
	{"PreToolUse", 0}, {"PermissionRequest", 0}, {"PostToolUse", 0}, {"SubagentStart", 0},
	{"SubagentStop", 0}, {"Stop", 0}, {"StopFailure", 0}, {"Interrupt", 0}, {"SessionEnd", 0},
	{NULL, 0}};

static const struct setup_file codex_config = {
	.format = SETUP_TOML,
	.places = {{"CODEX_HOME", ".codex", "config.toml"}},
	.members = codex_members,
};

static const struct setup_file codex_hooks = {
	.format = SETUP_JSON,
	.places = {{"CODEX_HOME", ".codex", "hooks.json"}},
	.events = codex_events,
};

/* ---- Gemini CLI and Qwen Code */

#define TELEMETRY(name)                                                                            \
	{                                                                                          \
		"telemetry", name                                                                  \
	}

static const struct setup_member gemini_members[] = {
	{TELEMETRY("enabled"), "true", NULL, SETUP_ALWAYS},
	{TELEMETRY("target"), QUOTED("local"), NULL, SETUP_ALWAYS},
	{TELEMETRY("otlpProtocol"), QUOTED("http"), NULL, SETUP_ALWAYS},
	{TELEMETRY("otlpEndpoint"), QUOTED("@"), "\"~\"|\"@/\"|\"~/\"", SETUP_ALWAYS},
	{TELEMETRY("logPrompts"), "false", "*", SETUP_ALWAYS},
	{TELEMETRY("outfile"), "\"\"", NULL, SETUP_IF_THERE}, // would take it all
	{{NULL}},
};

static const struct setup_event gemini_events[] = {{"SessionStart", 0}, {"BeforeAgent", 0},
	{"BeforeTool", 0}, {"AfterTool", 0}, {"Notification", 0}, {"AfterAgent", 0},
	{"SessionEnd", 0}, {NULL, 0}};

static const struct setup_event qwen_events[] = {{"SessionStart", 0}, {"UserPromptSubmit", 0},
	{"PreToolUse", 0}, {"PostToolUse", 0}, {"PostToolUseFailure", 0}, {"PermissionRequest", 0},
	{"Notification", 0}, {"SubagentStart", 0}, {"SubagentStop", 0}, {"Stop", 0},
	{"StopFailure", 0}, {"SessionEnd", 0}, {NULL, 0}};

static const struct setup_file gemini_settings = {
	.format = SETUP_JSON,
	.places = {{"GEMINI_CLI_HOME", "", ".gemini/settings.json"}},
	.members = gemini_members,
	.events = gemini_events,
};

static const struct setup_file qwen_settings = {
	.format = SETUP_JSON,
	.places = {{"QWEN_HOME", ".qwen", "settings.json"}},
	.members = gemini_members,
	.events = qwen_events,
};

/* ---- what only listens to the environment; that of the whole desktop would reach every program
 * that knows OpenTelemetry, an alias reaches this one */

static const struct setup_member copilot_members[] = {
	{{"COPILOT_OTEL_ENABLED"}, "true", NULL, SETUP_ALWAYS},
	{{"OTEL_EXPORTER_OTLP_PROTOCOL"}, "http/protobuf", NULL, SETUP_ALWAYS},
	{{"OTEL_EXPORTER_OTLP_ENDPOINT"}, "@", NULL, SETUP_ALWAYS},
	{{NULL}},
};

static const struct setup_event copilot_events[] = {{"SessionStart", 0}, {"UserPromptSubmit", 0},
	{"PreToolUse", 0}, {"PostToolUse", 0}, {"Notification", 0}, {"Stop", 0}, {"SessionEnd", 0},
	{NULL, 0}};

static const struct setup_file copilot_settings = {
	.format = SETUP_JSON,
	.places = {{NULL, ".copilot", "settings.json"}},
	.events = copilot_events,
	.has_bare_hooks = true,
};

static const struct setup_file copilot_alias = {
	.format = SETUP_SHELL,
	.members = copilot_members,
};

static const struct setup_member opencode_members[] = {
	{{"experimental", "openTelemetry"}, "true", NULL, SETUP_ALWAYS},
	{{NULL}},
};

static const struct setup_file opencode_config = {
	.format = SETUP_JSON,
	.places = {{"XDG_CONFIG_HOME", ".config", "opencode/opencode.json"},
		{"XDG_CONFIG_HOME", ".config", "opencode/opencode.jsonc"},
		{"XDG_CONFIG_HOME", ".config", "opencode/config.json"}},
	.members = opencode_members,
};

static const struct setup_member opencode_variables[] = {
	{{"OTEL_EXPORTER_OTLP_PROTOCOL"}, "http/protobuf", NULL, SETUP_ALWAYS},
	{{"OTEL_EXPORTER_OTLP_ENDPOINT"}, "@", NULL, SETUP_ALWAYS},
	{{NULL}},
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
		.is_versioned = true,
		.managed = "/etc/claude-code/managed-settings.json",
		.switch_variable = "CLAUDE_CODE_ENABLE_TELEMETRY",
	},
	{
		.word = "codex",
		.title = "Codex",
		.program = "codex",
		.home = {"CODEX_HOME", ".codex", ""},
		.files = {&codex_config, &codex_hooks},
		.note = "Codex runs new hooks only after you trust them: it asks when it starts, "
			"or say /hooks.",
		.trust = "trusted_hash",
	},
	{
		.word = "gemini",
		.title = "Gemini CLI",
		.program = "gemini",
		.home = {"GEMINI_CLI_HOME", "", ".gemini"},
		.files = {&gemini_settings},
		.managed = "/etc/gemini-cli/settings.json",
	},
	{
		.word = "qwen",
		.title = "Qwen Code",
		.program = "qwen",
		.home = {"QWEN_HOME", ".qwen", ""},
		.files = {&qwen_settings},
		.managed = "/etc/qwen-code/settings.json",
	},
	{
		.word = "copilot",
		.title = "Copilot CLI",
		.program = "copilot",
		.home = {NULL, "", ".copilot"},
		.files = {&copilot_alias, &copilot_settings},
		.switch_variable = "OTEL_EXPORTER_OTLP_ENDPOINT",
	},
	{
		.word = "opencode",
		.title = "opencode",
		.program = "opencode",
		.home = {"XDG_CONFIG_HOME", ".config", "opencode"},
		.files = {&opencode_config, &opencode_alias},
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

bool setup_client_shell_place(const char *shell, struct setup_place *ret)
{
	static const struct {
		const char *name;
		struct setup_place place;
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
