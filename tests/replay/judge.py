"""Compares the lines that a monitor wrote with what really happened, and counts the faults.

Where a recording knows what was true when, judge_states.py counts what was wrong about the states; else it is derived from its
turns, here. Both count bad_line (no JSON), error (the replay failed), tokens_wrong, and project_wrong.
"""

import bisect
import json

from judge_states import TOLERANCE_MS, judge_states
from recording import CLOSED_AFTER_MS, MISSED_AFTER_MS, NEVER

FAULTS_SHOWN = 6

SHOWN = ('working', 'completed')


class Entry:
    __slots__ = ('t', 'state', 'attention', 'reason', 'kind', 'prev', 'project', 'metrics')


def timelines(lines):
    """{session id: [Entry]} and the lines that were no JSON objects."""
    ids, bad = {}, []

    def add(t, d, kind):
        sid, state = d.get('session_id'), d.get('state')
        if not isinstance(sid, str) or not isinstance(state, str):
            bad.append((t, 'session without id or state'))
            return
        tl = ids.setdefault(sid, [])
        e = Entry()
        e.t, e.state, e.kind = t, state, kind
        e.attention, e.reason = d.get('attention'), d.get('reason')
        e.project, e.metrics = d.get('project'), d.get('metrics')
        e.prev = tl[-1].state if tl else None
        if tl and e.metrics is None:
            e.metrics = tl[-1].metrics
        if tl and e.project is None:
            e.project = tl[-1].project
        if kind == 'list' and tl and tl[-1].state == e.state and tl[-1].attention == e.attention:
            tl[-1].metrics, tl[-1].project = e.metrics, e.project
            return
        tl.append(e)

    for t, text in lines:
        try:
            d = json.loads(text)
            if not isinstance(d, dict):
                raise ValueError
        except ValueError:
            bad.append((t, text[:80]))
            continue
        if d.get('type') == 'session_update':
            add(t, d, 'update')
        elif d.get('type') == 'session_list':
            listed = set()
            for x in d.get('sessions') or ():
                add(t, x, 'list')
                listed.add(x.get('session_id'))
            for sid, tl in ids.items():
                if sid not in listed and tl[-1].state != 'expired':
                    add(t, {'session_id': sid, 'state': 'expired', 'attention': None}, 'list')
    return ids, bad


def state_at(tl, t):
    s = None
    for e in tl:
        if e.t > t:
            break
        s = e.state
    return s


def true_state(u, t):
    """What the agent did on this turn at t: 'before', 'working', 'waiting' or 'over'."""
    end = u['F'] if u['F'] is not None else u['I']
    if t < u['P']:
        return 'before'
    if t >= end:
        return 'over'
    for w in u['waits']:
        if w[0] <= t <= max(w[1], w[2]):
            return 'waiting'            # until the telemetry tells that the person answered
    return 'working'


