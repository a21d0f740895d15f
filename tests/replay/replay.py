#!/usr/bin/env python3
"""Plays recordings into the core in virtual time and counts how often it was wrong.

usage: replay.py REPLAY DATA [--only TEXT]... [--show] [--latencies]
REPLAY is the program made from replay.c, DATA the directory of recordings. Every fault that is not in
DATA/known-faults.json fails, and so does a known one that no longer happens. --show prints the lines, --latencies a
table of how late states were shown.
"""

import argparse
import concurrent.futures
import functools
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# pylint: disable=wrong-import-position
from judge import judge, report, report_latencies
from recording import load, prepare

FIRST_PID = 1000


def body_file(r, directory):
    path = os.path.join(directory, r['no'])
    with open(path, 'wb') as f:
        f.write(r['plain'])
    return path


def process_steps(s):
    """The processes behind the connections, as they are found and as they end."""
    steps = []
    for pid, p in enumerate(s.procs, FIRST_PID):
        own = [c for c in s.conns if c['proc'] is p and c['reqs']]
        steps += [(c['reqs'][0]['at'] + 1, 0, 'process %d %d %s %s' % (c['no'], pid, s.client, p['cwd'])) for c in own]
        if own and p['exit'] is not None:
            steps.append((max(p['exit'], own[-1]['reqs'][-1]['at']), 1, 'gone %d' % pid))
    return steps


def script(s, directory):
    """What happens on the connections, one line each; bodies go into files below directory."""
    steps = [(r['at'], 0, 'hook %s %s' % (r['path'].rsplit('/', 1)[1], body_file(r, directory))) for r in s.hooks]
    for c in s.conns:
        for r in c['reqs']:
            steps.append((r['at'], 0, 'post %d %s %s %s' % (
                c['no'], r['path'].rsplit('/', 1)[1], 'json' if r['json'] else 'protobuf',
                body_file(r, directory))))
        if c['close'] is not None:
            steps.append((c['close'], 1, 'close %d' % c['no']))
    steps += process_steps(s)
    steps.append((s.end, 2, 'end'))
    return 'epoch %d\n' % s.first_ms + ''.join('%d %s\n' % (round(at), what) for at, _, what in sorted(steps))


def play(program, s, show):
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run([program], input=script(s, directory), capture_output=True, text=True, check=False)
    seen = {'lines': [], 'errors': []}
    if done.returncode != 0:
        seen['errors'].append('replay ended with %d: %s' % (done.returncode, done.stderr.strip()[-300:]))
    for line in done.stdout.splitlines():
        ms, text = line.split(' ', 1)
        seen['lines'].append((float(ms), text))
        if show:
            print('%9.3f %s' % (float(ms) / 1000, text))
    return seen


def judged(program, data, show, name):
    s = prepare(load(data, name))
    return judge(s, play(program, s, show))


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('program')
    parser.add_argument('data')
    parser.add_argument('--only', action='append')
    parser.add_argument('--show', action='store_true')
    parser.add_argument('--latencies', action='store_true')
    options = parser.parse_args()
    with open(os.path.join(options.data, 'known-faults.json'), encoding='utf-8') as f:
        known = {(k['recording'], k['fault']): k['count'] for k in json.load(f)}
    names = sorted('%s/%s' % (client, name) for client in os.listdir(options.data)
                   if os.path.isdir(os.path.join(options.data, client))
                   for name in os.listdir(os.path.join(options.data, client)))
    names = [n for n in names if not options.only or any(x in n for x in options.only)]
    if not names:
        sys.exit('no recording matches')
    with concurrent.futures.ProcessPoolExecutor(1 if options.show else None) as pool:
        results = list(pool.map(functools.partial(judged, options.program, options.data, options.show), names))
    counts = {}
    for name, result in zip(names, results):
        for fault in result['faults']:
            key = (name, fault['kind'])
            counts[key] = counts.get(key, 0) + 1
    report(results)
    if options.latencies:
        report_latencies(results)
    wrong = ['%s: %s %d times, known are %d' % (*key, counts.get(key, 0), known.get(key, 0))
             for key in sorted(set(counts) | set(known))
             if key[0] in names and counts.get(key, 0) != known.get(key, 0)]
    print('\n'.join(wrong) if wrong else '%d recordings, nothing but the known faults' % len(names))
    sys.exit(1 if wrong else 0)


if __name__ == '__main__':
    main()
