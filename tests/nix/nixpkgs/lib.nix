# A stand-in for nixpkgs' lib where there is no nixpkgs: as much of it as our modules and packages call, with the same
# meaning. Modules are merged and every value is checked by its type, so a wrong one is refused here as
# it is there; what is not called is not here.
let
  inherit (builtins)
    all
    any
    attrNames
    attrValues
    concatLists
    concatMap
    concatStringsSep
    elem
    filter
    foldl'
    groupBy
    hasAttr
    head
    isAttrs
    isBool
    isFloat
    isFunction
    isInt
    isList
    isPath
    isString
    length
    listToAttrs
    mapAttrs
    match
    stringLength
    substring
    tail
    toJSON
    ;

  foldr =
    f: end: list:
    if list == [ ] then end else f (head list) (foldr f end (tail list));
  last = list: builtins.elemAt list (length list - 1);
  optional = condition: value: if condition then [ value ] else [ ];
  optionalAttrs = condition: set: if condition then set else { };
  genAttrs =
    names: f:
    listToAttrs (
      map (name: {
        inherit name;
        value = f name;
      }) names
    );
  mapAttrs' = f: set: listToAttrs (map (name: f name set.${name}) (attrNames set));
  recursiveUpdate =
    a: b:
    a
    // mapAttrs (
      name: new: if isAttrs new && isAttrs (a.${name} or null) then recursiveUpdate a.${name} new else new
    ) b;

  splitString = separator: text: filter isString (builtins.split (escapeRegex separator) text);
  escapeRegex = builtins.replaceStrings [ "." "[" ] [ "\\." "\\[" ];
  hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
  hasInfix = infix: text: length (splitString infix text) > 1;
  removePrefix =
    prefix: text:
    if hasPrefix prefix text then substring (stringLength prefix) (stringLength text) text else text;

  # Sources can be filtered again, as they can there.
  cleanSourceWith =
    { src, filter }:
    let
      filters = [ filter ] ++ src.filters or [ ];
      origin = src.origin or src;
    in
    {
      inherit filters origin;
      outPath = builtins.path {
        name = "source";
        path = origin;
        filter = path: type: all (f: f path type) filters;
      };
    };

  generators.toINI =
    { mkKeyValue }:
    sections:
    concatStringsSep "\n" (
      attrValues (
        mapAttrs (
          section: entries:
          "[${section}]\n" + concatStringsSep "" (attrValues (mapAttrs (n: v: mkKeyValue n v + "\n") entries))
        ) sections
      )
    );

  # ---- types: check one definition; merge what all definitions of the same priority say

  showOption = concatStringsSep ".";

  mergeEqual =
    path: values:
    if all (value: value == head values) values then
      head values
    else
      throw "The option `${showOption path}' has conflicting definition values";

  scalar = name: check: {
    inherit name check;
    merge = mergeEqual;
  };

  mergeChecked =
    type: path: values:
    foldl' (
      rest: value:
      if type.check value then
        rest
      else
        throw "A definition for option `${showOption path}' is not of type `${type.name}': ${show value}"
    ) (type.merge path values) values;
  show = value: if isFunction value then "a function" else toJSON value;

  either = a: b: {
    name = "${a.name} or ${b.name}";
    check = value: a.check value || b.check value;
    merge = path: values: (if all a.check values then a else b).merge path values;
  };

  between =
    name: check: from: to:
    scalar "${name} between ${toString from} and ${toString to}" (
      value: check value && value >= from && value <= to
    );
  isNumber = value: isInt value || isFloat value;

  types = rec {
    bool = scalar "boolean" isBool;
    int = scalar "signed integer" isInt;
    float = scalar "floating point number" isFloat;
    str = scalar "string" isString;
    singleLineStr = scalar "string without line breaks" (
      value: isString value && match "[^\n\r]*" value != null
    );
    path = scalar "absolute path" (
      value: (isString value || isPath value) && hasPrefix "/" (toString value)
    );
    package = scalar "package" (value: isAttrs value && value.type or null == "derivation");
    ints.between = between "integer" isInt;
    numbers.between = between "number" isNumber;

    nullOr = type: {
      name = "null or ${type.name}";
      check = value: value == null || type.check value;
      merge =
        path: values:
        if all (value: value == null) values then
          null
        else if elem null values then
          throw "The option `${showOption path}' is defined both null and not null"
        else
          type.merge path values;
    };
    inherit either;
    oneOf = alternatives: foldl' either (head alternatives) (tail alternatives);

    lines = str // {
      merge = _: concatStringsSep "\n";
    };
    listOf = type: {
      name = "list of ${type.name}";
      check = isList;
      merge = path: values: map (value: mergeChecked type path [ value ]) (concatLists values);
    };
    attrsOf = type: {
      name = "attribute set of ${type.name}";
      check = isAttrs;
      merge =
        path: values:
        mapAttrs (name: mergeDefinitions (path ++ [ name ]) type) (
          builtins.removeAttrs (definitionsByName values) (unusedNames values)
        );
    };
    submodule =
      module:
      {
        name = "submodule";
        check = isAttrs;
        merge =
          path: values:
          let
            inherit (module { name = last path; }) options;
            definitions = concatMap pushDown values;
            strangers = undeclared path options definitions;
          in
          if strangers == [ ] then
            evalOptions path options definitions
          else
            throw "The option `${head strangers}' does not exist";
      };
  };

  # ---- definitions: what mkIf, mkMerge and mkOverride say about values

  mkOption = attributes: attributes // { _type = "option"; };
  mkEnableOption =
    what:
    mkOption {
      type = types.bool;
      default = false;
      description = "Whether to enable ${what}.";
    };
  mkIf = condition: content: {
    _type = "if";
    inherit condition content;
  };
  mkMerge = contents: {
    _type = "merge";
    inherit contents;
  };
  mkOverride = priority: content: {
    _type = "override";
    inherit priority content;
  };

  # Nobody can ask for its value, as there.
  mkRemovedOptionModule = path: instructions: {
    options = foldr (name: value: { ${name} = value; }) (mkOption {
      type = types.str;
      default = "";
      apply = _: throw "The option `${showOption path}' was removed: ${instructions}";
    }) path;
  };

  kindOf = value: if isAttrs value then value._type or null else null;

  # One definition → [ { priority, value } ], where nothing of the kind is left around the value.
  discharge =
    priority: definition:
    {
      "merge" = concatMap (discharge priority) definition.contents;
      "if" = if definition.condition then discharge priority definition.content else [ ];
      "override" = discharge definition.priority definition.content;
    }
    .${toString (kindOf definition)} or [
      {
        inherit priority;
        value = definition;
      }
    ];

  dischargeAll = concatMap (discharge 100);

  definitionsByName =
    values:
    let
      names = attrNames (foldl' (all: set: all // set) { } values);
    in
    genAttrs names (name: map (set: set.${name}) (filter (hasAttr name) values));
  unusedNames =
    values:
    filter (name: dischargeAll (definitionsByName values).${name} == [ ]) (
      attrNames (definitionsByName values)
    );

  mergeDefinitions =
    path: type: definitions:
    mergeDischarged path type (dischargeAll definitions);
  mergeDischarged =
    path: type: discharged:
    let
      first = foldl' (least: d: if d.priority < least then d.priority else least) 9999 discharged;
    in
    if discharged == [ ] then
      throw "The option `${showOption path}' is used but not defined"
    else
      mergeChecked type path (map (d: d.value) (filter (d: d.priority == first) discharged));

  # A module's content → plain sets, with conditions and priorities moved to the values in them.
  pushDown =
    content:
    {
      "merge" = concatMap pushDown content.contents;
      "if" = map (mapAttrs (_: mkIf content.condition)) (pushDown content.content);
      "override" = map (mapAttrs (_: mkOverride content.priority)) (pushDown content.content);
    }
    .${toString (kindOf content)} or [ content ];

  # ---- modules

  isOption = value: kindOf value == "option";

  # Option declarations (nested sets) and definitions (the same, from config) → values, nested alike.
  evalOptions =
    path: declared: definitions:
    mapAttrs (
      name: declaration:
      let
        here = path ++ [ name ];
        given = map (set: set.${name}) (filter (hasAttr name) definitions);
        default = optional (declaration ? default) {
          priority = 1500;
          value = declaration.default;
        };
      in
      if isOption declaration then
        (declaration.apply or (value: value)) (
          mergeDischarged here declaration.type (dischargeAll given ++ default)
        )
      else
        evalOptions here declaration (concatMap pushDown given)
    ) declared;

  # The paths that are defined but not declared.
  undeclared =
    path: declared: definitions:
    concatMap (
      set:
      concatMap (
        name:
        if !hasAttr name declared then
          [ (showOption (path ++ [ name ])) ]
        else if isOption declared.${name} then
          [ ]
        else
          undeclared (path ++ [ name ]) declared.${name} (pushDown set.${name})
      ) (attrNames set)
    ) definitions;

  evalModules =
    {
      modules,
      specialArgs ? { },
    }:
    let
      arguments = specialArgs // {
        inherit config options lib;
        extendModules =
          extension:
          evalModules {
            modules = modules ++ extension.modules;
            inherit specialArgs;
          };
      };
      load =
        module:
        if isPath module then
          load (import module)
        else if isFunction module then
          module arguments
        else
          module;
      flatten = module: [ module ] ++ concatMap (m: flatten (load m)) (module.imports or [ ]);
      loaded = concatMap (m: flatten (load m)) modules;
      contentOf =
        m:
        m.config or (builtins.removeAttrs m [
          "imports"
          "options"
        ]);

      options = foldl' recursiveUpdate { } (map (m: m.options or { }) loaded);
      definitions = concatMap (m: pushDown (contentOf m)) loaded;
      config = evalOptions [ ] options definitions;
      strangers = undeclared [ ] options definitions;
    in
    {
      inherit options;
      config =
        if strangers == [ ] then
          config
        else
          throw "The option `${head strangers}' does not exist";
    };

  lib = {
    inherit
      any
      attrNames
      attrValues
      cleanSourceWith
      concatLists
      concatMap
      concatStringsSep
      evalModules
      filter
      foldl'
      genAttrs
      generators
      groupBy
      hasInfix
      hasPrefix
      head
      isAttrs
      isBool
      isInt
      isList
      isString
      last
      length
      mapAttrs
      mapAttrs'
      mkEnableOption
      mkIf
      mkMerge
      mkOption
      mkOverride
      mkRemovedOptionModule
      optional
      optionalAttrs
      recursiveUpdate
      removePrefix
      splitString
      types
      ;
    boolToString = value: if value then "true" else "false";
    cleanSource =
      src:
      cleanSourceWith {
        inherit src;
        filter = path: _type: baseNameOf path != ".git";
      };
    licenses.mit.spdxId = "MIT";
    literalExpression = text: { inherit text; };
    mesonEnable = name: enabled: "-D${name}=${if enabled then "enabled" else "disabled"}";
    mkDefault = mkOverride 1000;
    mkForce = mkOverride 50;
    platforms.linux = [
      "x86_64-linux"
      "aarch64-linux"
    ];
  };
in
lib
