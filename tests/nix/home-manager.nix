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
  wants = kind: name: u: map (target: "${target}.wants/${name}.${kind}") u.Install.WantedBy;
in
{
  options = {
    assertions = option (types.listOf (types.attrsOf (types.either types.bool types.str))) [ ];
    warnings = option (types.listOf types.str) [ ];
    home.packages = option (types.listOf types.package) [ ];
    home.sessionVariables = option (types.attrsOf (types.either types.int types.str)) { };
    xdg.configFile = option (types.attrsOf (types.attrsOf types.str)) { };
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
}
