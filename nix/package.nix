# The program as a package of nixpkgs: pkgs.callPackage ./nix/package.nix { }
{
  lib,
  stdenv,
  check,
  coreutils,
  glib,
  libdeflate,
  libnotify,
  libuv,
  libxcb,
  llhttp,
  meson,
  ninja,
  pkg-config,
  protobufc,
  python3,
  scdoc,
  sqlite,
  systemd,
  wslay,
}:

let
  version = builtins.head (
    builtins.match ".*project\\('otel-ai-monitor'[^)]*[^_]version: '([^']+)'.*" (
      builtins.readFile ../meson.build
    )
  );

  # what ./dev builds here belongs to this checkout
  isSource = path: _type: !lib.hasPrefix (toString ../build) path;
in
stdenv.mkDerivation (finalAttrs: {
  pname = "otel-ai-monitor";
  inherit version;
  src = lib.cleanSourceWith {
    src = lib.cleanSource ../.;
    filter = isSource;
  };

  strictDeps = true;
  nativeBuildInputs = [
    meson
    ninja
    pkg-config
    scdoc
  ];
  buildInputs = [
    glib
    libdeflate
    libnotify
    libuv
    libxcb
    llhttp
    sqlite
    wslay
  ];
  nativeCheckInputs = [
    protobufc
    python3
  ];
  checkInputs = [
    check
    protobufc
  ];

  # NixOS has nothing in /bin but a shell; the tests are scripts that meson starts by their first line.
  postPatch = ''
    substituteInPlace systemd/otel-ai-monitor.service.in \
      --replace-fail /bin/kill ${coreutils}/bin/kill
    substituteInPlace systemd/otel-ai-monitor-retry.service.in \
      --replace-fail /bin/sleep ${coreutils}/bin/sleep \
      --replace-fail /bin/systemctl ${systemd}/bin/systemctl
    patchShebangs tests
  '';

  mesonBuildType = "release";
  mesonFlags = [
    (lib.mesonEnable "notifications" true)
    (lib.mesonEnable "focus" true)
    (lib.mesonEnable "tray" true)
    (lib.mesonEnable "websocket" true)
    (lib.mesonEnable "man-pages" true)
    (lib.mesonEnable "systemd-units" true)
    (lib.mesonEnable "tests" finalAttrs.finalPackage.doCheck)
  ];

  # The other suites want more of a machine than a build has.
  doCheck = true;
  mesonCheckFlags = [
    "--suite=unit"
    "--suite=replay"
  ];

  meta = {
    description = "Tells at every moment what AI coding sessions are doing, by their telemetry";
    license = lib.licenses.mit;
    mainProgram = "otel-ai-monitor";
    platforms = lib.platforms.linux;
  };
})
