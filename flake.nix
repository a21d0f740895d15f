{
  description = "Tells at every moment what AI coding sessions are doing, by their telemetry";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      forEachSystem =
        f:
        lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (system: f nixpkgs.legacyPackages.${system} system);
    in
    {
      overlays.default = import ./nix/overlay.nix;

      homeManagerModules.default = import ./nix/home-manager.nix;
      homeModules = self.homeManagerModules;

      packages = forEachSystem (
        pkgs: _system: {
          default = pkgs.callPackage ./nix/package.nix { };
        }
      );

      checks = forEachSystem (
        pkgs: system: {
          package = self.packages.${system}.default;
          home-manager-module = pkgs.callPackage ./tests/nix/check.nix {
            otel-ai-monitor = self.packages.${system}.default;
          };
        }
      );

      devShells = forEachSystem (
        pkgs: system: {
          default = pkgs.mkShell {
            inputsFrom = [ self.packages.${system}.default ];
            packages = [
              pkgs.clang-tools
              pkgs.cppcheck
              pkgs.jq
              pkgs.shellcheck
            ];
          };
        }
      );
    };
}
