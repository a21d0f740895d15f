"""Reads the records of an OTLP request body, protobuf or JSON, as far as judging needs them."""

import json
import struct

def varint(b, i):
    r = s = 0
    while True:
        c = b[i]
        i += 1
        r |= (c & 127) << s
        if c < 128:
            return r, i
        s += 7


def fields(b):
    """(field number, wire type, value, offset of the value) of one message."""
    i, n = 0, len(b)
    while i < n:
        tag, i = varint(b, i)
        w = tag & 7
        at = i
        if w == 0:
            v, i = varint(b, i)
        elif w == 1:
            v = b[i:i + 8]
            i += 8
        elif w == 2:
            size, i = varint(b, i)
            at = i
            v = b[i:i + size]
            i += size
        elif w == 5:
            v = b[i:i + 4]
            i += 4
        else:
            raise ValueError('wire type %d' % w)
        if i > n:
            raise ValueError('truncated')
        yield tag >> 3, w, v, at


def pb_any(b):
    for f, w, v, _ in fields(b):
        if f == 1:
            return v.decode('utf-8', 'replace')
        if f == 2:
            return bool(v)
        if f == 3:
            return v - (1 << 64) if v >> 63 else v
        if f == 4:
            return struct.unpack('<d', v)[0]
        if f == 5:
            return [pb_any(x) for g, _, x, _ in fields(v) if g == 1]
        if f == 6:
            return dict(pb_kv(x) for g, _, x, _ in fields(v) if g == 1)
        if f == 7:
            return v
    return None


def pb_kv(b):
    key = value = None
    for f, w, v, _ in fields(b):
        if f == 1:
            key = v.decode('utf-8', 'replace')
        elif f == 2:
            value = pb_any(v)
    return key, value


def pb_attrs(items):
    """Attributes as {key: [values]}: the same key may come twice."""
    out = {}
    for x in items:
        k, v = pb_kv(x)
        out.setdefault(k, []).append(v)
    return out


def u64(v):
    return struct.unpack('<Q', v)[0]


def pb_records(body, traces):
    """(resource, name or None, start ns, end ns, attributes) of a protobuf export."""
    for f, w, rl, _ in fields(body):
        if f != 1:
            continue
        res, scopes = {}, []
        for g, w, v, _ in fields(rl):
            if g == 1:
                res = pb_attrs(x for h, _, x, _ in fields(v) if h == 1)
            elif g == 2:
                scopes.append(v)
        for s in scopes:
            for g, w, v, _ in fields(s):
                if g != 2:
                    continue
                name, t, ot, items = None, 0, 0, []
                for h, w2, x, _ in fields(v):
                    if traces:
                        if h == 5:
                            name = x.decode('utf-8', 'replace')
                        elif h == 7:
                            t = u64(x)
                        elif h == 8:
                            ot = u64(x)
                        elif h == 9:
                            items.append(x)
                    elif h == 1:
                        t = u64(x)
                    elif h == 11:
                        ot = u64(x)
                    elif h == 6:
                        items.append(x)
                if not traces:
                    t = ot = t or ot
                yield res, name, t, ot, pb_attrs(items)


def js_any(v):
    if not v:
        return None
    k, x = next(iter(v.items()))
    if k == 'arrayValue':
        return [js_any(y) for y in x.get('values', [])]
    if k == 'kvlistValue':
        return {y['key']: js_any(y.get('value')) for y in x.get('values', [])}
    if k == 'intValue':
        return int(x)
    return x


def js_attrs(items):
    out = {}
    for a in items or ():
        out.setdefault(a['key'], []).append(js_any(a.get('value')))
    return out


def js_records(body, traces):
    doc = json.loads(body)
    for rl in doc.get('resourceSpans' if traces else 'resourceLogs', []):
        res = js_attrs((rl.get('resource') or {}).get('attributes'))
        for s in rl.get('scopeSpans' if traces else 'scopeLogs', []):
            for r in s.get('spans' if traces else 'logRecords', []):
                if traces:
                    t, ot = int(r['startTimeUnixNano']), int(r['endTimeUnixNano'])
                else:
                    t = int(r.get('timeUnixNano') or 0) or int(r.get('observedTimeUnixNano') or 0)
                    ot = t
                yield res, r.get('name'), t, ot, js_attrs(r.get('attributes'))


class Event:
    __slots__ = ('sid', 'start', 'end', 'name', 'attrs', 'res', 'span')

    def get(self, key, kind=None):
        for v in self.attrs.get(key, ()):
            if v is not None and (kind is None or isinstance(v, kind)):
                return v
        return None


SID_KEYS = ('session.id', 'conversation.id', 'gen_ai.conversation.id', 'thread.id')


def decode(req, first_ms):
    """The events of one request, times in ms on the axis of the recording."""
    if req['path'] not in ('/v1/logs', '/v1/traces'):
        return []
    traces = req['path'] == '/v1/traces'
    read = js_records if req['json'] else pb_records
    out = []
    for res, name, t, ot, attrs in read(req['plain'], traces):
        e = Event()
        e.attrs, e.res, e.span = attrs, res, traces
        e.start, e.end = t / 1e6 - first_ms, ot / 1e6 - first_ms
        e.name = name if traces else e.get('event.name', str)
        e.sid = None
        for k in SID_KEYS:
            e.sid = e.get(k, str)
            if e.sid:
                break
        if not e.sid:
            e.sid = next((v for v in res.get('session.id', ()) if isinstance(v, str)), None)
        out.append(e)
    return out