def allowed_tokens(s, sid):
    """Every right answer: (list of (input, output, cache, what), True if anything is to be judged)."""
    calls = s.tokens.get(sid) or []
    windows = [u for u in s.turns if u['sid'] == sid]
    if not calls:
        return [], [], None
    truth_main, truth_aux = [], []
    for c in s.truth['model_calls']:
        tk = c.get('tokens_returned') or {}
        if not tk or c.get('end_ms') is None:
            continue
        (truth_aux if c['aux'] else truth_main).append(c)
    aux_sizes = {(c['tokens_returned']['input'], c['tokens_returned']['output']) for c in truth_aux}
    main_sizes = {(c['tokens_returned']['input'], c['tokens_returned']['output']) for c in truth_main}
    main, side = [], []
    for e, t in calls:
        (side if (t[0], t[1]) in aux_sizes and (t[0], t[1]) not in main_sizes else main).append(t)
    # the model's own count, where the telemetry shows every call of it
    total = {'input': 0, 'output': 0, 'cache_read': 0, 'cache_create': 0, 'reasoning': 0}
    for t, u in zip(sorted(s.truth['turns'], key=lambda t: t['prompt_ms']), s.turns):
        if u['sid'] == sid:
            for k in total:
                total[k] += (t['tokens_returned'] or {}).get(k, 0)
    agree = sum(t[0] for t in main) == total['input'] and sum(t[1] for t in main) == total['output'] \
        and sum(t[2] for t in main) == total['cache_read']
    late = [e for e, t in calls if t in main and all(not (u['P'] - 400 <= e.end <= (
        u['F'] if u['F'] is not None else u['next']) + 500) for u in windows)]
    # a session that was left and resumed may be counted as one or from the resumption on
    cuts = [-NEVER] + [p['exit'] for p in s.procs if p['exit'] is not None
                       and any(u['P'] < p['exit'] for u in windows) and any(u['P'] > p['exit'] for u in windows)]
    out, costs = [], []
    for cut in cuts:
        pool = [(e, t) for e, t in calls if e.end > cut]
        base = [(e, t) for e, t in pool if t in main]
        side = [t for e, t in pool if t not in main]
        runs = [(0, 0)] + [(a, b) for a in range(len(side)) for b in range(a + 1, len(side) + 1)]
        for a, b in runs:
            for skip in ([], late) if late else ([],):
                use = [t for e, t in base if e not in skip] + side[a:b]
                i, o, r, c, th = (sum(t[k] for t in use) for k in range(5))
                for cache in {r, r + c}:
                    if cache == r and c and s.client == 'claude':
                        continue        # Claude reports cache creation: it belongs to cache_tokens
                    out.append((i, o, cache, ''))
                    if th and s.client != 'codex':
                        out.append((i, o + th, cache, 'with reasoning'))    # Codex counts it as output already
                if any(t[5] is not None for _, t in calls):
                    costs.append(sum(t[5] or 0 for t in use))
    return out, costs, agree


def match_ids(s, ids, res, fault):
    """{true id: its timeline}: a single session under another name is taken for it, the rest are phantoms."""
    order = sorted((sid for sid in ids), key=lambda i: ids[i][0].t)
    alias = {}
    unmatched = [u['sid'] for u in s.turns if u['sid'] not in ids]
    unmatched = list(dict.fromkeys(unmatched))
    shown = [i for i in order if any(e.state in SHOWN for e in ids[i])]
    for i in shown:
        if i in s.true_ids:
            alias[i] = i
    for i in shown:
        if i not in alias and i not in s.side_ids and unmatched:
            alias[i] = unmatched.pop(0)
            res['id_taken_for'] = True
    for i in shown:
        if i not in alias:
            first = next(e for e in ids[i] if e.state in SHOWN)
            fault('phantom', first.t, 'session %s shown as %s' % (i, first.state), i)
    return {sid: ids[i] for i, sid in alias.items()}


