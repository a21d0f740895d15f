final: _prev: {
  otel-ai-monitor = final.callPackage ./package.nix { };
}
