"""A recording of a real client: its requests, and what is known of what really happened.

A recording is a directory with the bodies as they came (NNN.body.gz, compressed once more) and recording.json: the requests in
order of arrival, and the truth (what the person did, every model call, the connections), all in ms since
the arrival of the first request. prepare() derives from that what a monitor should have shown.
"""

import gzip
import itertools
import json
import os
import re

from otlp import decode

NEVER = float('inf')
MISSED_AFTER_MS = 10000  # a turn that is over must be told by then
CLOSED_AFTER_MS = 5000   # and the end of a client
TOLD_AFTER_MS = 12000    # what telemetry alone tells


class Recording:
    pass


def load(root, name):
    s = Recording()
    s.name, s.dir = name, os.path.join(root, name)
    s.client_dir = name.split('/')[0]
    with open(os.path.join(s.dir, 'recording.json'), encoding='utf-8') as f:
        s.truth = json.load(f)
    s.client = s.truth['client']
    s.first_ms = s.truth['first_arrival_unix_ms']
    s.requests = s.truth['requests']
    s.true_states = s.truth.get('true_states')
    for r in s.requests:
        with gzip.open(os.path.join(s.dir, r['no'] + '.body.gz'), 'rb') as f:
            r['plain'] = f.read()
        if r['content_encoding'] == 'gzip':
            r['plain'] = gzip.decompress(r['plain'])
        r['json'] = 'json' in r['content_type']
    take_hooks_out(s)
    return s


def take_hooks_out(s):
    """A hook's connection is for it alone and says nothing about the client."""
    s.hooks = [r for r in s.requests if r['path'].startswith('/hooks/')]
    s.requests = [r for r in s.requests if not r['path'].startswith('/hooks/')]
    mute = {str(r['conn']) for r in s.hooks} - {str(r['conn']) for r in s.requests}
    s.truth['connections'] = [c for c in s.truth['connections'] if c['what'].split()[1] not in mute]


CALL_EVENTS = {'api_request', 'codex.sse_event', 'gemini_cli.api_response', 'qwen-code.api_response'}


def is_prompt(e):
    n = e.name or ''
    return (n == 'user_prompt' or n.endswith('.user_prompt')) and not e.span and e.get('command_name') is None


def call_tokens(e):
    """(input without cached, output, cache read, cache creation, reasoning, cost) of a model call event, or None."""
    def num(k):
        v = e.get(k)
        try:
            return float(v) if v is not None else None
        except (TypeError, ValueError):
            return None
    if e.name == 'api_request' and not e.span:
        if num('input_tokens') is None:
            return None
        return (num('input_tokens'), num('output_tokens') or 0, num('cache_read_tokens') or 0,
                num('cache_creation_tokens') or 0, 0, num('cost_usd'))
    if e.name == 'codex.sse_event' and num('input_token_count') is not None:
        c = num('cached_token_count') or 0
        return (num('input_token_count') - c, num('output_token_count') or 0, c,
                num('cache_write_token_count') or 0, num('reasoning_token_count') or 0, None)
    if e.name in ('gemini_cli.api_response', 'qwen-code.api_response'):
        c = num('cached_content_token_count') or 0
        return ((num('input_token_count') or 0) - c, num('output_token_count') or 0, c, 0,
                num('thoughts_token_count') or 0, None)
    if e.span and (e.name or '').startswith('chat ') and num('gen_ai.usage.input_tokens') is not None:
        c = num('gen_ai.usage.cache_read.input_tokens') or 0
        return (num('gen_ai.usage.input_tokens') - c, num('gen_ai.usage.output_tokens') or 0, c,
                num('gen_ai.usage.cache_creation.input_tokens') or 0,
                num('gen_ai.usage.reasoning.output_tokens') or 0, None)
    return None