def judge_turns(s, tls, res, fault):
    tol = TOLERANCE_MS
    for u in s.turns:
        tl = tls.get(u['sid'], [])
        rec = {'turn': u['no'], 'prompt_ms': u['P'], 'finished_ms': u['F'], 'interrupted_ms': u['I'],
               'false_completed': 0, 'waits': len(u['waits']), 'waits_shown': 0, 'wait_latencies_s': [],
               'info_start_ms': u['info_start'], 'info_end_ms': u['info_end'],
               'done_latency_s': None, 'info_latency_s': None, 'end_latency_s': None, 'start_latency_s': None}
        res['turns'].append(rec)
        end = u['F'] if u['F'] is not None else u['I']

        def in_wait(t):
            return any(w[0] - tol <= t <= max(w[1], w[2]) + tol for w in u['waits'])

        # false completions and false alarms
        for e in tl:
            if not u['P'] + tol < e.t < end - tol:
                continue
            if e.t < (u['info_start'] or u['P']) + 20 and any(
                    v['sid'] == u['sid'] and v['P'] < u['P'] for v in s.turns):
                continue                # still about the turn before
            leaves = e.prev == 'working' and e.state != 'working'
            appears = e.state == 'completed' and e.prev != 'completed'
            if (leaves or appears) and not in_wait(e.t):
                rec['false_completed'] += 1
                fault('false_completed', e.t, '%s -> %s%s, agent finished at %s' % (
                    e.prev, e.state, ' (%s)' % e.reason if e.reason else '',
                    '%.1f s' % (u['F'] / 1000) if u['F'] is not None else 'never'), u['sid'], u['no'])
            if e.attention in ('permission', 'question') and e.state == 'working' and not in_wait(e.t):
                fault('false_attention', e.t, 'attention %s while the agent works' % e.attention, u['sid'], u['no'])
        for w in u['waits']:
            for e in tl:
                if w[0] - tol <= e.t <= max(w[1], w[2]) + tol and (
                        e.state == 'completed' or e.attention in ('permission', 'question')):
                    rec['waits_shown'] += 1
                    rec['wait_latencies_s'].append(max(0.0, (e.t - w[0]) / 1000))
                    break

        # the end
        stop = u['stop']
        deadline = min(end + MISSED_AFTER_MS, stop)
        cut = deadline < end + MISSED_AFTER_MS
        done = None
        for e in tl:
            if end - tol <= e.t < stop and e.state != 'working' and (
                    e.prev == 'working' or (e.state == 'completed' and (e.kind == 'update' or e.prev != 'completed'))):
                done = e
                break
        over = state_at(tl, deadline) != 'working' or (done is not None and done.t <= deadline)
        if u['F'] is not None:
            told = any(e.state == 'completed' and end - tol <= e.t <= deadline
                       and (e.kind == 'update' or e.prev != 'completed') for e in tl)
            if not over and not cut:
                rec['missed'] = 'missed_completed'
                fault('missed_completed', deadline, 'still working %.0f s after the agent finished (left %s)' % (
                    MISSED_AFTER_MS / 1000, 'at +%.1f s' % ((done.t - end) / 1000) if done else 'never'), u['sid'], u['no'])
            elif not told:
                rec['missed'] = 'missed_turn'
                seen_working = state_at(tl, u['P'] - tol) == 'working' or any(
                    e.state == 'working' and e.t >= u['P'] - tol for e in tl if e.t < stop)
                fault('missed_turn', deadline, 'no completed line for this turn (%s)' % (
                    'was shown working' if seen_working else 'was never shown working'), u['sid'], u['no'])
            if done is not None:
                rec['done_latency_s'] = max(0.0, (done.t - u['F']) / 1000)
                known = [r['at'] for r in s.requests if r['path'] != '/v1/metrics' and r['at'] <= done.t + 20]
                if known:
                    rec['info_latency_s'] = max(0.0, (done.t - max(known)) / 1000)
                if u['info_end'] is not None:
                    rec['end_latency_s'] = max(0.0, (done.t - u['info_end']) / 1000)
        elif end != NEVER:
            if not over and not cut:
                rec['missed'] = 'interrupt_missed'
                fault('interrupt_missed', deadline, 'still working %.0f s after: %s' % (
                    MISSED_AFTER_MS / 1000, u['what']), u['sid'], u['no'])
            elif done is not None:
                rec['interrupt_latency_s'] = max(0.0, (done.t - end) / 1000)

        # the start
        if u['info_start'] is not None:
            begin = next((e for e in tl if e.state == 'working' and e.prev != 'working'
                          and u['P'] - tol <= e.t < stop), None)
            if begin is not None:
                rec['start_latency_s'] = (begin.t - u['info_start']) / 1000
                rec['prompt_latency_s'] = (begin.t - u['P']) / 1000

        # seconds in which the state shown was not the true one, though it could have been known
        lo = max(u['P'], u['info_start'] if u['info_start'] is not None else u['P'])
        hi = min(stop, end + MISSED_AFTER_MS, s.end)
        wrong, t = 0, lo
        while t < hi:
            true, shown_state = true_state(u, t), state_at(tl, t)
            if (true == 'working' and shown_state != 'working') or (
                    true == 'over' and shown_state == 'working' and t >= (u['info_end'] or end)):
                wrong += 50
            t += 50
        rec['untrue_s'] = wrong / 1000

    # working though nobody asked
    for sid, tl in tls.items():
        mine = [u for u in s.turns if u['sid'] == sid]
        for i, e in enumerate(tl):
            if e.state != 'working' or e.prev == 'working':
                continue
            past = [u for u in mine if u['P'] - tol <= e.t]
            if not past:
                fault('reopened', e.t, 'working before any prompt%s' % (' (%s)' % e.reason if e.reason else ''), sid)
                continue
            u = past[-1]
            end = u['F'] if u['F'] is not None else u['I']
            if e.t <= end + tol:
                continue
            left = [x for x in tl[:i] if x.t >= end - tol and x.state != 'working'
                    and (x.prev == 'working' or x.state == 'completed')]
            if u['waits'] and u['info_end'] is not None and e.t <= u['info_end'] + 500 and all(
                    x.t < u['info_end'] for x in left):
                continue                # it was left for the wait; only now can the daemon know that this is over
            if left:
                fault('reopened', e.t, 'working again %.1f s after the end of turn %d%s' % (
                    (e.t - end) / 1000, u['no'], ' (%s)' % e.reason if e.reason else ''), sid, u['no'])


