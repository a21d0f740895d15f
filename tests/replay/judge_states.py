"""Judges a recording that knows what was true of each session when: true_states in recording.json, each
{"session": ID, "ms": when it began, "state": "working", "completed/ATTENTION", "completed" (interrupted) or "expired"}.

What is counted:

    phantom           a session is shown working or completed that there was none of
    false_completed   told as over while it works, or waits for its user
    missed_completed  not told as over 10 s after the end, or two batches and 2 s where only telemetry could tell
    missed_turn       a turn that is over before the next begins was never told as over; or one that lasts was never working
    false_attention   told as waiting for its user, or still so, while it works; or after the end
    missed_wait       waits for its user and is not told so, or no longer
    wrong_attention   waits or is over, but for another reason than told
    reopened          told as working before the first prompt, after the end, or after it expired
    false_expired     told as gone while its client is there
    closed_late       still there 5 s after the end of its client

Being late is no fault: the last truth may be shown until 1.5 s after a hook has told of the change or, where only telemetry
can, until a batch interval of the client and 2 s after anything from then on has come. Truth may not go backwards, though. What
is missed is counted from the moment it was true, with two batches and 2 s where no hook tells: that a client is silent does not
make it right.
"""

import json

from recording import CLOSED_AFTER_MS, MISSED_AFTER_MS, NEVER

TOLERANCE_MS = 150
HOOK_LAG_MS = 1500
TELEMETRY_LAG_MS = 2000  # and a batch
CLOSING_MS = 1500        # a client tells that it ends before its process does
# how long a client collects telemetry, as in src/event/assistant.c
BATCH_MS = {'claude': 5000, 'codex': 1000, 'gemini': 5000, 'qwen': 1000, 'copilot': 5000, 'opencode': 1000}

WAITS = ('permission', 'question')


def kind_of(state, attention):
    """before, working, waiting, over or gone."""
    if state == 'completed':
        return 'waiting' if attention in WAITS else 'over'
    return {'working': 'working', 'expired': 'gone', 'idle': 'over'}[state]


class Stretch:
    """A time in which one thing was true."""

    def __init__(self, begin, state):
        self.begin, self.end = begin, NEVER
        self.state, _, attention = state.partition('/')
        self.attention = attention or None
        self.kind = kind_of(self.state, self.attention) if state != 'before' else 'before'
        self.told_by = self.shown_until = None
        self.faults = set()  # kinds

    def is_shown_by(self, e):
        kind = kind_of(e.state, e.attention)
        if self.kind == 'before':
            return e.state == 'idle'
        return kind == self.kind and (kind not in ('waiting', 'over') or e.state == 'idle' or
                                      e.attention == self.attention)


def stretches_of(s, session):
    """What was true of a session, in order, and how long each may still be shown."""
    own = sorted((x for x in s.true_states if x['session'] == session), key=lambda x: x['ms'])
    out = [Stretch(-NEVER, 'before')] + [Stretch(x['ms'], x['state']) for x in own]
    hooks = [r['at'] for r in s.hooks if json.loads(r['plain']).get('session_id') == session]
    news = [(r['at'], e.end) for r in s.requests for e in r['events'] if e.sid == session]
    for before, after in zip(out, out[1:]):
        change = before.end = after.begin
        told = any(change - TOLERANCE_MS <= at <= change + HOOK_LAG_MS / 2 for at in hooks)
        batch = 0 if told else BATCH_MS[s.client]
        lag = HOOK_LAG_MS if told else TELEMETRY_LAG_MS
        known = [at for at in hooks if at >= change - TOLERANCE_MS] + \
            [at for at, end in news if at >= change and end >= change - TOLERANCE_MS]
        before.shown_until = max(change, min(known, default=change + batch)) + batch + lag
        after.told_by = change + 2 * batch + lag
    out[-1].shown_until = NEVER
    return out


def shown_at(tl, t):
    last = None
    for e in tl:
        if e.t > t:
            break
        last = e
    return last


def true_at(stretches, t):
    return next(x for x in reversed(stretches) if x.begin <= t)


def shown_stretch(stretches, e):
    """The number of the first of these that a line may be about; None if there is none."""
    for i, x in enumerate(stretches):
        early = CLOSING_MS if x.kind == 'gone' else TOLERANCE_MS
        if x.is_shown_by(e) and x.begin - early <= e.t < x.shown_until:
            return i
    return None