def prepare(s):
    """Sessions, turns, waits, processes and connections of a scenario."""
    truth = s.truth
    acts = sorted(truth['actions'], key=lambda a: a['ms'])
    for r in s.requests:
        r['events'] = decode(r, s.first_ms)
    service = next((v for r in s.requests for e in r['events'] for v in e.res.get('service.name', ())), '')
    s.daemon_owned = service == 'codex-app-server'

    # processes
    s.procs = []
    for a in acts:
        if a['what'] == 'client started':
            s.procs.append({'start': a['ms'], 'exit': None, 'cwd': a.get('cwd'), 'name': a.get('process')})
        elif a['what'] == 'client exited':
            alive = [p for p in s.procs if p['exit'] is None]
            same = [p for p in alive if (p['cwd'], p['name']) == (a.get('cwd'), a.get('process'))]
            if same or alive:
                (same or alive)[0]['exit'] = a['ms']

    # turns; a turn belongs to the directory it was asked in
    s.turns = []
    mains = sorted((c for c in truth['model_calls'] if not c['aux']), key=lambda c: c['request_ms'])
    for i, t in enumerate(sorted(truth['turns'], key=lambda t: t['prompt_ms'])):
        group = t.get('cwd') if len({p['cwd'] for p in s.procs}) > 1 else None
        u = {'no': i + 1, 'P': t['prompt_ms'], 'F': t['agent_finished_ms'], 'I': None, 'what': None,
             'group': group, 'cwd': t.get('cwd') or (s.procs[0]['cwd'] if s.procs else None)}
        s.turns.append(u)
    for u in s.turns:
        later = [v['P'] for v in s.turns if v['group'] == u['group'] and v['P'] > u['P']]
        u['next'] = min(later) if later else NEVER
    for u in s.turns:
        calls = [c for c in mains if u['P'] - 200 <= c['request_ms'] < u['next']
                 and (c.get('cwd') is None or u['group'] is None or c['cwd'] == u['group'])]
        u['waits'] = []
        for a in acts:
            if not u['P'] < a['ms'] < u['next']:
                continue
            if u['F'] is not None and a['ms'] > u['F']:
                continue
            asked = 'approve' in a['what'] or 'reject' in a['what']
            if asked:
                ends = [c['end_ms'] for c in calls if c.get('end_ms') is not None and c['end_ms'] <= a['ms']]
                if ends:
                    u['waits'].append([max(ends), a['ms']])
            if u['F'] is None and u['I'] is None and (
                    a['what'].startswith(('Esc', 'signal', 'Ctrl-C')) or a['what'] == 'client exited'):
                u['I'], u['what'] = a['ms'], a['what']
        if u['F'] is None and u['I'] is None:
            u['I'] = NEVER

    # whose session id is it
    prompts, last = {}, {}
    for r in s.requests:
        for e in r['events']:
            if not e.sid:
                continue
            if is_prompt(e) or (e.span and (e.name or '').startswith('invoke_agent')):
                prompts.setdefault(e.sid, []).append(e.start)
            if call_tokens(e):
                last[e.sid] = max(last.get(e.sid, -NEVER), e.end)
    groups = sorted({u['group'] for u in s.turns}, key=str)
    cands = list(prompts)
    s.sid = {}
    best = None
    for pick in itertools.permutations(cands, min(len(groups), len(cands))):
        cost = 0
        for g, sid in zip(groups, pick):
            mine = [u for u in s.turns if u['group'] == g]
            for u in mine:
                cost += min(abs(p - u['P']) + (5000 if p < u['P'] - 400 else 0) for p in prompts[sid])
            end = mine[-1]['F']
            if end is None:             # interrupted: the last answer that came through
                end = max([c['end_ms'] for c in mains if c.get('end_ms') is not None
                           and mine[-1]['P'] <= c['end_ms'] <= mine[-1]['I']] + [mine[-1]['P']])
            cost += abs(last.get(sid, mine[-1]['P']) - end)
        if best is None or cost < best[0]:
            best = (cost, dict(zip(groups, pick)))
    if best:
        s.sid = best[1]
    known = {x['session'] for x in s.true_states or ()}
    if known:
        s.sid = dict(zip(groups, known)) if len(groups) == len(known) == 1 else {}
    for u in s.turns:
        begun = [x for x in s.true_states or () if x['state'] == 'working' and abs(x['ms'] - u['P']) <= 500]
        u['sid'] = begun[0]['session'] if begun else s.sid.get(u['group'])
    s.true_ids = known or set(s.sid.values())
    s.n_sessions = max(len(groups), 1)
    s.side_ids = sorted({e.sid for r in s.requests for e in r['events'] if e.sid} - s.true_ids)

    # what could be known when
    for u in s.turns:
        end = u['F'] if u['F'] is not None else u['I']
        u['info_start'] = u['info_end'] = None
        u['last_event'] = None
        newest = -NEVER
        for r in s.requests:
            ev = [e for e in r['events'] if (e.sid == u['sid'] or u['sid'] is None)]
            if u['info_start'] is None and any(u['P'] - 400 <= e.end < u['next'] for e in ev):
                u['info_start'] = r['at']
            for e in ev:
                if call_tokens(e) is not None and u['P'] - 400 <= e.end <= end + 500 and e.end > newest + 0.5:
                    newest, u['info_end'], u['last_event'] = e.end, r['at'], e.end
        for w in u['waits']:
            known = [r['at'] for r in s.requests
                     if any(e.sid == u['sid'] and e.end >= w[1] - 50 for e in r['events'])]
            w.append(min([x for x in known if x >= w[1]] + [w[1] + 6000]))

    for u in s.turns:           # until when the daemon cannot know of the next turn
        later = [v for v in s.turns if v['sid'] == u['sid'] and v['P'] == u['next']]
        u['stop'] = max(u['next'], later[0]['info_start'] or u['next']) if later else NEVER

    # tokens the telemetry carries; a subagent may have an id of its own, and counts for its parent
    agent_calls = {(c['tokens_returned']['input'], c['tokens_returned']['output'])
                   for c in s.truth['model_calls'] if c.get('agent') and c.get('tokens_returned')}
    counted = [(e, call_tokens(e)) for r in s.requests for e in r['events'] if call_tokens(e)]
    s.tokens = {sid: [(e, t) for e, t in counted if e.sid == sid or (
        e.sid in s.side_ids and len(s.true_ids) == 1 and (t[0], t[1]) in agent_calls)] for sid in s.true_ids}

    # connections, as the client would have kept them had the receiver not closed idle ones after 60 s
    conns = {}
    for c in truth['connections']:
        m = re.match(r'(open|close) (\d+)', c['what'])
        if not m:
            continue
        k = int(m.group(2))
        if m.group(1) == 'open':
            conns[k] = {'no': k, 'open': c['ms'], 'close': None, 'reqs': []}
        elif k in conns:
            conns[k]['close'] = c['ms']
    for r in s.requests:
        conns.setdefault(r['conn'], {'no': r['conn'], 'open': r['at'] - 2, 'close': None, 'reqs': []})
        conns[r['conn']]['reqs'].append(r)
    s.conns = []
    for k in sorted(conns, key=lambda k: conns[k]['open']):
        c = conns[k]
        c['idle_closed'] = bool(c['close'] is not None and c['reqs']
                                and 59500 <= c['close'] - c['reqs'][-1]['at'] <= 63000)
        if c['idle_closed']:
            c['close'] = None
        paths = {r['path'] for r in c['reqs']}
        old = [o for o in s.conns if o['idle_closed'] and o['close'] is None
               and (not o['reqs'] or o['reqs'][-1]['at'] < c['open'])
               and (paths & {r['path'] for r in o['reqs']})]
        if old:
            old[0]['reqs'] += c['reqs']
            old[0]['close'] = c['close']
            old[0]['idle_closed'] = c['idle_closed']
        else:
            s.conns.append(c)
    for c in s.conns:
        sids = {e.sid for r in c['reqs'] for e in r['events'] if e.sid in s.true_ids}
        alive = [p for p in s.procs if p['start'] <= c['open'] + 50
                 and (p['exit'] is None or c['open'] <= p['exit'] + 50)]
        if s.daemon_owned or not alive:
            c['proc'] = None
        elif len(alive) == 1:
            c['proc'] = alive[0]
        else:
            cwds = {g for g, sid in s.sid.items() if sid in sids}
            byname = [p for p in alive if p['cwd'] in cwds]
            closed = [p for p in alive if c['close'] and p['exit'] and abs(p['exit'] - c['close']) <= 300]
            c['proc'] = (closed if len(closed) == 1 else byname or alive)[0]

    # exits the daemon can see
    s.exits = []
    for p in s.procs:
        own = [c for c in s.conns if c['proc'] is p]
        if p['exit'] is None or not own or s.daemon_owned:
            continue
        if all(c['close'] is not None and p['exit'] - 1500 <= c['close'] <= p['exit'] + 300 for c in own):
            sids = {e.sid for c in own for r in c['reqs'] for e in r['events'] if e.sid in s.true_ids}
            for sid in sids or s.true_ids:
                at = max(max(c['close'] for c in own), p['exit'])
                if not any(u['sid'] == sid and p['exit'] < u['P'] < at + 5300 for u in s.turns):
                    s.exits.append({'sid': sid, 'at': at, 'judged': s.client == 'claude'})

    # projects
    s.projects = {}
    for g, sid in s.sid.items():
        cwd = g or next((u['cwd'] for u in s.turns if u['group'] == g), None)
        if not cwd:
            continue
        carried = any(k in e.res for r in s.requests for e in r['events'] if e.sid == sid
                      for k in ('project.name', 'project.path'))
        carried = carried or any(e.sid == sid and e.get('cwd', str)
                                 for r in s.requests for e in r['events'])
        if not carried and len(s.sid) == 1:
            carried = any(e.span and e.name == 'run_sampling_request' and e.get('cwd', str)
                          for r in s.requests for e in r['events'])
        s.projects[sid] = (os.path.basename(cwd), carried)

    # how long to watch
    s.lead = -min([c['open'] for c in s.conns] + [0])
    end = max(r['at'] for r in s.requests) + 2000
    end = max([end] + [a['ms'] + 1000 for a in acts])
    end = max([end] + [c['close'] for c in s.conns if c['close'] is not None])
    for u in s.turns:
        if u['F'] is not None:
            end = max(end, u['F'] + MISSED_AFTER_MS + 300)
        elif u['I'] != NEVER:
            end = max(end, u['I'] + MISSED_AFTER_MS + 300)
    for x in s.exits:
        if x['judged']:
            end = max(end, x['at'] + CLOSED_AFTER_MS + 300)
    for x in s.true_states or ():
        end = max(end, x['ms'] + TOLD_AFTER_MS + 300)
    s.end = end
    return s