def judge_totals(s, tls, res, fault):
    res['tokens'] = []
    for sid in dict.fromkeys(u['sid'] for u in s.turns):
        if sid is None:
            continue
        ok, costs, agree = allowed_tokens(s, sid)
        if not ok:
            continue
        tl = tls.get(sid, [])
        m = next((e.metrics for e in reversed(tl) if isinstance(e.metrics, dict)), None)
        if not any(e.state in SHOWN for e in tl):
            continue                       # never shown: counted as a missed turn
        got = tuple((m or {}).get(k) for k in ('input_tokens', 'output_tokens', 'cache_tokens'))
        rec = {'session': sid, 'got': got, 'expected': ok[0][:3], 'telemetry_complete': agree, 'input': None}
        res['tokens'].append(rec)
        if m is None and any(x[:3] == (0, 0, 0) for x in ok):
            pass
        elif m is None:
            fault('tokens_wrong', None, 'no totals, expected %s' % (fmt_tok(ok[0]),), sid)
        elif any(got[:3] == x[:3] for x in ok):
            rec['input'] = 'excludes cached'
        elif any(got[0] == x[0] + x[2] and got[1] == x[1] for x in ok):
            rec['input'] = 'includes cached'
            fault('tokens_wrong', None, 'input_tokens includes the cached ones: %s, expected %s' % (
                fmt_tok(got), fmt_tok(ok[0])), sid)
        else:
            fault('tokens_wrong', None, 'totals %s, expected %s' % (fmt_tok(got), fmt_tok(ok[0])), sid)
        if costs and m is not None:
            c = m.get('cost_usd')
            rec['cost'] = c
            if not isinstance(c, (int, float)) and 0 in costs:
                pass
            elif not isinstance(c, (int, float)):
                fault('tokens_wrong', None, 'cost missing, expected %.4f' % costs[0], sid)
            elif not any(abs(c - x) <= 0.0001 + 0.001 * x for x in costs):
                fault('tokens_wrong', None, 'cost %.4f, expected %.4f' % (c, costs[0]), sid)