def is_end_nobody_knows(stretches, e):
    """Nothing tells the recorder when some clients end."""
    return e.state == 'expired' and stretches[-1].kind == 'over' and e.t >= stretches[-1].begin


def fault_of_line(true, e):
    shown = kind_of(e.state, e.attention)
    if shown == true.kind:
        return 'wrong_attention'
    if shown == 'working':
        return 'missed_wait' if true.kind == 'waiting' else 'reopened'
    return {'gone': 'false_expired', 'waiting': 'false_attention', 'over': 'false_completed'}[shown]


def judge_lines(stretches, tl, fault):
    """What was told that was not true."""
    last, told = None, 0
    for e in tl:
        if last is not None and (last.state, last.attention) == (e.state, e.attention):
            continue
        was, last = last, e
        about = shown_stretch(stretches[told:], e)
        if about is not None:
            told += about
            continue
        true = true_at(stretches, e.t + TOLERANCE_MS)
        if e.state == 'idle' and true.kind not in ('working', 'waiting') or is_end_nobody_knows(stretches, e):
            continue
        kind = fault_of_line(true, e)
        true.faults.add(kind)
        if kind != 'missed_wait':  # counted once, below
            fault(kind, e.t, '%s -> %s%s, true is %s' % (was and word(was), word(e), ' (%s)' % e.reason if e.reason else '',
                                                       word(true)))


def word(x):
    return '%s/%s' % (x.state, x.attention) if x.attention else x.state


def judge_working(x, until, tl, fault):
    """until: when the stretch before may be shown no longer."""
    e = shown_at(tl, until)
    if until >= x.end - TOLERANCE_MS or 'false_attention' in x.faults:
        return
    if e is not None and kind_of(e.state, e.attention) == 'waiting':
        fault('false_attention', until, 'still %s while it works' % word(e))
    elif not any(y.state == 'working' and y.t >= x.begin - TOLERANCE_MS for y in tl if y.t < x.end):
        fault('missed_turn', until, 'works, and is never told so')


def judge_wait(x, tl, fault):
    e = shown_at(tl, x.told_by)
    if x.told_by >= x.end - TOLERANCE_MS:
        return
    if e is None or kind_of(e.state, e.attention) != 'waiting' or 'missed_wait' in x.faults:
        fault('missed_wait', x.begin, 'waits for its user (%s) until %.1f s, and is not always told so' % (
            x.attention, x.end / 1000))


def judge_over(x, tl, fault):
    due = max(x.told_by, x.begin + MISSED_AFTER_MS)
    e = shown_at(tl, due)
    if due < x.end and e is not None and kind_of(e.state, e.attention) in ('working', 'waiting'):
        if not x.faults:
            fault('missed_completed', due, 'still %s %.0f s after the end' % (word(e), (due - x.begin) / 1000))
    elif not any(y.state == 'completed' and kind_of(y.state, y.attention) == 'over' and
                 x.begin - TOLERANCE_MS <= y.t < max(x.shown_until, due) for y in tl):
        fault('missed_turn', x.begin, 'never told as over')


def judge_gone(x, tl, fault):
    e = shown_at(tl, x.begin + CLOSED_AFTER_MS)
    if e is not None and e.state != 'expired' and not x.faults:
        fault('closed_late', x.begin + CLOSED_AFTER_MS, 'its client ended at %.1f s, it is %s' % (x.begin / 1000, word(e)))


def judge_truth(stretches, tl, fault):
    """What was true and not told."""
    for before, x in zip(stretches, stretches[1:]):
        if x.kind == 'working':
            judge_working(x, before.shown_until, tl, fault)
        else:
            {'waiting': judge_wait, 'over': judge_over, 'gone': judge_gone}[x.kind](x, tl, fault)


def judge_states(s, timelines, fault):
    """fault(kind, ms, detail, session) is told of each."""
    sessions = list(dict.fromkeys(x['session'] for x in s.true_states))
    for session, tl in timelines.items():
        shown = next((e for e in tl if e.state in ('working', 'completed')), None)
        if session not in sessions and shown is not None:
            fault('phantom', shown.t, 'session %s shown as %s' % (session, shown.state), session)
    for session in sessions:
        stretches, tl = stretches_of(s, session), timelines.get(session, [])

        def told(kind, ms, detail, session=session):
            fault(kind, ms, detail, session)

        judge_lines(stretches, tl, told)
        judge_truth(stretches, tl, told)
