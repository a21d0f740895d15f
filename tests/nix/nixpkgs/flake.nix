{
  description = "A stand-in for nixpkgs, with which our flake is checked where there is no network";

  outputs =
    { self }:
    let
      lib = import ./lib.nix;
    in
    {
      inherit lib;
      legacyPackages = lib.genAttrs lib.platforms.linux (system: import ./pkgs.nix { inherit lib system; });
    };
}
