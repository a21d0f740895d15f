#!/usr/bin/env python3
"""Plays recordings with a restart of the daemon in their middle: no call may be lost, and none be counted twice.

usage: restart.py REPLAY DATA [--only TEXT]...
After the restart the client sends its last batch again, as one does that has not got an answer. What is handed out of
tokens, money and calls must be what it is without a restart.
"""

import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# pylint: disable=wrong-import-position
from recording import load, prepare
from replay import script


# The conversation that only finds a title begins right behind the restart: the session beside which it would be recognised
# has not spoken yet.
KNOWN = {('codex-0.171.0/err429-final-hooks', 0.3)}


def with_restart(text, part):
    """The script with a restart behind one of its batches; None if it has none."""
    lines = text.splitlines()
    posts = [i for i, line in enumerate(lines) if line.split(' ')[1] == 'post']
    if not posts:
        return None
    at = posts[int(len(posts) * part)]
    ms = lines[at].split(' ', 1)[0]
    return '\n'.join(lines[:at + 1] + [ms + ' restart', lines[at]] + lines[at + 1:]) + '\n'


def counted(program, name, text):
    done = subprocess.run([program], input='calls\n' + text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit('%s: %s' % (name, done.stderr.strip()[-300:]))
    sums = collections.Counter()
    for line in done.stdout.splitlines():
        call = json.loads(line.split(' ', 1)[1])
        if call['type'] == 'call':
            sums['calls'] += call['calls']
            sums['nano_usd'] += call['nano_usd'] - (call['replaced_nano_usd'] if call['corrects'] else 0)
            sums.update({'class %d' % i: n for i, n in enumerate(call['tokens'])})
    return +sums


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('program')
    parser.add_argument('data')
    parser.add_argument('--only', action='append')
    options = parser.parse_args()
    names = sorted('%s/%s' % (client, name) for client in os.listdir(options.data)
                   if os.path.isdir(os.path.join(options.data, client))
                   for name in os.listdir(os.path.join(options.data, client)))
    faults, played = [], 0
    for name in (n for n in names if not options.only or any(x in n for x in options.only)):
        s = prepare(load(options.data, name))
        with tempfile.TemporaryDirectory() as directory:
            text = script(s, directory)
            whole = counted(options.program, name, text)
            for part in (0.3, 0.6, 0.95):
                restarted = with_restart(text, part)
                if restarted is None:
                    continue
                played += 1
                parts = counted(options.program, name, restarted)
                if (parts != whole) != ((name, part) in KNOWN):
                    faults.append('%s: restarted at %d %%: %s, not %s' % (name, part * 100, dict(parts), dict(whole)))
    print('\n'.join(faults) or '%d restarts, nothing is lost and nothing is counted twice' % played)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