def judge_exits(s, tls, fault):
    for x in s.exits:
        tl = tls.get(x['sid'], [])
        if not tl or not x['judged']:
            continue
        if state_at(tl, x['at'] + CLOSED_AFTER_MS) != 'expired':
            fault('closed_late', x['at'] + CLOSED_AFTER_MS, 'client exited at %.1f s, session is %s' % (
                x['at'] / 1000, state_at(tl, x['at'] + CLOSED_AFTER_MS)), x['sid'])


def judge_projects(s, tls, fault):
    for sid, (want, carried) in s.projects.items():
        tl = tls.get(sid, [])
        if not any(e.state in SHOWN for e in tl):
            continue
        got = next((e.project for e in reversed(tl) if e.project is not None), None)
        if got is None and carried:
            fault('project_wrong', None, 'null, but the telemetry carries %r' % want, sid)
        elif got is not None and got != want:
            fault('project_wrong', None, '%r, should be %r' % (got, want), sid)


def judge(s, seen):
    ids, bad = timelines(seen['lines'])
    res = {'scenario': s.name, 'client': s.client_dir, 'turns': [], 'faults': [], 'errors': list(seen['errors']),
           'bad_lines': len(bad), 'lines': len(seen['lines'])}
    F = res['faults']

    def fault(kind, t, detail, sid=None, turn=None):
        F.append({'kind': kind, 'ms': None if t is None else round(t), 'detail': detail,
                  'session': sid, 'turn': turn})

    if bad:
        fault('bad_line', bad[0][0], bad[0][1])
    for e in seen['errors']:
        fault('error', None, e)

    if s.true_states:
        tls = ids
        judge_states(s, tls, fault)
    else:
        tls = match_ids(s, ids, res, fault)
        judge_turns(s, tls, res, fault)
        judge_exits(s, tls, fault)
    judge_totals(s, tls, res, fault)
    judge_projects(s, tls, fault)
    return res


def fmt_tok(t):
    return '/'.join('%g' % x if isinstance(x, (int, float)) else str(x) for x in t[:3])



COUNTED = ('false_completed', 'missed_completed', 'missed_turn', 'interrupt_missed', 'phantom', 'reopened',
           'tokens_wrong', 'closed_late', 'project_wrong', 'false_attention', 'missed_wait', 'wrong_attention',
           'false_expired', 'bad_line', 'error')


def quantile(v, q):
    if not v:
        return None
    v = sorted(v)
    return v[min(len(v) - 1, int(q * len(v)))] if q < 1 else v[-1]


def fmt_s(x):
    return '-' if x is None else '%.2f' % x


def total(results):
    out = {k: sum(1 for r in results for f in r['faults'] if f['kind'] == k) for k in COUNTED}
    turns = [t for r in results for t in r['turns']]
    out['scenarios'] = len(results)
    out['turns'] = len(turns)
    out['finished'] = sum(1 for t in turns if t['finished_ms'] is not None)
    out['interrupted'] = out['turns'] - out['finished']
    out['turns_false'] = sum(1 for t in turns if t['false_completed'])
    out['missed'] = out['missed_completed'] + out['missed_turn']
    for k in ('done_latency_s', 'info_latency_s', 'end_latency_s', 'start_latency_s', 'prompt_latency_s',
              'interrupt_latency_s'):
        v = [t[k] for t in turns if t.get(k) is not None]
        out[k] = {'n': len(v), 'median': quantile(v, 0.5), 'p95': quantile(v, 0.95), 'max': quantile(v, 1)}
    out['untrue_s'] = round(sum(t['untrue_s'] for t in turns), 1)
    out['waits'] = sum(t['waits'] for t in turns)
    out['waits_shown'] = sum(t['waits_shown'] for t in turns)
    return out


