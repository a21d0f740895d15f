"""A case: what clients send, step by step, and what must be shown then. Here is what all ways to play one share.

A case is a JSON file in tests/data/cases. Beside its steps it says where the fault was reported, why it matters and what to
expect; "common" holds members that each of its hooks has, "arguments" more arguments of `serve`. In every string $HOME and
$PORT are filled in; "@now", "@now-3000" are a time in ns, as OTLP writes it, "@start" the one at which the case began,
"@text 2000000" is a text of that many characters. "attributes" may be an object. The steps:

    {"hook": CLIENT, "json": {}}      what the client's hook is handed; or "bytes", one character each
    {"otlp": SIGNAL, "json": {}}      or "text"; "on": NAME is another connection, "as": NAME a process of that name
    {"end": NAME}                     that process ends
    {"ack": SESSION}                  its user has seen it
    {"sleep_ms": N}
    {"clock_ms": N}                   the wall clock, and "@now", are this far off from here on
    {"want": {SESSION: …}}            as GET /api/sessions shows it: null, "STATE/ATTENTION", or the members that matter
    {"want_lines": [{}], "never": [{}]}   among the lines since the last such step: in this order, with others between

A wanted value may be {"any": []}, {"not": VALUE} or {"like": REGEX}. All that is wanted may take 300 ms to come true, or
"eventually_ms". What needs more than these steps is played on a real daemon; on_daemon.py has the steps for that.
"""

import json
import re


class Short(Exception):
    """The program falls short of the case."""


class Skipped(Exception):
    """The case cannot be played on this machine now."""


def shorten(value):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = ''.join(c if c.isprintable() else '\\n' if c == '\n' else '\\u%04x' % ord(c) for c in text.rstrip())
    return text if len(text) < 400 else text[:397] + '…'


def fall_short(want, got):
    raise Short('wanted %s, got %s' % (shorten(want), shorten(got)))


def fits(want, got):
    """Whether got is as wanted; of an object only the members that are wanted are looked at."""
    if isinstance(want, dict):
        if 'any' in want:
            return any(fits(w, got) for w in want['any'])
        if 'not' in want:
            return not fits(want['not'], got)
        if 'like' in want:
            return isinstance(got, str) and re.search(want['like'], got) is not None
        return isinstance(got, dict) and all(fits(w, got.get(k)) for k, w in want.items())
    if isinstance(want, float) and isinstance(got, (int, float)):
        return abs(want - got) < 1e-6 * max(1, abs(want))
    return want == got


def otlp_value(value):
    if isinstance(value, bool):
        return {'boolValue': value}
    if isinstance(value, int):
        return {'intValue': str(value)}
    return {'doubleValue': value} if isinstance(value, float) else {'stringValue': value}


def with_attribute_lists(value):
    """OTLP's lists of keys and values for every "attributes" that is an object."""
    if isinstance(value, list):
        return [with_attribute_lists(x) for x in value]
    if not isinstance(value, dict):
        return value
    return {k: [{'key': n, 'value': otlp_value(x)} for n, x in v.items()]
            if k == 'attributes' and isinstance(v, dict) else with_attribute_lists(v) for k, v in value.items()}


class Player:
    """Plays a case. The ways to do that have: home, port, start(), finish(), now_ns(), pass_ms(), send_hook(), send_otlp(),
    end(), ack(), clock(), sessions(), lines()."""

    WAIT_MS = 300
    LOOK_EVERY_MS = 30
    NEVER_MS = 100  # so that what must not come has had time to
    HOOK_MS = 5     # a client starts a program for each

    def __init__(self, case):
        self.case, self.lines_seen = case, 0
        self.home, self.port, self.start_ns = None, None, None

    def play(self):
        """What falls short, one text each."""
        problems, number = [], 0
        try:
            self.start()
            self.start_ns = self.now_ns()
            for number, step in enumerate(self.case['steps'], 1):
                try:
                    self.do(self.fill(step))
                except Short as e:
                    problems.append('step %d: %s' % (number, e))
        except Skipped:
            raise
        except Exception as e:  # a case that is wrong, or a program that does not answer
            problems.append('step %d: %s: %s' % (number, type(e).__name__, e))
        finally:
            self.finish()
        return problems

    def do(self, step):
        for kind, act in self.KINDS.items():
            if kind in step:
                act(self, step)
                return
        raise ValueError('no such step: %s' % step)

    def fill(self, value):
        if isinstance(value, list):
            return [self.fill(x) for x in value]
        if isinstance(value, dict):
            return {self.fill(k): self.fill(x) for k, x in value.items()}
        if not isinstance(value, str):
            return value
        if m := re.fullmatch(r'@(now|start)([+-]\d+)?', value):
            ns = self.start_ns if m[1] == 'start' else self.now_ns()
            return str(ns + int(m[2] or 0) * 1_000_000)
        if m := re.fullmatch(r'@text (\d+)', value):
            return 'x' * int(m[1])
        return value.replace('$HOME', str(self.home)).replace('$PORT', str(self.port))

    # ---- what is sent

    def hook_body(self, step):
        if 'bytes' in step:
            return step['bytes'].encode('latin-1')
        return json.dumps({**self.fill(self.case.get('common', {})), **step['json']}).encode()

    def hook(self, step):
        self.send_hook(step, self.hook_body(step))
        self.pass_ms(self.HOOK_MS)

    def otlp(self, step):
        text = step['text'] if 'text' in step else json.dumps(with_attribute_lists(step['json']))
        self.send_otlp(step, text.encode())

    def sleep(self, step):
        self.pass_ms(step['sleep_ms'])

    # ---- what is wanted

    def wait(self, step, look):
        """Until look() falls short of nothing any more."""
        left_ms = step.get('eventually_ms', self.WAIT_MS)
        while True:
            try:
                look()
                return
            except Short:
                if left_ms <= 0:
                    raise
            self.pass_ms(self.LOOK_EVERY_MS)
            left_ms -= self.LOOK_EVERY_MS

    def want(self, step):
        def look():
            sessions = {s['session_id']: s for s in self.sessions()}
            for name, want in step['want'].items():
                got = sessions.get(name)
                if isinstance(want, str):
                    state, _, attention = want.partition('/')
                    want = {'state': state, 'attention': attention or None}
                if not fits(want, got):
                    shown = {k: got.get(k) for k in want} if got and isinstance(want, dict) else got
                    fall_short({name: want}, {name: shown})
        self.wait(step, look)

    def want_lines(self, step):
        def look():
            new = self.lines()[self.lines_seen:]
            left = iter(new)
            for want in step.get('want_lines', []):
                if not any(fits(want, line) for line in left):
                    fall_short({'line': want}, [[x.get(k) for k in ('session_id', 'state', 'attention')] for x in new])
            for never in step.get('never', []):
                for line in new:
                    if fits(never, line):
                        fall_short({'no line': never}, {k: line[k] for k in ('session_id', 'state', 'attention', 'reason')})
        self.pass_ms(self.NEVER_MS)
        self.wait(step, look)
        self.lines_seen = len(self.lines())

    KINDS = {
        'hook': hook,
        'otlp': otlp,
        'end': lambda self, step: self.end(step),
        'ack': lambda self, step: self.ack(step),
        'sleep_ms': sleep,
        'clock_ms': lambda self, step: self.clock(step),
        'want': want,
        'want_lines': want_lines,
        'never': want_lines,
    }
