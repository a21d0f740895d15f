# Reads a unit file of ../systemd into what systemd.user.* of home-manager takes, so that there is one
# text of the units: unit { "@bindir@" = …; } file → { Service.ExecStart = "…"; Install.WantedBy = [ … ]; }
# A key that stands more than once becomes a list, and those of [Install] always are.
{ lib }:

substitutions: file:

let
  # Of values, after they were parsed: builtins.match drops what a text depends on in the store.
  substitute = builtins.replaceStrings (lib.attrNames substitutions) (lib.attrValues substitutions);

  isMeant = line: line != "" && !lib.hasPrefix "#" line && !lib.hasPrefix ";" line;

  readLine =
    { section, entries }:
    line:
    let
      header = builtins.match "\\[([A-Za-z]+)]" line;
      entry = builtins.match "([A-Za-z]+)=(.*[^\\])" line;
    in
    if header != null then
      {
        section = lib.head header;
        inherit entries;
      }
    else if entry != null && section != null then
      {
        inherit section;
        entries = entries ++ [
          {
            inherit section;
            key = lib.head entry;
            value = substitute (lib.last entry);
          }
        ];
      }
    else
      throw "${toString file}: \"${line}\" is neither a section nor an assignment on one line";

  entries =
    (lib.foldl' readLine {
      section = null;
      entries = [ ];
    } (lib.filter isMeant (lib.splitString "\n" (builtins.readFile file)))).entries;

  valuesOf =
    section: key: found:
    let
      values = map (e: e.value) found;
    in
    if section == "Install" then
      lib.concatMap (lib.splitString " ") values
    else if lib.length values == 1 then
      lib.head values
    else
      values;
in
lib.mapAttrs (section: found: lib.mapAttrs (valuesOf section) (lib.groupBy (e: e.key) found)) (
  lib.groupBy (e: e.section) entries
)
