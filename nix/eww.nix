# The eww widget and its style, beside the user's own configuration, which includes them.
{ config, lib, ... }:

let
  cfg = config.services.otel-ai-monitor;
  examples = "${cfg.package}/share/otel-ai-monitor/examples/eww";

  # The whole directory as one link, made by whatever option, leaves no room for files in it. Here is
  # what home-manager makes of all of them.
  directory = lib.removePrefix "${config.home.homeDirectory}/" "${config.xdg.configHome}/eww";
  isOneLink = file: file.enable && !file.recursive && file.target == directory;
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
        assertion = !lib.any isOneLink (lib.attrValues config.home.file);
        message = ''
          services.otel-ai-monitor.enableEww: ~/.config/eww is one link, so no file can be put into it.
          Set recursive = true for it, or copy the files of ${examples} there yourself.
        '';
      }
    ];
    xdg.configFile = {
      "eww/otel-ai-monitor/ai.yuck".source = "${examples}/ai.yuck";
      "eww/otel-ai-monitor/ai.scss".source = "${examples}/ai.scss";
    };
  };
}
