#!/usr/bin/env python3
"""What recordings hold of turns, tool calls, waits and subagents, against what the core handed out.

usage: spans.py REPLAY DATA [--only TEXT]... [--table]
Here they are counted by rules written a second time: prompts and answers from what the person did (recording.json), tool
calls and subagents by their ids, or one by one, from the records and hooks. In the core every session is brought to its
end, so that it hands out what is open, and each span is there once: replay.c looks at that. Differences are those listed
in DATA/known-span-counts.json, no more and no less. --table prints all counts.
"""

import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# pylint: disable=wrong-import-position
from recording import load, prepare
from replay import FIRST_PID, script

KINDS = ('turn', 'tool_call', 'wait', 'agent')
LONG_AFTER_MS = 24 * 3600 * 1000


def to_the_end(s, directory):
    """The script, and after it the ends of all that lives: the sessions fall silent."""
    lines = script(s, directory).splitlines()
    at = int(lines.pop().split()[0])
    lines += ['%d close %d' % (at + 1, c['no']) for c in s.conns if c['close'] is None]
    lines += ['%d gone %d' % (at + 2, pid) for pid, p in enumerate(s.procs, FIRST_PID)]
    return 'spans\n' + '\n'.join(lines) + '\n%d end\n' % (at + LONG_AFTER_MS)


def handed_out(program, s):
    """How many of each kind there are in the end, and what is wrong with them."""
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run([program], input=to_the_end(s, directory), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return None, ['%s: %s' % (s.name, done.stderr.strip()[-300:])]
    spans, faults = {}, []
    for line in done.stdout.splitlines():
        told = json.loads(line.split(' ', 1)[1])
        if told['type'] == 'span' and told['absorbed']:
            for key in [k for k in spans if k[0] == told['absorbed']]:
                span = spans.pop(key)
                if key[1] != 'turn':
                    spans[(told['session_id'], *key[1:])] = span
        elif told['type'] == 'span':
            spans[(told['session_id'], told['kind'], told['id'])] = told
            if 'SECRET' in line:
                faults.append('%s: a text of its user: %s' % (s.name, line))
    return collections.Counter(kind for _, kind, _ in spans), faults


# ---- the same, from the records

def attribute(e, *names):
    return next((v for v in (e.get(n) for n in names) if v is not None), None)


def hooks_of(s):
    for r in s.hooks:
        try:
            told = json.loads(r['plain'])
        except ValueError:
            continue
        yield told, told.get('hook_event_name')


def by_id_or_count(ids_of_sources):
    """Sources with the same ids tell of the same calls; else the one that tells most of them."""
    told = [x for x in ids_of_sources if x]
    ids = [set(x) for x in told if None not in x]
    if ids and len(ids) == len(told) and set.intersection(*ids):
        return len(set.union(*ids))
    return max([0] + [len(x) if None in x else len(set(x)) for x in told])


CALL_HOOKS = ('PreToolUse', 'BeforeTool')
CALL_RECORDS = {
    'claude': (r'(tool_decision|tool_result)$', ('tool_use_id', 'use_id')),
    'codex': (r'codex\.(tool_decision|tool_result)$', ('call_id',)),
    'gemini': (r'gemini_cli\.tool_call$', ()),
    'qwen': (r'qwen-code\.tool_call$', ('call_id',)),
    'copilot': (r'execute_tool ', ('gen_ai.tool.call.id',)),
    'opencode': (r'Tool\.execute$', ('tool.call_id',)),
}


def tool_calls(s):
    pattern, keys = CALL_RECORDS[s.client]
    spans = s.client in ('copilot', 'opencode')
    records = [(e.name, attribute(e, *keys) if keys else None) for r in s.requests for e in r['events']
               if bool(e.span) == spans and re.match(pattern, e.name or '')]
    hooks = [told.get('tool_use_id') for told, name in hooks_of(s) if name in CALL_HOOKS]
    traced = [e.get('tool_use_id') for r in s.requests for e in r['events'] if e.name == 'claude_code.tool']
    if s.client == 'claude' and any(x is None for _, x in records):  # decisions of 2.0 have no ids
        records = [(n, x) for n, x in records if n == 'tool_result']
    return by_id_or_count([[x for _, x in records], hooks, traced])


def agents(s):
    begun = {told['agent_id'] for told, name in hooks_of(s)
             if name in ('SubagentStart', *CALL_HOOKS) and told.get('agent_id')}
    unnamed = 0
    for e in (e for r in s.requests for e in r['events']):
        name = e.name or ''
        if name in ('subagent_completed', 'gemini_cli.agent.finish'):
            unnamed += e.get('agent_id') is None
            begun |= {e.get('agent_id')} - {None}
        elif name == 'codex.tool_result' and e.get('tool_name') == 'spawn_agent':
            begun |= set(re.findall(r'"agent_id":"([^"]+)"', str(e.get('output'))))
        elif s.client == 'opencode':
            unnamed += name == 'Tool.execute' and e.get('tool.name') == 'task'
    return len(begun) + unnamed


def counted(s):
    return {
        'turn': len(s.turns),
        'tool_call': tool_calls(s),
        'wait': sum(len(u['waits']) for u in s.turns),
        'agent': agents(s),
    }


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('program')
    parser.add_argument('data')
    parser.add_argument('--only', action='append')
    parser.add_argument('--table', action='store_true')
    options = parser.parse_args()
    with open(os.path.join(options.data, 'known-span-counts.json'), encoding='utf-8') as f:
        known = {(k['recording'], k['kind']): (k['handed_out'], k['records']) for k in json.load(f)}
    names = sorted('%s/%s' % (client, name) for client in os.listdir(options.data)
                   if os.path.isdir(os.path.join(options.data, client))
                   for name in os.listdir(os.path.join(options.data, client)))
    faults, sums = [], collections.Counter()
    for name in (n for n in names if not options.only or any(x in n for x in options.only)):
        s = prepare(load(options.data, name))
        ours, wrong = handed_out(options.program, s)
        faults += wrong
        if ours is None:
            continue
        theirs = counted(s)
        if options.table:
            print('%-48s %s' % (name, '  '.join('%s %d/%d' % (k, ours[k], theirs[k]) for k in KINDS)))
        for kind in KINDS:
            pair, sums[kind] = (ours[kind], theirs[kind]), sums[kind] + ours[kind]
            if pair != known.get((name, kind), (theirs[kind], theirs[kind])):
                faults.append('%s: %s: %d handed out, %d in its records' % (name, kind, *pair))
            elif (name, kind) in known and pair[0] == pair[1]:
                faults.append('%s: %s: nothing differs any more' % (name, kind))
    print('\n'.join(faults) or ', '.join('%d of %s' % (sums[k], k) for k in KINDS))
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
