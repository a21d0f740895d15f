"""Checks JSON against docs/schema: as much of JSON Schema 2020-12 as stands there, and stricter in one thing: a member that a
schema does not name is wrong, so that no answer has one that is not documented."""

import json
import os
import re

DIRECTORY = os.environ['SCHEMAS']
TYPES = {'null': type(None), 'boolean': bool, 'string': str, 'array': list, 'object': dict}
SILENT = {'$schema', '$defs', 'title', 'description'}
_files = {}


def load(name):
    if name not in _files:
        with open(os.path.join(DIRECTORY, name), encoding='utf-8') as f:
            _files[name] = json.load(f)
    return _files[name]


def is_type(value, name):
    if name in ('integer', 'number'):
        return not isinstance(value, bool) and isinstance(value, (int,) if name == 'integer' else (int, float))
    return isinstance(value, TYPES[name])


def faults(value, schema, name, where='$'):
    """All that is wrong with a value, in words."""
    found = []

    def fault(text, *arguments):
        found.append('%s: %s' % (where, text % arguments))

    def follow(part, schema, name=name):
        found.extend(faults(part, schema, name, where))

    def check_ref(ref):
        file, _, path = ref.partition('#')
        target = load(file or name)
        for key in path.split('/')[1:]:
            target = target[key]
        follow(value, target, file or name)

    def check_any(schemas, at_most):
        fits = [s for s in schemas if not faults(value, s, name, where)]
        if not 1 <= len(fits) <= at_most:
            fault('fits %d of %d: %s', len(fits), len(schemas), [faults(value, s, name, where)[:2] for s in schemas])

    def check_object():
        named = schema.get('properties', {})
        for key in schema.get('required', []):
            if key not in value:
                fault('lacks %s', key)
        for key, part in value.items():
            if key not in named and 'additionalProperties' not in schema:
                fault('has %s, which is not documented', key)
            else:
                found.extend(faults(part, named.get(key, schema.get('additionalProperties')), name, '%s.%s' % (where, key)))

    def check_array():
        if not schema.get('minItems', 0) <= len(value) <= schema.get('maxItems', len(value)):
            fault('has %d items', len(value))
        for n, part in enumerate(value):
            found.extend(faults(part, schema['items'], name, '%s[%d]' % (where, n)))

    known = {
        'type': lambda t: any(is_type(value, x) for x in ([t] if isinstance(t, str) else t)) or fault('%r is no %s', value, t),
        'enum': lambda e: value in e or fault('%r is none of %s', value, e),
        'const': lambda c: value == c or fault('%r is not %r', value, c),
        'pattern': lambda p: not isinstance(value, str) or re.search(p, value) or fault('%r does not match %s', value, p),
        'minimum': lambda m: not is_type(value, 'number') or value >= m or fault('%r is less than %s', value, m),
        'maximum': lambda m: not is_type(value, 'number') or value <= m or fault('%r is more than %s', value, m),
        '$ref': check_ref,
        'anyOf': lambda s: check_any(s, len(s)),
        'oneOf': lambda s: check_any(s, 1),
        'properties': lambda _: None, 'required': lambda _: None, 'additionalProperties': lambda _: None,
        'items': lambda _: None, 'minItems': lambda _: None, 'maxItems': lambda _: None,
    }
    for key, wanted in schema.items():
        if key not in SILENT:
            known[key](wanted)
    if schema.get('type') == 'object' and isinstance(value, dict):
        check_object()
    elif schema.get('type') == 'array' and isinstance(value, list):
        check_array()
    return found


def check(value, name):
    """Raises AssertionError with what is wrong."""
    found = faults(value, load(name), name)
    if found:
        raise AssertionError('not as %s: %s' % (name, '; '.join(found[:5])))
