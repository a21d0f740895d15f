# What ../../nix/home-manager.nix makes of some users' settings, for test_module.py. Prefix, coreutils and
# systemd are where these packages are said to be; lib is that of nixpkgs, where there is one.
{
  prefix,
  coreutils ? "",
  systemd ? "",
  lib ? import ./nixpkgs/lib.nix,
}:

let
  # A path that depends on something in the store, as a package's does.
  packageAt = path: {
    type = "derivation";
    name = "stand-in";
    outPath = path + builtins.substring 0 0 (builtins.toFile "stand-in" "");
  };

  # What today's home-manager has for assistants, and for eww; and what it had a year ago.
  clientWith = more: {
    enable = lib.mkEnableOption "it";
    settings = lib.mkOption {
      type = lib.types.nullOr json;
      default = { };
    };
  } // more;
  assistants.options.programs = {
    claude-code = clientWith { };
    codex = clientWith {
      hooks = lib.mkOption {
        type = lib.types.either json lib.types.path;
        default = { };
      };
    };
  };
  assistantsBefore.options.programs = lib.genAttrs [ "claude-code" "codex" ] (_: clientWith { });
  ewwToday =
    { config, ... }:
    {
      imports = [
        (lib.mkRemovedOptionModule [ "programs" "eww" "configDir" ] "use yuckConfig and scssConfig")
      ];
      options.programs.eww = {
        enable = lib.mkEnableOption "it";
        yuckConfig = lib.mkOption {
          type = lib.types.nullOr lib.types.lines;
          default = null;
        };
      };
      config = lib.mkIf config.programs.eww.enable {
        xdg.configFile."eww/eww.yuck" = lib.mkIf (config.programs.eww.yuckConfig != null) {
          text = config.programs.eww.yuckConfig;
        };
      };
    };
  ewwBefore =
    { config, ... }:
    {
      options.programs.eww = {
        enable = lib.mkEnableOption "it";
        configDir = lib.mkOption { type = lib.types.path; };
      };
      config = lib.mkIf config.programs.eww.enable {
        xdg.configFile.eww.source = config.programs.eww.configDir;
      };
    };
  json = lib.types.oneOf [
    lib.types.bool
    lib.types.int
    lib.types.str
    (lib.types.attrsOf json)
    (lib.types.listOf json)
  ];

  evaluate =
    modules:
    (lib.evalModules {
      specialArgs.pkgs = {
        coreutils = packageAt coreutils;
        systemd = packageAt systemd;
        otel-ai-monitor = packageAt prefix;
      };
      modules = [
        ../../nix/home-manager.nix
        ./home-manager.nix
      ]
      ++ modules;
    }).config;

  report =
    modules:
    let
      config = evaluate modules;
    in
    {
      inherit (config) warnings written;
      failures = map (a: a.message) (lib.filter (a: !a.assertion) config.assertions);
      inherit (config.home) sessionVariables;
      packages = map toString config.home.packages;
      files = config.xdg.configFile;
      programs = lib.mapAttrs (_: program: program.settings or null) (config.programs or { });
      codexHooks = config.programs.codex.hooks or null;
    };
  with' = settings: { services.otel-ai-monitor = { enable = true; } // settings; };

  isRefused = settings: !(builtins.tryEval (builtins.deepSeq (report [ (with' settings) ]) null)).success;
in
{
  # The options as declared: name → default, where it is plain data.
  defaults =
    builtins.removeAttrs (evaluate [ ]).services.otel-ai-monitor [
      "package"
      "settings"
    ];

  reports = lib.mapAttrs (_: report) {
    off = [ { services.otel-ai-monitor.enableClaudeCode = true; } ];
    plain = [ (with' { }) ];
    changed = [
      (with' {
        port = 4319;
        completionQuietPeriodSec = 2.5;
        sessionTimeoutSec = 600;
        completedTimeoutSec = 45;
        broadcastIntervalSec = 0;
        enableNotifications = false;
        enableTray = true;
        pipePath = "/run/user/1000/a pipe";
        verbose = true;
        settings.limits.max-body = "32M";
        settings.server.allowed-hosts = [
          "workstation"
          "workstation.lan"
        ];
        settings.server.allowed-origins = [ ];
      })
    ];
    without-pipe = [
      (with' {
        usePipe = false;
        pipePath = "/nowhere";
      })
    ];
    settings-win = [
      (with' {
        sessionTimeoutSec = 600;
        settings.sessions.session-timeout = 700;
        settings.server.port = 4320;
      })
    ];
    other-sockets = [
      (with' {
        settings.server.listen = "127.0.0.1, 127.0.0.2";
        settings.server.socket = "/run/user/1000/ai.sock";
      })
    ];
    no-sockets = [
      (with' {
        settings.server.listen = [ "127.0.0.1" ];
        settings.server.socket = "none";
      })
    ];
    token = [ (with' { settings.server.token = "0123456789abcdef"; }) ];
    wrong-section = [ (with' { settings.sessions.port = 4319; }) ];
    assistants-elsewhere = [
      (with' {
        enableClaudeCode = true;
        enableCodex = true;
      })
    ];
    assistants-not-enabled = [
      assistants
      (with' {
        enableClaudeCode = true;
        enableCodex = true;
      })
    ];
    assistants-before = [
      assistantsBefore
      {
        programs.claude-code.enable = true;
        programs.codex.enable = true;
      }
      (with' {
        enableClaudeCode = true;
        enableCodex = true;
      })
    ];
    assistants-without-settings = [
      assistants
      {
        programs.claude-code.enable = true;
        programs.claude-code.settings = null;
        programs.codex.enable = true;
        programs.codex.settings = null;
      }
      (with' {
        enableClaudeCode = true;
        enableCodex = true;
      })
    ];
    codex-hooks-in-a-file = [
      assistants
      {
        programs.codex.enable = true;
        programs.codex.hooks = "/home/alice/hooks.json";
      }
      (with' { enableCodex = true; })
    ];
    overridden = [
      assistants
      {
        programs.claude-code.enable = true;
        programs.claude-code.settings.env.OTEL_LOGS_EXPORT_INTERVAL = "500";
        programs.codex.enable = true;
        programs.codex.settings.otel.exporter = "none";
        systemd.user.services.otel-ai-monitor = {
          Service.MemoryMax = "1G";
          Unit.X-Restart-Triggers = [ "mine" ];
        };
        systemd.user.sockets.otel-ai-monitor.Socket.ListenStream = "127.0.0.1:4400";
      }
      (with' {
        enableClaudeCode = true;
        enableCodex = true;
      })
    ];
    overridden-variable = [
      { home.sessionVariables.OTEL_LOGS_EXPORT_INTERVAL = "500"; }
      (with' { enableClaudeCode = true; })
    ];
    assistants = [
      assistants
      {
        programs.claude-code.enable = true;
        programs.claude-code.settings.env.EDITOR = "vi";
        programs.claude-code.settings.hooks.Stop = [ { hooks = [ ]; } ];
        programs.codex.enable = true;
        programs.codex.settings.otel.environment = "dev";
      }
      (with' {
        port = 4319;
        enableClaudeCode = true;
        enableCodex = true;
      })
    ];
    assistants-unwanted = [
      assistants
      {
        programs.claude-code.enable = true;
        programs.codex.enable = true;
      }
      (with' { })
    ];
    eww = [ (with' { enableEww = true; }) ];
    eww-today = [
      ewwToday
      (with' { enableEww = true; })
      {
        programs.eww.enable = true;
        programs.eww.yuckConfig = "(include \"./otel-ai-monitor/ai.yuck\")";
      }
    ];
    eww-before = [
      ewwBefore
      (with' { enableEww = true; })
      {
        programs.eww.enable = true;
        programs.eww.configDir = "/home/alice/eww";
      }
    ];
    eww-in-one-link = [
      ewwToday
      (with' { enableEww = true; })
      { xdg.configFile.eww.source = "/home/alice/eww"; }
    ];
    eww-in-one-link-of-home = [
      (with' { enableEww = true; })
      { home.file.".config/eww".source = "/home/alice/eww"; }
    ];
    eww-file-by-file = [
      (with' { enableEww = true; })
      {
        xdg.configFile.eww = {
          source = "/home/alice/eww";
          recursive = true;
        };
      }
    ];
    eww-link-turned-off = [
      (with' { enableEww = true; })
      {
        xdg.configFile.eww = {
          enable = false;
          source = "/home/alice/eww";
        };
      }
    ];
  };

  # What the units depend on in the store: without it, the program would be collected as garbage.
  dependsOnPackage =
    let
      config = evaluate [ (with' { }) ];
    in
    lib.mapAttrs (_: text: builtins.hasContext text) {
      inherit (config.systemd.user.services.otel-ai-monitor.Service) ExecStart;
      unit = config.written.services.otel-ai-monitor;
    };

  # Whether the settings of that name are refused.
  refused = lib.mapAttrs (_: isRefused) {
    nothing = { };
    port-text = {
      port = "4318";
    };
    quiet-period-text = {
      completionQuietPeriodSec = "3s";
    };
    completed-timeout-null = {
      completedTimeoutSec = null;
    };
    notifications-text = {
      enableNotifications = "yes";
    };
    pipe-path-lines = {
      pipePath = "/tmp/a\nport = 1";
    };
    package-path = {
      package = "/usr";
    };
    settings-without-section = {
      settings.port = 4319;
    };
    settings-lines = {
      settings.server.token-file = "a\nb";
    };
    settings-null = {
      settings.server.port = null;
    };
    unknown-option = {
      prot = 4319;
    };
    enable-claude-code-text = {
      enableClaudeCode = "yes";
    };
  };

  # The least and the largest value of each number; kept: these are taken, and what is beyond is refused.
  limits =
    let
      takes = name: value: !isRefused { ${name} = value; };
      step = value: if lib.isInt value then 1 else 0.01;
      limits = least: most: { inherit least most; };
    in
    lib.mapAttrs
      (
        name:
        { least, most }:
        {
          inherit least most;
          kept =
            takes name least
            && takes name most
            && !takes name (least - step least)
            && !takes name (most + step most);
        }
      )
      {
        port = limits 1 65535;
        completionQuietPeriodSec = limits 0.05 3600;
        sessionTimeoutSec = limits 0.05 604800;
        completedTimeoutSec = limits 0.05 604800;
        broadcastIntervalSec = limits 0 86400;
      };
}
