# The flake's outputs, from the stand-in for nixpkgs.
let
  self = (import ../../flake.nix).outputs {
    inherit self;
    nixpkgs = {
      lib = import ./lib.nix;
      legacyPackages.${builtins.currentSystem} = import ./pkgs.nix;
    };
  };
in
self
