# The eww widget and its style, beside the user's own configuration, which includes them.
{ config, lib, ... }:

let
  cfg = config.services.otel-ai-monitor;
  examples = "${cfg.package}/share/otel-ai-monitor/examples/eww";

  # Some versions of home-manager can make the whole directory one link.
  eww = config.programs.eww or { };
  isOneLink = eww.enable or false && eww.configDir or null != null;
in
{
  options.services.otel-ai-monitor.enableEww = lib.mkOption {
    type = lib.types.bool;
    default = false;
    description = ''
      Whether to put the eww widget and its style into {file}`~/.config/eww/otel-ai-monitor`. Your
      {file}`eww.yuck` then says `(include "./otel-ai-monitor/ai.yuck")`, and your {file}`eww.scss`
      `@import "./otel-ai-monitor/ai";`.
    '';
  };

  config = lib.mkIf (cfg.enable && cfg.enableEww) {
    assertions = [
      {
        assertion = !isOneLink;
        message = ''
          services.otel-ai-monitor.enableEww: programs.eww.configDir takes the whole of ~/.config/eww.
          Put what is in ${examples} into that directory instead.
        '';
      }
    ];
    xdg.configFile = {
      "eww/otel-ai-monitor/ai.yuck".source = "${examples}/ai.yuck";
      "eww/otel-ai-monitor/ai.scss".source = "${examples}/ai.scss";
    };
  };
}
