#!/usr/bin/env python3
"""Plays recordings into the core in virtual time and counts how often it was wrong.

usage: replay.py REPLAY DATA [--only TEXT]... [--show]
REPLAY is the program made from replay.c, DATA the directory of recordings. Every fault that is not in
DATA/known-faults.json fails, and so does a known one that no longer happens. --show prints the lines.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# pylint: disable=wrong-import-position
from judge import judge, report
from recording import load, prepare


def body_file(r, directory):
    path = os.path.join(directory, r['no'])
    with open(path, 'wb') as f:
        f.write(r['plain'])
    return path


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


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('program')
    parser.add_argument('data')
    parser.add_argument('--only', action='append')
    parser.add_argument('--show', action='store_true')
    options = parser.parse_args()
    with open(os.path.join(options.data, 'known-faults.json'), encoding='utf-8') as f:
        known = {(k['recording'], k['fault']): k['count'] for k in json.load(f)}
    names = sorted('%s/%s' % (client, name) for client in os.listdir(options.data)
                   if os.path.isdir(os.path.join(options.data, client))
                   for name in os.listdir(os.path.join(options.data, client)))
    names = [n for n in names if not options.only or any(x in n for x in options.only)]
    if not names:
        sys.exit('no recording matches')
    results, counts = [], {}
    for name in names:
        s = prepare(load(options.data, name))
        results.append(judge(s, play(options.program, s, options.show)))
        for fault in results[-1]['faults']:
            key = (name, fault['kind'])
            counts[key] = counts.get(key, 0) + 1
    report(results)
    wrong = ['%s: %s %d times, known are %d' % (*key, counts.get(key, 0), known.get(key, 0))
             for key in sorted(set(counts) | set(known))
             if key[0] in names and counts.get(key, 0) != known.get(key, 0)]
    print('\n'.join(wrong) if wrong else '%d recordings, nothing but the known faults' % len(names))
    sys.exit(1 if wrong else 0)


if __name__ == '__main__':
    main()