def report(results):
    bad = sorted((r for r in results if r['faults']), key=lambda r: (-len(r['faults']), r['scenario']))
    if bad:
        for r in bad:
            print('%s: %d fault%s%s' % (r['scenario'], len(r['faults']), 's' if len(r['faults']) > 1 else '',
                                        ''))
            for f in r['faults'][:FAULTS_SHOWN]:
                print('    %-16s %8s  %s%s' % (f['kind'], '' if f['ms'] is None else '%.2f' % (f['ms'] / 1000),
                                               'turn %d: ' % f['turn'] if f['turn'] else '', f['detail']))
            if len(r['faults']) > FAULTS_SHOWN:
                print('    ... %d more' % (len(r['faults']) - FAULTS_SHOWN))
        print()
    groups = {}
    for r in results:
        groups.setdefault(r['client'], []).append(r)
    head = ('client', 'scen', 'turns', 'false', 'turnsF', 'missed', 'mturn', 'intmis', 'phant', 'reopn', 'tokens',
            'closed', 'projct', 'attn', 'mwait', 'wattn', 'expird', 'waits',
            'done med', 'p95', 'info med', 'end med', 'p95', 'start', 'untrue')
    fmt = '%-16s %4s %5s %5s %6s %6s %5s %6s %5s %5s %6s %6s %6s %4s %5s %5s %6s %6s %8s %6s %8s %7s %6s %6s %7s'
    print(fmt % head)
    rows = sorted(((total(g), k) for k, g in groups.items()),
                  key=lambda x: (-sum(x[0][k] for k in COUNTED), x[1]))
    for t, k in rows + [(total(results), 'total')]:
        print(fmt % (k, t['scenarios'], t['turns'], t['false_completed'], t['turns_false'], t['missed_completed'],
                     t['missed_turn'], '%d/%d' % (t['interrupt_missed'], t['interrupted']), t['phantom'],
                     t['reopened'], t['tokens_wrong'], t['closed_late'], t['project_wrong'], t['false_attention'],
                     t['missed_wait'], t['wrong_attention'], t['false_expired'],
                     '%d/%d' % (t['waits_shown'], t['waits']),
                     fmt_s(t['done_latency_s']['median']), fmt_s(t['done_latency_s']['p95']),
                     fmt_s(t['info_latency_s']['median']), fmt_s(t['end_latency_s']['median']),
                     fmt_s(t['end_latency_s']['p95']), fmt_s(t['start_latency_s']['median']), '%.1f' % t['untrue_s']))
    t = total(results)
    print('score: %d turns, %d false, %d missed, %d interrupt-missed, %d phantom, %d reopened, %d tokens-wrong, '
          '%d closed-late, %d project-wrong, %d false-attention, done latency median %s s p95 %s s, '
          'after its telemetry median %s s p95 %s s, untrue %.1f s' % (
              t['turns'], t['false_completed'], t['missed'], t['interrupt_missed'], t['phantom'], t['reopened'],
              t['tokens_wrong'], t['closed_late'], t['project_wrong'], t['false_attention'],
              fmt_s(t['done_latency_s']['median']), fmt_s(t['done_latency_s']['p95']),
              fmt_s(t['end_latency_s']['median']), fmt_s(t['end_latency_s']['p95']), t['untrue_s']))
    return t


def report_latencies(results):
    """How long after it happened each state was shown, as a table in Markdown: the median, and the 95th part."""
    def shown(values):
        return '%.2f, %.2f (%d)' % (quantile(values, 0.5), quantile(values, 0.95), len(values)) if values else '-'

    groups = {}
    for r in results:
        groups.setdefault((r['client'], 'hooks' if 'hooks' in r['scenario'] else 'telemetry'), []).extend(r['turns'])
    print('| client | by | works | done | waits for its user | interrupted |\n| --- | --- | --- | --- | --- | --- |')
    for (client, by), turns in sorted(groups.items()):
        columns = [[t[k] for t in turns if t.get(k) is not None]
                   for k in ('prompt_latency_s', 'done_latency_s', 'interrupt_latency_s')]
        columns.insert(2, [x for t in turns for x in t['wait_latencies_s']])
        if any(columns):
            print('| %s | %s | %s |' % (client, by, ' | '.join(map(shown, columns))))
