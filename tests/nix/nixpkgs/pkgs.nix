# A stand-in for nixpkgs where there is none: its callPackage, the packages that ours asks for, and a
# stdenv whose builds run the same phases with the tools of this machine (build.sh).
{ lib, system }:

let
  names = [
    "check"
    "clang-tools"
    "coreutils"
    "cppcheck"
    "glib"
    "jq"
    "libdeflate"
    "libnotify"
    "libuv"
    "libxcb"
    "llhttp"
    "meson"
    "ninja"
    "pkg-config"
    "protobufc"
    "python3"
    "scdoc"
    "shellcheck"
    "sqlite"
    "systemd"
    "wslay"
  ];
  machine = name: {
    type = "derivation";
    inherit name;
    outPath = "/usr";
  };

  # meta is for people and doCheck for machines with time: the tests run without Nix as well.
  mkDerivation =
    attributes:
    let
      given = if builtins.isFunction attributes then attributes final else attributes;
      final = given // {
        finalPackage = package;
      };
      package =
        derivation (
          builtins.removeAttrs given [ "meta" ]
          // {
            name = given.name or "${given.pname}-${given.version}";
            inherit system;
            doCheck = false;
            builder = "/bin/bash";
            args = [ ./build.sh ];
          }
        )
        // {
          inherit (given) meta;
          doCheck = false;
        };
    in
    package;

  pkgs = lib.genAttrs names machine // {
    inherit lib system;
    stdenv = { inherit mkDerivation; };
    callPackage =
      file: overrides:
      let
        package = import file;
        asked = lib.mapAttrs (name: _: pkgs.${name}) (builtins.functionArgs package);
      in
      package (asked // overrides);
    runCommand =
      name: attributes: buildCommand:
      mkDerivation (
        attributes
        // {
          inherit name buildCommand;
          meta = { };
        }
      );
    mkShell = attributes: mkDerivation ({ name = "shell"; meta = { }; } // attributes);
  };
in
pkgs
