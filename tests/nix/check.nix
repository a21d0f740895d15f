# test_module.py with nixpkgs' own lib, as a check of the flake.
{
  lib,
  coreutils,
  otel-ai-monitor,
  python3,
  runCommand,
  systemd,
}:

runCommand "home-manager-module"
  {
    nativeBuildInputs = [ python3 ];
    evaluation = builtins.toJSON (
      import ./evaluate.nix {
        inherit lib;
        prefix = "${otel-ai-monitor}";
        coreutils = "${coreutils}";
        systemd = "${systemd}";
      }
    );
    passAsFile = [ "evaluation" ];
    PYTHONDONTWRITEBYTECODE = 1;
    OTEL_AI_MONITOR = "${otel-ai-monitor}/bin/otel-ai-monitor";
    TEST_RECORDINGS = "${otel-ai-monitor.src}/tests/data/recordings";
  }
  ''
    units=${otel-ai-monitor}/lib/systemd/user
    python3 ${otel-ai-monitor.src}/tests/nix/test_module.py "$evaluationPath" \
      "$units/otel-ai-monitor.service" "$units/otel-ai-monitor.socket" \
      "$units/otel-ai-monitor-retry.service"
    touch "$out"
  ''
