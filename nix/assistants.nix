# What tells assistants where to send their telemetry, and to run the hooks: the values of docs/clients.md.
# Settings files that home-manager does not write belong to their user and are left alone.
{
  config,
  extendModules,
  lib,
  options,
  ...
}:

let
  cfg = config.services.otel-ai-monitor;
  endpoint = "http://127.0.0.1:${toString cfg.settings.server.port}";

  # Claude Code and Codex name the same structure the same, but not all of the events.
  hooksFor =
    client: events:
    lib.genAttrs events (_: [
      {
        hooks = [
          {
            type = "command";
            command = "${cfg.package}/bin/otel-ai-monitor hook ${client} 2>/dev/null || true";
            timeout = 5;
          }
        ];
      }
    ]);

  claudeEnvironment = {
    CLAUDE_CODE_ENABLE_TELEMETRY = "1";
    OTEL_LOGS_EXPORTER = "otlp";
    OTEL_METRICS_EXPORTER = "otlp";
    OTEL_EXPORTER_OTLP_PROTOCOL = "http/protobuf";
    OTEL_EXPORTER_OTLP_ENDPOINT = endpoint;
    OTEL_LOGS_EXPORT_INTERVAL = "1000";
    CLAUDE_CODE_ENHANCED_TELEMETRY_BETA = "1";
    OTEL_TRACES_EXPORTER = "otlp";
    OTEL_TRACES_EXPORT_INTERVAL = "1000";
  };
  claudeHooks = hooksFor "claude-code" [
    "SessionStart"
    "UserPromptSubmit"
    "PreToolUse"
    "PostToolUse"
    "PostToolUseFailure"
    "PermissionRequest"
    "PermissionDenied"
    "Notification"
    "SubagentStart"
    "SubagentStop"
    "PreCompact"
    "PostCompact"
    "Stop"
    "StopFailure"
    "CwdChanged"
    "SessionEnd"
  ];

  codexExporter = signal: {
    otlp-http = {
      endpoint = "${endpoint}/v1/${signal}";
      protocol = "binary";
      headers = { };
    };
  };
  codexHooks = hooksFor "codex" [
    "SessionStart"
    "UserPromptSubmit"
    "PreToolUse"
    "PermissionRequest"
    "PostToolUse"
    "SubagentStart"
    "SubagentStop"
    "PreCompact"
    "PostCompact"
    "Stop"
    "StopFailure"
    "Interrupt"
    "SessionEnd"
  ];

  defaults = lib.mapAttrs (_: lib.mkDefault);

  # What there would be without this module: its own definitions cannot depend on what they are merged
  # with. Settings may be null, and hooks a path; neither can be merged with a set.
  others =
    (extendModules {
      modules = [
        {
          services.otel-ai-monitor = {
            enableClaudeCode = lib.mkOverride 0 false;
            enableCodex = lib.mkOverride 0 false;
          };
        }
      ];
    }).config.programs;
  takes =
    client: option:
    options ? programs.${client}.${option}
    && others.${client}.enable
    && lib.isAttrs others.${client}.${option};

  setsClaude = cfg.enableClaudeCode && takes "claude-code" "settings";
  setsCodex = cfg.enableCodex && takes "codex" "settings";
  setsCodexHooks = cfg.enableCodex && takes "codex" "hooks";

  advice = client: option: file: consequence: ''
    services.otel-ai-monitor.${option}: home-manager does not write ${file}, because
    programs.${client}.enable is not set or programs.${client}.settings is null, so there
    ${consequence}. Run "otel-ai-monitor setup ${client}".
  '';
in
{
  options.services.otel-ai-monitor = {
    enableClaudeCode = lib.mkOption {
      type = lib.types.bool;
      default = false;
      description = ''
        Whether to point Claude Code at the daemon: telemetry and hooks in
        {option}`programs.claude-code.settings` where that is in use, else the telemetry alone, in
        {option}`home.sessionVariables`.
      '';
    };

    enableCodex = lib.mkOption {
      type = lib.types.bool;
      default = false;
      description = ''
        Whether to point Codex at the daemon: telemetry in {option}`programs.codex.settings`, hooks in
        {option}`programs.codex.hooks` where home-manager has that option, else in the settings too.

        Codex runs hooks only after its user has trusted them, and notes that in its
        {file}`config.toml`. It cannot keep the note where that file is a link into the Nix store: put it
        into {option}`programs.codex.settings.hooks.state`, or leave the hooks out with
        `programs.codex.hooks = lib.mkForce { };`.
      '';
    };
  };

  config = lib.mkIf cfg.enable (
    lib.mkMerge [
      (lib.mkIf (cfg.enableClaudeCode && !setsClaude) {
        home.sessionVariables = defaults claudeEnvironment;
        warnings = [
          (advice "claude-code" "enableClaudeCode" "~/.claude/settings.json" "is telemetry, but no hooks")
        ];
      })
      (lib.optionalAttrs (options ? programs.claude-code.settings) {
        programs.claude-code.settings = lib.mkIf setsClaude {
          env = defaults claudeEnvironment;
          hooks = claudeHooks;
        };
      })
      (lib.mkIf (cfg.enableCodex && !setsCodex) {
        warnings = [
          (advice "codex" "enableCodex" "~/.codex/config.toml" (
            if setsCodexHooks then "are hooks, but no telemetry" else "is neither telemetry nor hooks"
          ))
        ];
      })
      (lib.optionalAttrs (options ? programs.codex.settings) {
        programs.codex.settings = lib.mkIf setsCodex {
          otel = defaults {
            exporter = codexExporter "logs";
            trace_exporter = codexExporter "traces";
          };
          hooks = lib.mkIf (!setsCodexHooks) codexHooks;
        };
      })
      (lib.optionalAttrs (options ? programs.codex.hooks) {
        programs.codex.hooks = lib.mkIf setsCodexHooks codexHooks;
      })
    ]
  );
}
