# The home-manager module: the user service, its settings, and what points assistants and bars at it.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (lib) mkOption types;

  cfg = config.services.otel-ai-monitor;
  inherit (cfg.settings) server;

  unit = import ./unit.nix { inherit lib; } {
    "@bindir@" = "${cfg.package}/bin";
    # Of these NixOS has none in /bin.
    "/bin/kill" = "${pkgs.coreutils}/bin/kill";
    "/bin/sleep" = "${pkgs.coreutils}/bin/sleep";
    "/bin/systemctl" = "${pkgs.systemd}/bin/systemctl";
  };

  # otel-ai-monitor.conf(5). In quotes a text may begin and end with anything.
  formatValue =
    value:
    if lib.isBool value then
      (if value then "yes" else "no")
    else if lib.isString value then
      "\"${value}\""
    else if value == [ ] then
      "none"
    else if lib.isList value then
      lib.concatStringsSep ", " value
    else
      toString value;

  configText = lib.generators.toINI {
    mkKeyValue = name: value: "${name} = ${formatValue value}";
  } cfg.settings;

  # The daemon takes the sockets of its unit as they are, so the settings for them have to be in there.
  words =
    value:
    if lib.isList value then
      value
    else
      lib.filter (word: word != "" && word != "none") (
        lib.splitString "," (builtins.replaceStrings [ " " ] [ "," ] value)
      );
  tcpStream =
    address:
    "${if lib.hasInfix ":" address then "[${address}]" else address}:${toString server.port}";
  socketPath = server.socket or "%t/otel-ai-monitor.sock";
  listenStreams =
    map tcpStream (words (server.listen or "127.0.0.1, ::1"))
    ++ lib.optional (socketPath != "none") socketPath;

  boards =
    lib.optionalAttrs (cfg.tasksDirs != [ ]) { tasks-dir = cfg.tasksDirs; }
    // lib.optionalAttrs (cfg.metricsFiles != [ ]) { metrics-file = cfg.metricsFiles; }
    // lib.optionalAttrs (cfg.stateDir != null) { state-dir = cfg.stateDir; };

  # Each value gives way to one of the user's own.
  defaults = lib.mapAttrs (_: lib.mapAttrs (_: lib.mkDefault));

  # home-manager starts those units anew whose text changed, and most settings count from a start on.
  restart.Unit.X-Restart-Triggers = [ (builtins.hashString "sha256" configText) ];

  seconds =
    from: to: default: description:
    mkOption {
      type = types.numbers.between from to;
      inherit default description;
    };
  switch =
    default: description:
    mkOption {
      type = types.bool;
      inherit default description;
    };
in
{
  imports = [
    ./assistants.nix
    ./eww.nix
  ];

  options.services.otel-ai-monitor = {
    enable = lib.mkEnableOption "otel-ai-monitor, which tells what AI coding sessions are doing";

    package = mkOption {
      type = types.package;
      default = pkgs.otel-ai-monitor or (pkgs.callPackage ./package.nix { });
      defaultText = lib.literalExpression "pkgs.otel-ai-monitor";
      description = "The package to use.";
    };

    port = mkOption {
      type = types.ints.between 1 65535;
      default = 4318;
      description = "TCP port to receive telemetry on.";
    };

    completionQuietPeriodSec =
      seconds 0.05 3600 3
        "Silence, in seconds, that ends a turn of a client that tells no end itself.";

    sessionTimeoutSec =
      seconds 0.05 604800 300
        "A session that is not working expires after so many seconds without news.";

    completedTimeoutSec =
      seconds 0.05 604800 30
        "A completed session is called idle after so many seconds.";

    broadcastIntervalSec =
      seconds 0 86400 5
        "Seconds between whole lists while there are sessions; 0 sends none.";

    enableNotifications =
      switch true
        "Whether to tell on the desktop when a session is done or needs its user.";

    enableTray = switch false "Whether to show an icon in the desktop's tray, with a menu of the sessions.";

    usePipe = switch true "Whether to write lines to a FIFO.";

    pipePath = mkOption {
      type = types.nullOr types.singleLineStr;
      default = null;
      example = "/home/alice/.cache/ai.pipe";
      description = "The FIFO; null stands for {file}`otel-ai-monitor.pipe` in {env}`XDG_RUNTIME_DIR`.";
    };

    tasksDirs = mkOption {
      type = types.listOf types.singleLineStr;
      default = [ ];
      example = [ "/home/alice/work/collaboration" ];
      description = "Directories of task files (YAML) to show as a board. They are only read.";
    };

    metricsFiles = mkOption {
      type = types.listOf types.singleLineStr;
      default = [ ];
      example = [ "/home/alice/work/data/logs/metrics.jsonl" ];
      description = "Files to which programs append lines of JSON, to be followed.";
    };

    stateDir = mkOption {
      type = types.nullOr types.singleLineStr;
      default = null;
      example = "/home/alice/work";
      description = "Directory with the state of an orchestrator to show. It is only read.";
    };

    verbose = switch false "Whether to log every request and every change.";

    settings = mkOption {
      type =
        with types;
        attrsOf (
          attrsOf (oneOf [
            bool
            int
            float
            singleLineStr
            (listOf singleLineStr)
          ])
        );
      default = { };
      example = lib.literalExpression ''
        {
          sessions.stall-timeout = 600;
          server.token-file = "/run/user/1000/otel-ai-monitor.token";
        }
      '';
      description = ''
        What {file}`config.ini` says, by section and name: see {manpage}`otel-ai-monitor.conf(5)`. The
        options above are put in here, and give way to what is said here.
      '';
    };
  };

  config = lib.mkIf cfg.enable {
    services.otel-ai-monitor.settings = defaults (
      {
        server = {
          inherit (cfg) port verbose;
        };
        sessions = {
          quiet-period = cfg.completionQuietPeriodSec;
          session-timeout = cfg.sessionTimeoutSec;
          completed-timeout = cfg.completedTimeoutSec;
        };
        outlets = {
          notifications = cfg.enableNotifications;
          tray = cfg.enableTray;
          broadcast-interval = cfg.broadcastIntervalSec;
        }
        // lib.optionalAttrs (!cfg.usePipe) { pipe = "none"; }
        // lib.optionalAttrs (cfg.usePipe && cfg.pipePath != null) { pipe = cfg.pipePath; };
      }
      // lib.optionalAttrs (boards != { }) { inherit boards; }
    );

    warnings = lib.optional (server ? token) ''
      services.otel-ai-monitor.settings.server.token: everyone on this machine can read it in the Nix
      store. Use server.token-file.
    '';

    home.packages = [ cfg.package ];
    xdg.configFile."otel-ai-monitor/config.ini".text = configText;

    systemd.user.services.otel-ai-monitor = lib.mkMerge [
      (defaults (unit ../systemd/otel-ai-monitor.service.in))
      restart
    ];
    systemd.user.services.otel-ai-monitor-retry = defaults (
      unit ../systemd/otel-ai-monitor-retry.service.in
    );
    systemd.user.sockets.otel-ai-monitor = lib.mkMerge [
      (defaults (
        lib.recursiveUpdate (unit ../systemd/otel-ai-monitor.socket) {
          Socket.ListenStream = listenStreams;
        }
      ))
      restart
    ];
  };
}
