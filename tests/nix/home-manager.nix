# What the module sets of home-manager's options, with home-manager's types, and the texts of the unit
# files that home-manager writes from them.
{ lib, config, ... }:

let
  inherit (lib) mkOption types;

  option =
    type: default:
    mkOption {
      inherit type default;
    };

  unit =
    let
      primitive = types.oneOf [
        types.bool
        types.int
        types.str
        types.path
      ];
    in
    types.attrsOf (types.attrsOf (types.attrsOf (types.either primitive (types.listOf primitive))));

  # The target is always told from the home directory on.
  filesBelow =
    directory:
    types.attrsOf (
      types.submodule (
        { name, ... }:
        {
          options = {
            enable = option types.bool true;
            recursive = option types.bool false;
            source = option (types.nullOr types.path) null;
            text = option (types.nullOr types.lines) null;
            target = option types.str name // {
              apply =
                path:
                lib.removePrefix "${config.home.homeDirectory}/" (
                  if lib.hasPrefix "/" path then path else "${directory}/${path}"
                );
            };
          };
        }
      )
    );

  lines =
    key: value:
    if lib.isList value then
      map (v: "${key}=${toString v}") value
    else
      [ "${key}=${if lib.isBool value then lib.boolToString value else toString value}" ];
  section =
    name: entries:
    [ "[${name}]" ] ++ lib.concatLists (lib.attrValues (lib.mapAttrs lines entries));
  unitText =
    u: lib.concatStringsSep "\n" (lib.concatLists (lib.attrValues (lib.mapAttrs section u))) + "\n";

  # home-manager makes a link for each of these, and takes them for a list without asking.
  wants = kind: name: u: map (target: "${target}.wants/${name}.${kind}") (u.Install.WantedBy or [ ]);
in
{
  options = {
    assertions = option (types.listOf (types.attrsOf (types.either types.bool types.str))) [ ];
    warnings = option (types.listOf types.str) [ ];
    home.packages = option (types.listOf types.package) [ ];
    home.sessionVariables = option (types.attrsOf (types.either types.int types.str)) { };
    home.homeDirectory = option types.str "/home/alice";
    home.file = option (filesBelow config.home.homeDirectory) { };
    xdg.configHome = option types.str "/home/alice/.config";
    xdg.configFile = option (filesBelow config.xdg.configHome) { };
    systemd.user.services = option unit { };
    systemd.user.sockets = option unit { };

    written = {
      services = option (types.attrsOf types.str) (lib.mapAttrs (_: unitText) config.systemd.user.services);
      sockets = option (types.attrsOf types.str) (lib.mapAttrs (_: unitText) config.systemd.user.sockets);
      wants = option (types.listOf types.str) (
        lib.concatLists (
          lib.attrValues (lib.mapAttrs (wants "service") config.systemd.user.services)
          ++ lib.attrValues (lib.mapAttrs (wants "socket") config.systemd.user.sockets)
        )
      );
    };
  };

  config.home.file = lib.mapAttrs' (name: file: {
    name = "${config.xdg.configHome}/${name}";
    value = { inherit (file) enable recursive source text target; };
  }) config.xdg.configFile;
}
